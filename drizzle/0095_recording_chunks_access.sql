-- A request says how far a batch has come while it is recorded, and that it is all there. What is confirmed or discarded
-- is no request's to change.
GRANT UPDATE (row_count, bad_row_count, recording, rows_read, already_rows) ON deposit_batch TO guantong_app;
--> statement-breakpoint
DROP POLICY deposit_batch_update ON deposit_batch;
--> statement-breakpoint
CREATE POLICY deposit_batch_update ON deposit_batch FOR UPDATE TO guantong_app
  USING (((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER')) OR current_setting('guantong.role') = 'SYSTEM') AND status IN ('RECORDING', 'OPEN'))
  WITH CHECK (((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER')) OR current_setting('guantong.role') = 'SYSTEM') AND status IN ('RECORDING', 'OPEN', 'DISCARDED'));
