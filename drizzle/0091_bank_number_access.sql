ALTER TABLE bank_number ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE bank_number FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY bank_number_owner ON bank_number TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON bank_number TO guantong_app;
--> statement-breakpoint
CREATE POLICY bank_number_read ON bank_number FOR SELECT TO guantong_app
  USING ((array_position(ARRAY['REGISTRAR', 'REGISTRAR_CONFIRMER'], current_setting('guantong.role')) IS NOT NULL
      AND home_institution_id = ANY (current_setting('guantong.institutions')::uuid[]))
    OR (array_position(ARRAY['STUDENT', 'GUARDIAN'], current_setting('guantong.role')) IS NOT NULL
      AND learner_id = ANY (current_setting('guantong.learners')::uuid[]))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY bank_number_insert ON bank_number FOR INSERT TO guantong_app
  WITH CHECK ((current_setting('guantong.role') = 'REGISTRAR' AND home_institution_id = current_setting('guantong.institution')::uuid
      AND institution_id = home_institution_id AND opened_by = current_setting('guantong.account')::uuid)
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
-- Whose bank numbers these are, for a school that records what they achieved: of its own learners, and of another school's
-- whom it names as they are named there. A number alone tells nothing of anybody.
CREATE FUNCTION learners_by_bank_number(numbers text[], names text[])
  RETURNS TABLE (number text, learner_id uuid, name text, home_institution_id uuid, home_department_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT DISTINCT ON (b.number) b.number, l.id, l.name, l.home_institution_id, l.home_department_id
    FROM unnest(numbers, names) AS asked (number, name)
    JOIN public.bank_number b ON b.number = asked.number JOIN public.learner l ON l.id = b.learner_id
    WHERE current_setting('guantong.role') = 'REGISTRAR'
      AND (l.home_institution_id = ANY (current_setting('guantong.institutions')::uuid[]) OR l.name = asked.name)
    ORDER BY b.number
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION learners_by_bank_number(text[], text[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION learners_by_bank_number(text[], text[]) TO guantong_app;
--> statement-breakpoint
-- Who came to the bank without a registration and bears a document, for the school that registers them now: by the hash of
-- the document and the name. Whoever goes on somewhere, or is read under another record, is for the merge queue.
CREATE FUNCTION bank_learners_by_document(lookups bytea[], names text[])
  RETURNS TABLE (lookup bytea, learner_id uuid, name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT DISTINCT ON (d.lookup) d.lookup, l.id, l.name
    FROM unnest(lookups, names) AS asked (lookup, name)
    JOIN public.identity_document d ON d.lookup = asked.lookup
    JOIN public.bank_number b ON b.learner_id = d.learner_id
    JOIN public.learner l ON l.id = d.learner_id AND l.name = asked.name AND l.merged_into IS NULL
    WHERE current_setting('guantong.role') = 'REGISTRAR'
      AND NOT EXISTS (SELECT 1 FROM public.registration r WHERE r.learner_id = ANY (public.same_person(l.id)))
    ORDER BY d.lookup, l.created_at, l.id
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION bank_learners_by_document(bytea[], text[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION bank_learners_by_document(bytea[], text[]) TO guantong_app;
--> statement-breakpoint
-- A school takes in whom it registers and nobody else has: known by the registry number, or by the document of an account
-- that was opened without a registration. Document, registry number and bank number go along.
CREATE OR REPLACE FUNCTION adopt_learners(learner_ids uuid[], lookups bytea[], names text[]) RETURNS SETOF uuid
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH adopted AS (
      UPDATE public.learner l SET home_institution_id = current_setting('guantong.institution')::uuid
      FROM unnest(learner_ids, lookups, names) AS arrival (id, lookup, name)
      WHERE l.id = arrival.id AND l.name = arrival.name
        AND (EXISTS (SELECT 1 FROM public.registry_number n WHERE n.learner_id = arrival.id AND n.lookup = arrival.lookup)
          OR EXISTS (SELECT 1 FROM public.identity_document d JOIN public.bank_number b ON b.learner_id = d.learner_id
            WHERE d.learner_id = arrival.id AND d.lookup = arrival.lookup))
        AND current_setting('guantong.role') = 'REGISTRAR'
        AND current_setting('guantong.institution') <> '00000000-0000-0000-0000-000000000000'
        AND l.home_institution_id IS DISTINCT FROM current_setting('guantong.institution')::uuid
        AND NOT EXISTS (SELECT 1 FROM public.registration r WHERE r.learner_id = ANY (public.same_person(l.id))
          AND r.status IN ('ACTIVE', 'ON_LEAVE') AND r.institution_id <> ALL (current_setting('guantong.institutions')::uuid[]))
      RETURNING l.id, l.home_institution_id
    ), documents AS (
      UPDATE public.identity_document d SET home_institution_id = adopted.home_institution_id
      FROM adopted WHERE d.learner_id = adopted.id
    ), numbers AS (
      UPDATE public.registry_number n SET home_institution_id = adopted.home_institution_id
      FROM adopted WHERE n.learner_id = adopted.id
    ), bank_numbers AS (
      UPDATE public.bank_number b SET home_institution_id = adopted.home_institution_id
      FROM adopted WHERE b.learner_id = adopted.id
    )
    SELECT id FROM adopted
  $$;
--> statement-breakpoint
-- A bank number goes along where a transfer takes the record to another school.
CREATE OR REPLACE FUNCTION confirm_status_change(learner uuid, change uuid, at timestamptz, seen jsonb, opened uuid, student_no text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
  DECLARE
    c status_change;
    r registration;
    department uuid;
  BEGIN
    SELECT s.* INTO c FROM status_change s WHERE s.learner_id = learner AND s.id = change
      AND coalesce(s.to_institution_id, s.institution_id) = ANY (current_setting('guantong.institutions')::uuid[])
      AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER')
      AND s.recorded_by <> current_setting('guantong.account')::uuid FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'not to be confirmed by this account' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF c.state <> 'RECORDED' THEN
      RETURN 'SETTLED';
    END IF;
    SELECT g.* INTO r FROM registration g WHERE g.learner_id = learner AND g.id = c.registration_id FOR UPDATE;
    IF NOT FOUND OR (r.status, r.cohort, r.programme_id) IS DISTINCT FROM (c.status_before, c.cohort_before, c.programme_before) THEN
      RETURN 'STALE';
    END IF;
    UPDATE registration g SET status = c.status_after,
      left_on = CASE WHEN c.status_after IN ('ACTIVE', 'ON_LEAVE') THEN NULL ELSE c.effective_on END,
      cohort = CASE WHEN c.programme_after = c.programme_before THEN c.cohort_after ELSE g.cohort END,
      class_id = CASE WHEN c.status_after IN ('ACTIVE', 'ON_LEAVE') THEN c.class_after ELSE g.class_id END,
      pathway_id = CASE WHEN c.status_after IN ('ACTIVE', 'ON_LEAVE') AND seen ->> 'pathway' = 'LOST' THEN NULL ELSE g.pathway_id END
      WHERE g.learner_id = learner AND g.id = c.registration_id;
    IF c.programme_after <> c.programme_before THEN
      SELECT p.department_id INTO department FROM programme p WHERE p.id = c.programme_after;
      INSERT INTO registration (learner_id, id, institution_id, programme_id, department_id, class_id, cohort, phase, student_no, status, entered_on)
        VALUES (learner, opened, coalesce(c.to_institution_id, c.institution_id), c.programme_after, department, c.class_after,
          c.cohort_after, r.phase, student_no, 'ACTIVE', c.effective_on);
      -- whoever has gone on to yet another school by now stays there
      UPDATE learner l SET home_institution_id = coalesce(c.to_institution_id, l.home_institution_id), home_department_id = department
        WHERE l.id = learner AND l.home_institution_id = c.institution_id;
      IF FOUND AND c.to_institution_id IS NOT NULL THEN
        UPDATE identity_document d SET home_institution_id = c.to_institution_id WHERE d.learner_id = learner;
        UPDATE registry_number n SET home_institution_id = c.to_institution_id WHERE n.learner_id = learner;
        UPDATE bank_number b SET home_institution_id = c.to_institution_id WHERE b.learner_id = learner;
      END IF;
    END IF;
    UPDATE status_change s SET state = 'CONFIRMED', settled_by = current_setting('guantong.account')::uuid, settled_at = at,
      effects = seen, filing = 'TO_FILE' WHERE s.learner_id = learner AND s.id = change;
    RETURN 'DONE';
  END
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
      (46, 'consent_request', 'learner_id = $1', ''),
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
      (43, 'application', 'learner_id = $1', 'learner_name = ''***'', verdicts = (
          SELECT coalesce(jsonb_agg(v || ''{"reason": null}''), ''[]'') FROM jsonb_array_elements(verdicts) AS v)'),
      (44, 'application_event', 'learner_id = $1 AND reason IS NOT NULL', 'reason = ''***'''),
      (45, 'application_event', 'by_account = ANY ($2)', 'by_name = ''***'''),
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
         delegation_reason = CASE WHEN delegation_reason IS NOT NULL THEN ''***'' END,
         relation = NULL, evidence = NULL'),
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
      (42, 'merge_case', '(learner_id = $1 OR other_id = $1)', 'reason = NULL'),
      (47, 'bank_number', 'learner_id = $1', 'DELETE')
  $$;
