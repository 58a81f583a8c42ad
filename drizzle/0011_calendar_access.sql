-- The calendar of a school is published like its terms and bells: everyone may read it, its registrars write it, and who
-- wrote a day or a window is on record.
GRANT SELECT ON bell_season TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
--> statement-breakpoint
GRANT INSERT, UPDATE ON bell_season TO guantong_app;
--> statement-breakpoint
ALTER TABLE bell_season ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE bell_season FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY bell_season_owner ON bell_season TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY bell_season_read ON bell_season FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY bell_season_insert ON bell_season FOR INSERT TO guantong_app
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY bell_season_update ON bell_season FOR UPDATE TO guantong_app
  USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
GRANT SELECT ON school_day TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
--> statement-breakpoint
GRANT INSERT, UPDATE ON school_day TO guantong_app;
--> statement-breakpoint
ALTER TABLE school_day ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE school_day FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY school_day_owner ON school_day TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY school_day_read ON school_day FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY school_day_insert ON school_day FOR INSERT TO guantong_app
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR' AND set_by = current_setting('guantong.account')::uuid) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY school_day_update ON school_day FOR UPDATE TO guantong_app
  USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR' AND set_by = current_setting('guantong.account')::uuid) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
GRANT SELECT ON calendar_window TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
--> statement-breakpoint
GRANT INSERT, UPDATE ON calendar_window TO guantong_app;
--> statement-breakpoint
ALTER TABLE calendar_window ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE calendar_window FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY calendar_window_owner ON calendar_window TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY calendar_window_read ON calendar_window FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY calendar_window_insert ON calendar_window FOR INSERT TO guantong_app
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR' AND set_by = current_setting('guantong.account')::uuid) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY calendar_window_update ON calendar_window FOR UPDATE TO guantong_app
  USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR' AND set_by = current_setting('guantong.account')::uuid) OR current_setting('guantong.role') = 'SYSTEM');
