-- Records of one person: the one they are read under and those merged into it. Which ids belong together, and nothing of them.
CREATE FUNCTION same_person(learner uuid) RETURNS uuid[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH root AS (SELECT coalesce(l.merged_into, l.id) AS id FROM public.learner l WHERE l.id = learner)
    SELECT coalesce((SELECT array_agg(p.id ORDER BY p.id) FROM root
      JOIN public.learner p ON p.id = root.id OR p.merged_into = root.id), ARRAY[learner])
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION same_person(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION same_person(uuid) TO guantong_app, guantong_writer, guantong_job;
--> statement-breakpoint
-- what decides which records are one person's is for the functions below
REVOKE INSERT, UPDATE ON learner FROM guantong_app;
--> statement-breakpoint
GRANT INSERT (id, name, registry_no, home_institution_id, home_department_id, created_at), UPDATE (name, registry_no, home_institution_id, home_department_id) ON learner TO guantong_app;
--> statement-breakpoint
ALTER TABLE merge_case ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE merge_case FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY merge_case_owner ON merge_case TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON merge_case TO guantong_app;
--> statement-breakpoint
CREATE POLICY merge_case_read ON merge_case FOR SELECT TO guantong_app
  USING (((institution_id = ANY (current_setting('guantong.institutions')::uuid[]) OR other_institution_id = ANY (current_setting('guantong.institutions')::uuid[])) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint

-- Opens a case for each record of the acting school and another that bears the number whose hash the registrar holds. A pair
-- that has been looked at before is not asked about again.
CREATE FUNCTION open_merge_cases(ids uuid[], learners uuid[], others uuid[], lookups bytea[]) RETURNS SETOF uuid
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO public.merge_case (learner_id, id, other_id, institution_id, other_institution_id, found_by, state, opened_at)
    SELECT DISTINCT ON (l.id, o.id) l.id, met.id, o.id, l.home_institution_id, o.home_institution_id,
      CASE WHEN n.learner_id IS NULL THEN 'DOCUMENT' ELSE 'REGISTRY_NUMBER' END, 'OPEN', now()
    FROM unnest($1, $2, $3, $4) AS met (id, learner, other, lookup)
    JOIN public.learner l ON l.id = met.learner AND l.home_institution_id = current_setting('guantong.institution')::uuid
    JOIN public.learner o ON o.id = met.other AND o.id <> l.id
    LEFT JOIN public.registry_number n ON n.learner_id = o.id AND n.lookup = met.lookup
    LEFT JOIN public.identity_document d ON d.learner_id = o.id AND d.lookup = met.lookup
    WHERE current_setting('guantong.role') = 'REGISTRAR' AND (n.learner_id IS NOT NULL OR d.learner_id IS NOT NULL)
      AND coalesce(l.merged_into, l.id) <> coalesce(o.merged_into, o.id)
      AND NOT EXISTS (SELECT 1 FROM public.merge_case c WHERE c.learner_id = o.id AND c.other_id = l.id)
    ORDER BY l.id, o.id, n.learner_id NULLS LAST
    ON CONFLICT (learner_id, other_id) DO NOTHING RETURNING id
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION open_merge_cases(uuid[], uuid[], uuid[], bytea[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION open_merge_cases(uuid[], uuid[], uuid[], bytea[]) TO guantong_app;
--> statement-breakpoint

-- Settles a case: MERGE, APART or PART. Merging is an alias and moves no row: the ledger is append-only and every key begins
-- with its learner, so what is read together is found by same_person, and parting restores to the letter what was there.
CREATE FUNCTION settle_merge_case(learner uuid, merge uuid, act text, why text, at timestamptz) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
  DECLARE
    c merge_case;
    mine uuid := current_setting('guantong.institution')::uuid;
    root uuid;
    answer text;
  BEGIN
    SELECT m.* INTO c FROM merge_case m WHERE m.learner_id = learner AND m.id = merge AND current_setting('guantong.role') = 'REGISTRAR'
      AND (m.institution_id = ANY (current_setting('guantong.institutions')::uuid[])
        OR m.other_institution_id = ANY (current_setting('guantong.institutions')::uuid[])) FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'not to be settled by this account' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- held in the order of their ids, so that two who settle different cases of one record stand in one line
    PERFORM 1 FROM learner l WHERE l.id IN (c.learner_id, c.other_id) ORDER BY l.id FOR UPDATE;
    IF act = 'PART' THEN
      IF c.state <> 'MERGED' THEN RETURN 'SETTLED'; END IF;
      UPDATE learner l SET merged_into = NULL WHERE l.id = c.learner_id;
      answer := 'PARTED';
    ELSIF c.state NOT IN ('OPEN', 'AGREED') THEN
      RETURN 'SETTLED';
    ELSIF act = 'APART' THEN
      answer := 'TWO_PEOPLE';
    ELSIF c.state = 'AGREED' AND c.agreed_institution_id = mine THEN
      RETURN 'AGREED_BEFORE';
    ELSIF c.state = 'OPEN' AND c.other_institution_id IS NOT NULL AND c.other_institution_id <> c.institution_id THEN
      answer := 'AGREED';
    ELSE
      SELECT coalesce(o.merged_into, o.id) INTO root FROM learner o WHERE o.id = c.other_id;
      PERFORM 1 FROM learner l WHERE l.id = root FOR UPDATE;
      IF root = c.learner_id OR EXISTS (SELECT 1 FROM learner l WHERE l.id = root AND l.merged_into IS NOT NULL)
        OR EXISTS (SELECT 1 FROM learner l WHERE l.merged_into = c.learner_id OR (l.id = c.learner_id AND l.merged_into IS NOT NULL)) THEN
        RETURN 'CHAIN';
      END IF;
      -- one person holds one place in a phase, under whichever record
      IF EXISTS (SELECT 1 FROM registration r JOIN registration o ON o.phase = r.phase AND o.learner_id = ANY (same_person(root))
        WHERE r.learner_id = c.learner_id AND r.status IN ('ACTIVE', 'ON_LEAVE') AND o.status IN ('ACTIVE', 'ON_LEAVE')) THEN
        RETURN 'TWO_PLACES';
      END IF;
      UPDATE learner l SET merged_into = root WHERE l.id = c.learner_id;
      answer := 'MERGED';
    END IF;
    UPDATE merge_case m SET state = answer, decided_by = current_setting('guantong.account')::uuid, decided_at = at, reason = why,
      agreed_institution_id = CASE WHEN answer = 'AGREED' THEN mine ELSE m.agreed_institution_id END
      WHERE m.learner_id = learner AND m.id = merge;
    -- whom an account may see is remembered for a while: every process forgets it
    PERFORM pg_notify('guantong_account', a.account_id::text) FROM capacity a WHERE a.learner_id IN (c.learner_id, c.other_id, root);
    RETURN answer;
  END
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION settle_merge_case(uuid, uuid, text, text, timestamptz) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION settle_merge_case(uuid, uuid, text, text, timestamptz) TO guantong_app;
--> statement-breakpoint

-- Whoever is one person under two records has one place in a phase.
CREATE OR REPLACE FUNCTION phases_going_on(learner_ids uuid[], lookups bytea[]) RETURNS TABLE (learner_id uuid, phase integer, registration_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT asked.id, r.phase, r.id FROM unnest(learner_ids) AS asked (id)
    JOIN public.registration r ON r.learner_id = ANY (public.same_person(asked.id))
    WHERE r.status IN ('ACTIVE', 'ON_LEAVE') AND current_setting('guantong.role') = 'REGISTRAR'
      AND (EXISTS (SELECT 1 FROM public.registration own WHERE own.learner_id = asked.id
          AND own.institution_id = ANY (current_setting('guantong.institutions')::uuid[]))
        OR EXISTS (SELECT 1 FROM public.registry_number n WHERE n.learner_id = asked.id AND n.lookup = ANY (lookups)))
  $$;
--> statement-breakpoint
-- Records that are read together are parted first: erasing one would leave the other.
CREATE OR REPLACE FUNCTION erasure_holds(learner uuid) RETURNS TABLE (code text, until date)
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
      UNION ALL SELECT 'ERASURE_MERGED', NULL WHERE cardinality(public.same_person(learner)) > 1
      UNION ALL SELECT 'ERASURE_OTHER_ROLE', NULL WHERE EXISTS (
        SELECT 1 FROM public.capacity c JOIN public.capacity s ON s.account_id = c.account_id
        WHERE s.learner_id = learner AND s.role = 'STUDENT' AND c.learner_id IS DISTINCT FROM learner
          AND (c.valid_until IS NULL OR c.valid_until >= current_date))
    ) h (code, until) WHERE public.erasure_is_mine_to_see(learner)
  $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION erasure_plan() RETURNS TABLE (step integer, table_name text, predicate text, change text)
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
      (35, 'public_notice_item', 'learner_id = $1',
        'name = ''***'', school_id = NULL, department_id = NULL, class_name = NULL, item = ''***'''),
      (36, 'public_notice_objection', '(institution_id, notice_id, position) IN (
          SELECT i.institution_id, i.notice_id, i.position FROM public_notice_item i WHERE i.learner_id = $1)', 'DELETE'),
      (6, 'ledger_transaction', 'learner_id = $1 AND reason IS NOT NULL', 'reason = NULL, reason_salt = NULL'),
      (37, 'review_case', 'learner_id = $1', 'reason = NULL, finding = CASE WHEN finding IS NOT NULL THEN ''***'' END'),
      (38, 'review_case', 'closed_by = ANY ($2)', 'closed_by_name = ''***'''),
      (7, 'seat', 'learner_id = $1', 'learner_name = ''***'', student_no = ''***'''),
      (8, 'batch_row', '(learner_id = $1 OR (learner_id IS NULL AND institution_id = ANY ($6) AND EXISTS (
          SELECT 1 FROM jsonb_each_text(cells) AS cell (header, text) WHERE text = ANY ($4) OR text = $5)))',
        'cells = ''{}'', problems = ''[]'', warnings = ''[]'', corrects = corrects - ''reason'''),
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
      (33, 'notice_event', 'facts::text LIKE ''%'' || $1 || ''%''', ''),
      (40, 'status_change', 'learner_id = $1', 'learner_name = ''***'', reason = ''***'', to_school_name = NULL,
         rejection = CASE WHEN rejection IS NOT NULL THEN ''***'' END, filing_note = NULL'),
      (42, 'merge_case', '(learner_id = $1 OR other_id = $1)', 'reason = NULL')
  $$;
