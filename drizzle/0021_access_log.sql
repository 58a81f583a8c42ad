-- Who looked at or changed a learner's record, for the learner and whoever stands for them: never the reader's own looks,
-- and neither addresses nor reasons, which are the auditor's.
CREATE FUNCTION access_log(before_at timestamptz, before_id uuid, most integer)
  RETURNS TABLE (id uuid, at timestamptz, action text, role text, institution_id uuid, times integer)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT e.id, e.at, e.action, e.role, e.institution_id, e.times FROM public.audit_entry e
    WHERE current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN')
      AND e.learner_ids @> ARRAY[current_setting('guantong.learner')::uuid]
      AND e.outcome = 'DONE' AND e.role <> 'STUDENT'
      AND e.account_id IS DISTINCT FROM current_setting('guantong.account')::uuid
      AND (before_at IS NULL OR (e.at, e.id) < (before_at, before_id))
    ORDER BY e.at DESC, e.id DESC LIMIT most
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION access_log(timestamptz, uuid, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION access_log(timestamptz, uuid, integer) TO guantong_app;
--> statement-breakpoint
-- An auditor finds an account by its login, and reads whose the accounts of entries are: no more of them than that.
CREATE FUNCTION audit_accounts(ids uuid[], account_login text) RETURNS TABLE (id uuid, login text, display_name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT a.id, a.login, a.display_name FROM public.account a
    WHERE current_setting('guantong.role') = 'AUDITOR' AND (a.id = ANY (ids) OR a.login = account_login)
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit_accounts(uuid[], text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit_accounts(uuid[], text) TO guantong_app;
