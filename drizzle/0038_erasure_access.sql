-- Requests to be erased. Learners, whoever stands for them and registrars ask; a registrar or confirmer of the school, who is
-- not who asked, carries it out, by the one function that may.
ALTER TABLE erasure_request ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE erasure_request FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY erasure_request_owner ON erasure_request TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON erasure_request TO guantong_app;
--> statement-breakpoint
GRANT INSERT (learner_id, id, institution_id, requested_by, requested_at, reason) ON erasure_request TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (withdrawn_at) ON erasure_request TO guantong_app;
--> statement-breakpoint
CREATE POLICY erasure_request_read ON erasure_request FOR SELECT TO guantong_app
  USING ((learner_id = current_setting('guantong.learner')::uuid AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN'))
    OR (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY erasure_request_insert ON erasure_request FOR INSERT TO guantong_app
  WITH CHECK (requested_by = current_setting('guantong.account')::uuid
    AND ((learner_id = current_setting('guantong.learner')::uuid AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN'))
      OR (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') = 'REGISTRAR')));
--> statement-breakpoint
-- Whoever asked takes it back; so does the learner what was asked for them.
CREATE POLICY erasure_request_withdraw ON erasure_request FOR UPDATE TO guantong_app
  USING (carried_out_at IS NULL AND ((learner_id = current_setting('guantong.learner')::uuid AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN'))
    OR (requested_by = current_setting('guantong.account')::uuid AND institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') = 'REGISTRAR')))
  WITH CHECK ((learner_id = current_setting('guantong.learner')::uuid AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN'))
    OR (requested_by = current_setting('guantong.account')::uuid AND current_setting('guantong.role') = 'REGISTRAR'));
--> statement-breakpoint

-- Whether the caller may know what erasing a learner would do.
CREATE FUNCTION erasure_is_mine_to_see(learner uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT current_setting('guantong.role') = 'SYSTEM'
      OR (current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN') AND learner = current_setting('guantong.learner')::uuid)
      OR (current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER') AND (
        EXISTS (SELECT 1 FROM public.learner l WHERE l.id = learner
          AND l.home_institution_id = ANY (current_setting('guantong.institutions')::uuid[]))
        OR EXISTS (SELECT 1 FROM public.erasure_request r WHERE r.learner_id = learner
          AND r.institution_id = ANY (current_setting('guantong.institutions')::uuid[]))))
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION erasure_is_mine_to_see(uuid) FROM PUBLIC;
--> statement-breakpoint

-- The accounts that are the learner's own, and those of guardians who stand for nobody else.
CREATE FUNCTION erasure_accounts(learner uuid) RETURNS uuid[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT coalesce(array_agg(DISTINCT c.account_id), '{}') FROM public.capacity c
    WHERE c.learner_id = learner AND c.role IN ('STUDENT', 'GUARDIAN') AND (c.role = 'STUDENT' OR NOT EXISTS (
      SELECT 1 FROM public.capacity o WHERE o.account_id = c.account_id AND o.learner_id IS DISTINCT FROM learner))
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION erasure_accounts(uuid) FROM PUBLIC;
--> statement-breakpoint

-- What keeps the law, or what is under way, from letting a learner be erased. A record without a period is kept for good.
CREATE FUNCTION erasure_holds(learner uuid) RETURNS TABLE (code text, until date)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT h.code, h.until FROM (
      SELECT 'ERASURE_DONE', NULL::date WHERE EXISTS (
        SELECT 1 FROM public.learner l WHERE l.id = learner AND l.erased_at IS NOT NULL)
      UNION ALL SELECT 'ERASURE_ACTIVE_REGISTRATION', NULL WHERE EXISTS (
        SELECT 1 FROM public.registration r WHERE r.learner_id = learner AND r.status IN ('ACTIVE', 'ON_LEAVE'))
      UNION ALL SELECT 'ERASURE_OPEN_APPLICATION', NULL WHERE EXISTS (
          SELECT 1 FROM public.seat s WHERE s.learner_id = learner AND s.host_state = 'ENROLLED')
        OR EXISTS (SELECT 1 FROM public.ledger_account a WHERE a.learner_id = learner AND a.kind = 'HELD' AND a.balance <> 0)
        OR EXISTS (SELECT 1 FROM public.batch_row b JOIN public.deposit_batch d
          ON d.institution_id = b.institution_id AND d.id = b.batch_id
          WHERE b.learner_id = learner AND b.status = 'READY' AND d.status = 'OPEN')
      UNION ALL SELECT 'ERASURE_RECORD_KEPT', max(k.until) FROM (
          SELECT (coalesce(r.left_on, current_date) + make_interval(months => p.months))::date AS until
          FROM public.registration r LEFT JOIN public.retention_period p ON p.kind = 'LEARNER_RECORD'
          WHERE r.learner_id = learner AND r.status NOT IN ('ACTIVE', 'ON_LEAVE')) k
        HAVING count(*) FILTER (WHERE k.until IS NULL OR k.until > current_date) > 0
      UNION ALL SELECT 'ERASURE_OTHER_ROLE', NULL WHERE EXISTS (
        SELECT 1 FROM public.capacity c JOIN public.capacity s ON s.account_id = c.account_id
        WHERE s.learner_id = learner AND s.role = 'STUDENT' AND c.learner_id IS DISTINCT FROM learner
          AND (c.valid_until IS NULL OR c.valid_until >= current_date))
    ) h (code, until) WHERE public.erasure_is_mine_to_see(learner)
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION erasure_holds(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION erasure_holds(uuid) TO guantong_app;
--> statement-breakpoint

-- What erasing is: table by table, which rows and what becomes of them; empty, they are kept as they are. One list, which
-- the preview counts and the act carries out. $1 the learner, $2 the accounts that end, $3 guardians' accounts that go on,
-- $4 the student numbers, $5 the name, $6 the schools. Ids stay everywhere: they name nobody any more.
CREATE FUNCTION erasure_plan() RETURNS TABLE (step integer, table_name text, predicate text, change text)
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
  AS $$
    VALUES
      (1, 'identity_document', 'learner_id = $1', 'DELETE'),
      (2, 'registry_number', 'learner_id = $1', 'DELETE'),
      (3, 'guardian_consent', 'learner_id = $1',
        'guardian_name = ''***'', paper_reference = CASE WHEN paper_reference IS NOT NULL THEN ''***'' END'),
      (34, 'file', 'learner_id = $1', 'key_id = NULL, nonce = NULL, ciphertext = NULL, name = NULL'),
      (4, 'sharing_consent', 'learner_id = $1 AND revoked_at IS NULL',
        'revoked_at = now(), revoked_by = current_setting(''guantong.account'')::uuid'),
      (5, 'placement', 'learner_id = $1 AND remark IS NOT NULL', 'remark = NULL'),
      (6, 'ledger_transaction', 'learner_id = $1 AND reason IS NOT NULL', 'reason = NULL, reason_salt = NULL'),
      (7, 'seat', 'learner_id = $1', 'learner_name = ''***'', student_no = ''***'''),
      (8, 'batch_row', '(learner_id = $1 OR (learner_id IS NULL AND institution_id = ANY ($6) AND EXISTS (
          SELECT 1 FROM jsonb_each_text(cells) AS cell (header, text) WHERE text = ANY ($4) OR text = $5)))',
        'cells = ''{}'', problems = ''[]'', warnings = ''[]'''),
      (9, 'deposit_batch', 'institution_id = ANY ($6) AND strpos(source_name, $5) > 0',
        'source_name = replace(source_name, $5, ''***'')'),
      (10, 'deposit_batch', 'recorded_by = ANY ($2)', 'recorded_by_name = ''***'''),
      (11, 'deposit_batch', 'confirmed_by = ANY ($2)', 'confirmed_by_name = ''***'''),
      (12, 'notice_delivery', '(learner_id = $1 OR account_id = ANY ($2))', 'DELETE'),
      (13, 'notice', '(learner_id = $1 OR account_id = ANY ($2))', 'DELETE'),
      (14, 'notice_address', 'account_id = ANY ($2)', 'DELETE'),
      (15, 'session', 'account_id = ANY ($2)', 'DELETE'),
      (16, 'passkey', 'account_id = ANY ($2)', 'DELETE'),
      (17, 'password', 'account_id = ANY ($2)', 'DELETE'),
      (18, 'account_subject', 'account_id = ANY ($2)', 'DELETE'),
      (19, 'one_time_code', 'account_id = ANY ($2)', 'DELETE'),
      (20, 'one_time_code', 'account_id = ANY ($3) AND reason IS NOT NULL', 'reason = NULL'),
      (21, 'audit_entry', 'detail IS NOT NULL AND (account_id = ANY ($2) OR (detail ? ''reason'' AND learner_ids @> ARRAY[$1]))',
        'detail = NULL, detail_salt = NULL'),
      (22, 'capacity', '(learner_id = $1 OR account_id = ANY ($2))',
        'valid_until = least(valid_until, current_date - 1),
         delegation_reason = CASE WHEN delegation_reason IS NOT NULL THEN ''***'' END'),
      (23, 'account', 'id = ANY ($2)', 'login = ''erased.'' || id, display_name = ''***'', access_not_before = now()'),
      (24, 'registration', 'learner_id = $1', 'student_no = ''***'', class_id = NULL'),
      (25, 'erasure_request', 'learner_id = $1 AND reason IS NOT NULL', 'reason = NULL'),
      (26, 'learner', 'id = $1', 'name = ''***'', home_institution_id = NULL, home_department_id = NULL,
         registry_no = NULL, erased_at = now()'),
      (27, 'achievement', 'learner_id = $1', ''),
      (28, 'ledger_account', 'learner_id = $1', ''),
      (29, 'ledger_movement', 'learner_id = $1', ''),
      (30, 'decision', 'learner_id = $1', ''),
      (31, 'decision_line', 'learner_id = $1', ''),
      (32, 'seat_meeting', 'learner_id = $1', ''),
      (33, 'notice_event', 'facts::text LIKE ''%'' || $1 || ''%''', '')
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION erasure_plan() FROM PUBLIC;
--> statement-breakpoint

-- Counts the rows of every step, and where it is in earnest, changes them.
CREATE FUNCTION erase_learner(learner uuid, in_earnest boolean) RETURNS TABLE (table_name text, kept boolean, row_count bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
  DECLARE
    accounts uuid[] := erasure_accounts(learner);
    guardians uuid[];
    numbers text[];
    schools uuid[];
    full_name text;
    plan record;
    changed bigint;
  BEGIN
    SELECT l.name INTO full_name FROM learner l WHERE l.id = learner;
    SELECT coalesce(array_agg(DISTINCT r.student_no), '{}'), coalesce(array_agg(DISTINCT r.institution_id), '{}')
      INTO numbers, schools FROM registration r WHERE r.learner_id = learner;
    SELECT coalesce(array_agg(DISTINCT c.account_id), '{}') INTO guardians FROM capacity c
      WHERE c.learner_id = learner AND c.role = 'GUARDIAN' AND c.account_id <> ALL (accounts);
    FOR plan IN SELECT p.* FROM erasure_plan() p ORDER BY p.step LOOP
      EXECUTE CASE WHEN NOT in_earnest OR plan.change = ''
          THEN format('SELECT count(*) FROM %I WHERE %s', plan.table_name, plan.predicate)
        WHEN plan.change = 'DELETE'
          THEN format('WITH gone AS (DELETE FROM %I WHERE %s RETURNING 1) SELECT count(*) FROM gone', plan.table_name, plan.predicate)
        ELSE format('WITH changed AS (UPDATE %I SET %s WHERE %s RETURNING 1) SELECT count(*) FROM changed',
          plan.table_name, plan.change, plan.predicate) END
        INTO changed USING learner, accounts, guardians, numbers, full_name, schools;
      table_name := plan.table_name;
      kept := plan.change = '';
      row_count := changed;
      RETURN NEXT;
    END LOOP;
  END
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION erase_learner(uuid, boolean) FROM PUBLIC;
--> statement-breakpoint
CREATE FUNCTION erasure_preview(learner uuid) RETURNS TABLE (table_name text, kept boolean, row_count bigint)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT e.table_name, e.kept, sum(e.row_count)::bigint FROM public.erase_learner(learner, false) e
    WHERE public.erasure_is_mine_to_see(learner) GROUP BY e.table_name, e.kept
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION erasure_preview(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION erasure_preview(uuid) TO guantong_app;
--> statement-breakpoint

-- Carries a request out: only for another than who asked, of the school it was put to, and with nothing in the way. Whatever
-- the service thought, here it is looked at again, with the learner held. It answers the accounts that ended.
CREATE FUNCTION carry_out_erasure(learner uuid, request uuid) RETURNS uuid[]
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
  DECLARE
    ended uuid[];
  BEGIN
    PERFORM 1 FROM learner l WHERE l.id = learner FOR UPDATE;
    PERFORM 1 FROM erasure_request r WHERE r.learner_id = learner AND r.id = request AND r.withdrawn_at IS NULL
      AND r.carried_out_at IS NULL AND r.requested_by <> current_setting('guantong.account')::uuid
      AND r.institution_id = ANY (current_setting('guantong.institutions')::uuid[])
      AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER') FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'not to be carried out by this account' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT 1 FROM erasure_holds(learner)) THEN
      RAISE EXCEPTION 'something keeps it from being carried out' USING ERRCODE = 'insufficient_privilege';
    END IF;
    ended := erasure_accounts(learner);
    PERFORM erase_learner(learner, true);
    UPDATE erasure_request SET carried_out_by = current_setting('guantong.account')::uuid, carried_out_at = now()
      WHERE learner_id = learner AND id = request;
    RETURN ended;
  END
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION carry_out_erasure(uuid, uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION carry_out_erasure(uuid, uuid) TO guantong_app;
--> statement-breakpoint

-- What has a period since: what was told, ways in that ended, rows of batches that were discarded.
GRANT UPDATE (discarded_at) ON deposit_batch TO guantong_app;
--> statement-breakpoint
UPDATE deposit_batch SET discarded_at = now() WHERE status = 'DISCARDED';
--> statement-breakpoint
CREATE OR REPLACE FUNCTION retention_due() RETURNS TABLE (kind text, due bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT 'SESSION', count(*) FROM public.session
      WHERE least(ended_at, expires_at) < public.retention_cutoff('SESSION')
    UNION ALL SELECT 'ONE_TIME_CODE', count(*) FROM public.one_time_code
      WHERE least(used_at, ended_at, expires_at) < public.retention_cutoff('ONE_TIME_CODE')
    UNION ALL SELECT 'NOTICE', count(*) FROM public.notice WHERE read_at < public.retention_cutoff('NOTICE')
    UNION ALL SELECT 'NOTICE_DELIVERY', count(*) FROM public.notice_delivery
      WHERE status <> 'WAITING' AND settled_at < public.retention_cutoff('NOTICE_DELIVERY')
    UNION ALL SELECT 'AUDIT_DETAIL', count(*) FROM public.audit_entry
      WHERE detail_salt IS NOT NULL AND at < public.retention_cutoff('AUDIT_DETAIL')
    UNION ALL SELECT 'FILE', count(*) FROM public.file
      WHERE ciphertext IS NOT NULL AND kind <> 'IDENTITY_CHECK' AND uploaded_at < public.retention_cutoff('FILE')
    UNION ALL SELECT 'FILE_IDENTITY', count(*) FROM public.file
      WHERE ciphertext IS NOT NULL AND kind = 'IDENTITY_CHECK' AND uploaded_at < public.retention_cutoff('FILE_IDENTITY')
    UNION ALL SELECT 'NOTICE_EVENT', count(*) FROM public.notice_event
      WHERE spread_at < public.retention_cutoff('NOTICE_EVENT')
    UNION ALL SELECT 'CREDENTIAL', (SELECT count(*) FROM public.passkey
      WHERE ended_at < public.retention_cutoff('CREDENTIAL')) + (SELECT count(*) FROM public.account_subject
      WHERE ended_at < public.retention_cutoff('CREDENTIAL'))
    UNION ALL SELECT 'BATCH_ROW', count(*) FROM public.batch_row r JOIN public.deposit_batch d
      ON d.institution_id = r.institution_id AND d.id = r.batch_id
      WHERE d.status = 'DISCARDED' AND d.discarded_at < public.retention_cutoff('BATCH_ROW')
  $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION apply_retention(most integer) RETURNS TABLE (kind text, ended bigint)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH sessions AS (
      DELETE FROM public.session WHERE (account_id, id) IN (SELECT account_id, id FROM public.session
        WHERE least(ended_at, expires_at) < public.retention_cutoff('SESSION') LIMIT $1) RETURNING 1
    ), codes AS (
      DELETE FROM public.one_time_code WHERE (account_id, id) IN (SELECT account_id, id FROM public.one_time_code
        WHERE least(used_at, ended_at, expires_at) < public.retention_cutoff('ONE_TIME_CODE') LIMIT $1) RETURNING 1
    ), notices AS (
      DELETE FROM public.notice WHERE (account_id, event_id, learner_id) IN (SELECT account_id, event_id, learner_id
        FROM public.notice WHERE read_at < public.retention_cutoff('NOTICE') LIMIT $1) RETURNING 1
    ), deliveries AS (
      DELETE FROM public.notice_delivery WHERE (account_id, event_id, learner_id, channel) IN (
        SELECT account_id, event_id, learner_id, channel FROM public.notice_delivery
        WHERE status <> 'WAITING' AND settled_at < public.retention_cutoff('NOTICE_DELIVERY') LIMIT $1) RETURNING 1
    ), details AS (
      -- the entry stays with the digest, and the chain with it
      UPDATE public.audit_entry SET detail = NULL, detail_salt = NULL WHERE id IN (SELECT id FROM public.audit_entry
        WHERE detail_salt IS NOT NULL AND at < public.retention_cutoff('AUDIT_DETAIL') LIMIT $1) RETURNING 1
    ), files AS (
      -- what refers to a file still finds its hash, and when it came from whom
      UPDATE public.file SET key_id = NULL, nonce = NULL, ciphertext = NULL, name = NULL WHERE (learner_id, id) IN (
        SELECT learner_id, id FROM public.file WHERE ciphertext IS NOT NULL AND kind <> 'IDENTITY_CHECK'
          AND uploaded_at < public.retention_cutoff('FILE') LIMIT $1) RETURNING 1
    ), identity_files AS (
      UPDATE public.file SET key_id = NULL, nonce = NULL, ciphertext = NULL, name = NULL WHERE (learner_id, id) IN (
        SELECT learner_id, id FROM public.file WHERE ciphertext IS NOT NULL AND kind = 'IDENTITY_CHECK'
          AND uploaded_at < public.retention_cutoff('FILE_IDENTITY') LIMIT $1) RETURNING 1
    ), events AS (
      DELETE FROM public.notice_event WHERE id IN (SELECT id FROM public.notice_event
        WHERE spread_at < public.retention_cutoff('NOTICE_EVENT') LIMIT $1) RETURNING 1
    ), passkeys AS (
      DELETE FROM public.passkey WHERE (account_id, id) IN (SELECT account_id, id FROM public.passkey
        WHERE ended_at < public.retention_cutoff('CREDENTIAL') LIMIT $1) RETURNING 1
    ), subjects AS (
      DELETE FROM public.account_subject WHERE (account_id, id) IN (SELECT account_id, id FROM public.account_subject
        WHERE ended_at < public.retention_cutoff('CREDENTIAL') LIMIT $1) RETURNING 1
    ), batch_rows AS (
      DELETE FROM public.batch_row WHERE (institution_id, batch_id, row_no) IN (
        SELECT r.institution_id, r.batch_id, r.row_no FROM public.batch_row r JOIN public.deposit_batch d
        ON d.institution_id = r.institution_id AND d.id = r.batch_id
        WHERE d.status = 'DISCARDED' AND d.discarded_at < public.retention_cutoff('BATCH_ROW') LIMIT $1) RETURNING 1
    )
    SELECT 'SESSION', count(*) FROM sessions
    UNION ALL SELECT 'ONE_TIME_CODE', count(*) FROM codes
    UNION ALL SELECT 'NOTICE', count(*) FROM notices
    UNION ALL SELECT 'NOTICE_DELIVERY', count(*) FROM deliveries
    UNION ALL SELECT 'AUDIT_DETAIL', count(*) FROM details
    UNION ALL SELECT 'FILE', count(*) FROM files
    UNION ALL SELECT 'FILE_IDENTITY', count(*) FROM identity_files
    UNION ALL SELECT 'NOTICE_EVENT', count(*) FROM events
    UNION ALL SELECT 'CREDENTIAL', (SELECT count(*) FROM passkeys) + (SELECT count(*) FROM subjects)
    UNION ALL SELECT 'BATCH_ROW', count(*) FROM batch_rows
  $$;
