-- Signing in. What lies in these tables opens doors, so a row is its own account's and nobody else's: whoever signs in is
-- looked up by name first, and then read as themselves. Not even SYSTEM reads another's hashes.

-- Machines and persons alike may be told to begin anew: their own account's not-before, and their language.
GRANT UPDATE (language, access_not_before) ON account TO guantong_app;
--> statement-breakpoint
CREATE POLICY account_update ON account FOR UPDATE TO guantong_app
  USING (id = current_setting('guantong.account')::uuid) WITH CHECK (id = current_setting('guantong.account')::uuid);
--> statement-breakpoint

ALTER TABLE account_subject ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE account_subject FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY account_subject_owner ON account_subject TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON account_subject TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (ended_at) ON account_subject TO guantong_app;
--> statement-breakpoint
-- SYSTEM finds the account of a verified token; there is nothing secret about a subject.
CREATE POLICY account_subject_read ON account_subject FOR SELECT TO guantong_app
  USING (account_id = current_setting('guantong.account')::uuid OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY account_subject_insert ON account_subject FOR INSERT TO guantong_app
  WITH CHECK (account_id = current_setting('guantong.account')::uuid OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY account_subject_update ON account_subject FOR UPDATE TO guantong_app
  USING (account_id = current_setting('guantong.account')::uuid) WITH CHECK (account_id = current_setting('guantong.account')::uuid);
--> statement-breakpoint

ALTER TABLE session ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE session FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY session_owner ON session TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON session TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (generation, rotated_at, confirmed, confirmed_at, last_seen_at, ended_at, ended_because) ON session TO guantong_app;
--> statement-breakpoint
CREATE POLICY session_self ON session TO guantong_app
  USING (account_id = current_setting('guantong.account')::uuid) WITH CHECK (account_id = current_setting('guantong.account')::uuid);
--> statement-breakpoint

ALTER TABLE passkey ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE passkey FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY passkey_owner ON passkey TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON passkey TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (counter, backed_up, last_used_at, ended_at) ON passkey TO guantong_app;
--> statement-breakpoint
CREATE POLICY passkey_self ON passkey TO guantong_app
  USING (account_id = current_setting('guantong.account')::uuid) WITH CHECK (account_id = current_setting('guantong.account')::uuid);
--> statement-breakpoint

ALTER TABLE password ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE password FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY password_owner ON password TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON password TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (hash, set_at, failures, locked_until) ON password TO guantong_app;
--> statement-breakpoint
CREATE POLICY password_self ON password TO guantong_app
  USING (account_id = current_setting('guantong.account')::uuid) WITH CHECK (account_id = current_setting('guantong.account')::uuid);
--> statement-breakpoint

ALTER TABLE one_time_code ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE one_time_code FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY one_time_code_owner ON one_time_code TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
-- Codes are issued by issue_codes() alone.
GRANT SELECT ON one_time_code TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (attempts, used_at, ended_at) ON one_time_code TO guantong_app;
--> statement-breakpoint
CREATE POLICY one_time_code_self ON one_time_code TO guantong_app
  USING (account_id = current_setting('guantong.account')::uuid) WITH CHECK (account_id = current_setting('guantong.account')::uuid);
--> statement-breakpoint

-- The narrow paths past row-level security.

-- Whose code it is that someone holds in their hand: the account, and nothing of the code.
CREATE FUNCTION account_of_code(selector text) RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT c.account_id FROM public.one_time_code c WHERE c.selector = $1 $$;
--> statement-breakpoint
-- Who may give someone a new way in, having seen who they are. A school's registrar: to those who are learners of that
-- school, or their guardians, and nothing else besides, for with the way in goes everything the account may do. An
-- administrator: to staff, never to whoever holds a learner's records.
CREATE FUNCTION may_restore(account_id uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT CASE current_setting('guantong.role')
      WHEN 'SYSTEM' THEN true
      WHEN 'REGISTRAR' THEN count(*) > 0 AND bool_and(c.role IN ('STUDENT', 'GUARDIAN')
        AND EXISTS (SELECT 1 FROM public.learner l WHERE l.id = c.learner_id
          AND l.home_institution_id = current_setting('guantong.institution')::uuid))
      WHEN 'ADMINISTRATOR' THEN count(*) > 0 AND bool_and(c.learner_id IS NULL
        AND (c.institution_id = current_setting('guantong.institution')::uuid
          OR current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000'))
      ELSE false END
    FROM public.capacity c
    WHERE c.account_id = $1 AND (c.valid_until IS NULL OR c.valid_until >= current_date)
  $$;
--> statement-breakpoint
-- Ends every session, and every token issued so far; with `everything` also what the account signs in by. An administrator
-- may end anyone's sessions, but takes nobody's ways in away whom they could not give a new one.
CREATE FUNCTION end_access(account_id uuid, everything boolean, because text) RETURNS boolean
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH allowed AS (
      SELECT $1 AS id WHERE public.may_restore($1)
        OR (current_setting('guantong.role') = 'ADMINISTRATOR' AND NOT everything
          AND current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000')),
    noted AS (UPDATE public.account a SET access_not_before = now() FROM allowed WHERE a.id = allowed.id RETURNING a.id),
    sessions AS (UPDATE public.session s SET ended_at = now(), ended_because = because FROM allowed
      WHERE s.account_id = allowed.id AND s.ended_at IS NULL),
    passkeys AS (UPDATE public.passkey p SET ended_at = now() FROM allowed
      WHERE everything AND p.account_id = allowed.id AND p.ended_at IS NULL),
    passwords AS (UPDATE public.password w SET hash = NULL FROM allowed WHERE everything AND w.account_id = allowed.id),
    subjects AS (UPDATE public.account_subject u SET ended_at = now() FROM allowed
      WHERE everything AND u.account_id = allowed.id AND u.ended_at IS NULL),
    codes AS (UPDATE public.one_time_code c SET ended_at = now() FROM allowed
      WHERE everything AND c.account_id = allowed.id AND c.used_at IS NULL AND c.ended_at IS NULL)
    SELECT count(*) > 0 FROM noted
  $$;
--> statement-breakpoint
-- Issues codes; an older one of the same account ends. Answers how many were.
CREATE FUNCTION issue_codes(account_ids uuid[], ids uuid[], selectors text[], hashes text[], key_id text, purpose text, reason text, issued_at timestamptz, expires_at timestamptz)
  RETURNS integer
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH fresh AS (
      SELECT n.account_id, n.id, n.selector, n.hash FROM unnest(account_ids, ids, selectors, hashes) AS n (account_id, id, selector, hash)
      WHERE public.may_restore(n.account_id)),
    ended AS (UPDATE public.one_time_code c SET ended_at = $8 FROM fresh
      WHERE c.account_id = fresh.account_id AND c.used_at IS NULL AND c.ended_at IS NULL),
    made AS (
      INSERT INTO public.one_time_code (account_id, id, selector, key_id, hash, purpose, issued_by, issued_at, reason, expires_at)
      SELECT f.account_id, f.id, f.selector, $5, f.hash, $6,
        nullif(current_setting('guantong.account'), '00000000-0000-0000-0000-000000000000')::uuid, $8, $7, $9
      FROM fresh f RETURNING 1)
    SELECT count(*)::integer FROM made
  $$;
--> statement-breakpoint
-- Opens accounts over learners of the registrar's own school: one for each learner who has none, or one for a guardian.
CREATE FUNCTION open_accounts(account_ids uuid[], logins text[], names text[], learner_ids uuid[], capacity_ids uuid[], role text, valid_from date, valid_until date)
  RETURNS SETOF uuid
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH fresh AS (
      SELECT n.* FROM unnest(account_ids, logins, names, learner_ids, capacity_ids) AS n (account_id, login, name, learner_id, capacity_id)
      JOIN public.learner l ON l.id = n.learner_id
      WHERE current_setting('guantong.role') = 'REGISTRAR' AND $6 IN ('STUDENT', 'GUARDIAN')
        AND l.home_institution_id = current_setting('guantong.institution')::uuid
        AND ($6 = 'GUARDIAN' OR NOT EXISTS (SELECT 1 FROM public.capacity c WHERE c.learner_id = n.learner_id AND c.role = 'STUDENT'))),
    accounts AS (
      INSERT INTO public.account (id, login, display_name) SELECT account_id, login, name FROM fresh RETURNING id)
    INSERT INTO public.capacity (account_id, id, role, institution_id, learner_id, valid_from, valid_until)
      SELECT f.account_id, f.capacity_id, $6, current_setting('guantong.institution')::uuid, f.learner_id, $7, $8
      FROM fresh f JOIN accounts a ON a.id = f.account_id
      RETURNING account_id
  $$;
--> statement-breakpoint
-- The accounts over learners of the registrar's own school, and whether each has ever signed in: nothing of how.
CREATE FUNCTION accounts_of_learners(learner_ids uuid[])
  RETURNS TABLE (learner_id uuid, account_id uuid, login text, display_name text, role text, valid_until date, signed_in boolean, code_expires_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT c.learner_id, a.id, a.login, a.display_name, c.role, c.valid_until,
      EXISTS (SELECT 1 FROM public.session s WHERE s.account_id = a.id),
      (SELECT max(o.expires_at) FROM public.one_time_code o
        WHERE o.account_id = a.id AND o.used_at IS NULL AND o.ended_at IS NULL AND o.expires_at > now())
    FROM public.capacity c JOIN public.account a ON a.id = c.account_id JOIN public.learner l ON l.id = c.learner_id
    WHERE c.learner_id = ANY (learner_ids) AND c.role IN ('STUDENT', 'GUARDIAN')
      AND current_setting('guantong.role') = 'REGISTRAR'
      AND l.home_institution_id = current_setting('guantong.institution')::uuid
    ORDER BY c.role DESC, a.login
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION account_of_code(text), may_restore(uuid), end_access(uuid, boolean, text),
  issue_codes(uuid[], uuid[], text[], text[], text, text, text, timestamptz, timestamptz),
  open_accounts(uuid[], text[], text[], uuid[], uuid[], text, date, date), accounts_of_learners(uuid[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION account_of_code(text), may_restore(uuid), end_access(uuid, boolean, text),
  issue_codes(uuid[], uuid[], text[], text[], text, text, text, timestamptz, timestamptz),
  open_accounts(uuid[], text[], text[], uuid[], uuid[], text, date, date), accounts_of_learners(uuid[]) TO guantong_app;
