-- The age of majority is the law's, for anyone to read.
GRANT SELECT ON age_of_majority TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
--> statement-breakpoint
-- Whom a registrar or administrator may give a new way in is known to them by name.
CREATE FUNCTION restorable_account(account_id uuid) RETURNS TABLE (login text, display_name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT a.login, a.display_name FROM public.account a WHERE a.id = $1 AND public.may_restore($1) $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION restorable_account(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION restorable_account(uuid) TO guantong_app;
--> statement-breakpoint

-- A server of one's own begins with its schools and their programmes: an administrator of the whole service enters them.
GRANT INSERT, UPDATE ON institution, programme TO guantong_app;
--> statement-breakpoint
ALTER TABLE institution ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE institution FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY institution_owner ON institution TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY institution_read ON institution FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY institution_insert ON institution FOR INSERT TO guantong_app
  WITH CHECK (current_setting('guantong.role') = 'ADMINISTRATOR' AND current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000');
--> statement-breakpoint
CREATE POLICY institution_update ON institution FOR UPDATE TO guantong_app
  USING (current_setting('guantong.role') = 'ADMINISTRATOR' AND current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000')
  WITH CHECK (current_setting('guantong.role') = 'ADMINISTRATOR' AND current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000');
--> statement-breakpoint
ALTER TABLE programme ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE programme FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY programme_owner ON programme TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY programme_read ON programme FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY programme_insert ON programme FOR INSERT TO guantong_app
  WITH CHECK (current_setting('guantong.role') = 'ADMINISTRATOR' AND current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000');
--> statement-breakpoint
CREATE POLICY programme_update ON programme FOR UPDATE TO guantong_app
  USING (current_setting('guantong.role') = 'ADMINISTRATOR' AND current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000')
  WITH CHECK (current_setting('guantong.role') = 'ADMINISTRATOR' AND current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000');
