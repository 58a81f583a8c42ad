-- A server of one's own has campuses and departments only once somebody enters them: a school's own administrator, or one of
-- the whole service.
GRANT INSERT ON campus, department TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (name_en) ON campus, department TO guantong_app;
--> statement-breakpoint
ALTER TABLE campus ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE campus FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY campus_owner ON campus TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY campus_read ON campus FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY campus_insert ON campus FOR INSERT TO guantong_app
  WITH CHECK (current_setting('guantong.role') = 'ADMINISTRATOR'
    AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000'));
--> statement-breakpoint
CREATE POLICY campus_update ON campus FOR UPDATE TO guantong_app
  USING (current_setting('guantong.role') = 'ADMINISTRATOR'
    AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000'))
  WITH CHECK (current_setting('guantong.role') = 'ADMINISTRATOR'
    AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000'));
--> statement-breakpoint
ALTER TABLE department ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE department FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY department_owner ON department TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY department_read ON department FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY department_insert ON department FOR INSERT TO guantong_app
  WITH CHECK (current_setting('guantong.role') = 'ADMINISTRATOR'
    AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000'));
--> statement-breakpoint
CREATE POLICY department_update ON department FOR UPDATE TO guantong_app
  USING (current_setting('guantong.role') = 'ADMINISTRATOR'
    AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000'))
  WITH CHECK (current_setting('guantong.role') = 'ADMINISTRATOR'
    AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000'));
