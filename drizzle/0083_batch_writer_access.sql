-- A batch is confirmed by a registrar of its school, whatever the service thinks of whoever asks; two people, as before.
DROP POLICY deposit_batch_writer ON deposit_batch;
--> statement-breakpoint
CREATE POLICY deposit_batch_writer ON deposit_batch TO guantong_writer
  USING (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
  WITH CHECK (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER')
    AND (confirmed_by IS NULL OR (confirmed_by = current_setting('guantong.account')::uuid AND confirmed_by <> recorded_by)));
--> statement-breakpoint
DROP POLICY batch_row_writer ON batch_row;
--> statement-breakpoint
CREATE POLICY batch_row_writer ON batch_row TO guantong_writer
  USING (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
  WITH CHECK (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'));
