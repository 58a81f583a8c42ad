DROP INDEX "section_number_key";--> statement-breakpoint
CREATE INDEX "section_number_idx" ON "section" USING btree ("host_institution_id","term_code","course_id","number");--> statement-breakpoint
ALTER TABLE "seat" ADD CONSTRAINT "grade_two_people" CHECK (grade_confirmed_by is null or grade_confirmed_by <> graded_by);
--> statement-breakpoint
-- Seats are counted by the writer alone; what a school changes on its sections and seats is named column by column.
REVOKE UPDATE ON section, section_reservation, seat FROM guantong_app;
--> statement-breakpoint
GRANT UPDATE (status, teacher_account_id, opens_at, closes_at) ON section TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (host_state, home_state, grade, graded_by, graded_on, grade_confirmed_by) ON seat TO guantong_app;
--> statement-breakpoint
-- Reservations and meetings are published, and written by those who publish: they carry no school of their own.
ALTER TABLE section_reservation ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE section_reservation FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY section_reservation_owner ON section_reservation TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY section_reservation_read ON section_reservation FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY section_reservation_insert ON section_reservation FOR INSERT TO guantong_app
  WITH CHECK (current_setting('guantong.role') IN ('REGISTRAR', 'HOST_TEACHER', 'SYSTEM') AND taken = 0);
--> statement-breakpoint
CREATE POLICY section_reservation_seat ON section_reservation FOR UPDATE TO guantong_writer USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE section_meeting ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE section_meeting FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY section_meeting_owner ON section_meeting TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY section_meeting_read ON section_meeting FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY section_meeting_insert ON section_meeting FOR INSERT TO guantong_app
  WITH CHECK (current_setting('guantong.role') IN ('REGISTRAR', 'HOST_TEACHER', 'SYSTEM'));
