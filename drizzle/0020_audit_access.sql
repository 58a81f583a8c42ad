-- The audit log is written and never changed. Whoever acts writes their own entries in the act's transaction; looks are
-- gathered and written by the writer. `xact` is nobody's to give.
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY audit_entry_owner ON audit_entry TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT INSERT (id, at, account_id, role, institution_id, action, outcome, problem, learner_ids, learner_count, resource_type,
  resource_id, request_id, times, detail, detail_salt, detail_digest) ON audit_entry TO guantong_app, guantong_writer;
--> statement-breakpoint
CREATE POLICY audit_entry_insert ON audit_entry FOR INSERT TO guantong_app
  WITH CHECK ((account_id = current_setting('guantong.account')::uuid AND role = current_setting('guantong.role'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY audit_entry_writer ON audit_entry FOR INSERT TO guantong_writer WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON audit_entry TO guantong_app, guantong_job;
--> statement-breakpoint
CREATE POLICY audit_entry_read ON audit_entry FOR SELECT TO guantong_app USING (current_setting('guantong.role') = 'AUDITOR');
--> statement-breakpoint
CREATE POLICY audit_entry_job ON audit_entry FOR SELECT TO guantong_job USING (true);
--> statement-breakpoint

-- Searching an array is not leakproof, so row-level security would keep the planner from the index. These functions are
-- the way: an auditor finds the entries of any learner, a learner (and whoever stands for them) their own.
CREATE FUNCTION audit_entries_of(learner uuid)
  RETURNS SETOF audit_entry
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT e.* FROM public.audit_entry e
    WHERE e.learner_ids @> ARRAY[learner] AND current_setting('guantong.role') = 'AUDITOR'
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit_entries_of(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit_entries_of(uuid) TO guantong_app;
