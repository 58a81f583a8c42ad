ALTER TABLE "deposit_batch" ADD COLUMN "recorded_by_name" text NOT NULL;--> statement-breakpoint
ALTER TABLE "deposit_batch" ADD COLUMN "confirmed_by_name" text;--> statement-breakpoint
-- Staff are imported by an administrator: one of a school for that school only, one of no school for any. Administrators
-- and students are not made this way.
GRANT INSERT ON account TO guantong_app;
--> statement-breakpoint
CREATE POLICY account_insert ON account FOR INSERT TO guantong_app
  WITH CHECK ((current_setting('guantong.role') = 'ADMINISTRATOR' AND demo = 'no') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
GRANT INSERT ON capacity TO guantong_app;
--> statement-breakpoint
CREATE POLICY capacity_insert ON capacity FOR INSERT TO guantong_app
  WITH CHECK ((current_setting('guantong.role') = 'ADMINISTRATOR' AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000') AND role NOT IN ('ADMINISTRATOR', 'STUDENT') AND learner_id IS NULL) OR current_setting('guantong.role') = 'SYSTEM');
