ALTER TABLE "deposit_batch" ADD COLUMN "recorded_by_name" text NOT NULL;--> statement-breakpoint
ALTER TABLE "deposit_batch" ADD COLUMN "confirmed_by_name" text;--> statement-breakpoint
-- Staff are imported by an administrator of their school: accounts, and capacities at that school only.
GRANT INSERT ON account TO guantong_app;
--> statement-breakpoint
CREATE POLICY account_insert ON account FOR INSERT TO guantong_app
  WITH CHECK ((current_setting('guantong.role') = 'ADMINISTRATOR' AND demo = 'no') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
GRANT INSERT ON capacity TO guantong_app;
--> statement-breakpoint
CREATE POLICY capacity_insert ON capacity FOR INSERT TO guantong_app
  WITH CHECK ((current_setting('guantong.role') = 'ADMINISTRATOR' AND institution_id = current_setting('guantong.institution')::uuid AND role <> 'ADMINISTRATOR' AND learner_id IS NULL) OR current_setting('guantong.role') = 'SYSTEM');
