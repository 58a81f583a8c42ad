-- A school that has fewer periods than before takes the last ones away.
GRANT DELETE ON bell TO guantong_app;
--> statement-breakpoint
CREATE POLICY bell_delete ON bell FOR DELETE TO guantong_app
  USING (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR');
