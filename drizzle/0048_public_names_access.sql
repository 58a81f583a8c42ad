-- Whether a school's names are masked in public lists is for anyone to know, and for the school's administrator to say.
GRANT SELECT ON public_name_policy TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
--> statement-breakpoint
GRANT INSERT, UPDATE ON public_name_policy TO guantong_app;
--> statement-breakpoint
ALTER TABLE public_name_policy ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE public_name_policy FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY public_name_policy_owner ON public_name_policy TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY public_name_policy_read ON public_name_policy FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY public_name_policy_insert ON public_name_policy FOR INSERT TO guantong_app
  WITH CHECK (institution_id = current_setting('guantong.institution')::uuid AND set_by = current_setting('guantong.account')::uuid
    AND current_setting('guantong.role') = 'ADMINISTRATOR' AND current_setting('guantong.institution') <> '00000000-0000-0000-0000-000000000000');
--> statement-breakpoint
CREATE POLICY public_name_policy_update ON public_name_policy FOR UPDATE TO guantong_app
  USING (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'ADMINISTRATOR'
    AND current_setting('guantong.institution') <> '00000000-0000-0000-0000-000000000000')
  WITH CHECK (institution_id = current_setting('guantong.institution')::uuid AND set_by = current_setting('guantong.account')::uuid
    AND current_setting('guantong.role') = 'ADMINISTRATOR');
