-- What proved a relation stands with it, for as long as it is on record; what is known of it already stood with the code.
UPDATE capacity c SET relation = split_part(o.reason, ': ', 1), evidence = substr(o.reason, strpos(o.reason, ': ') + 2)
  FROM one_time_code o
  WHERE c.role = 'GUARDIAN' AND o.account_id = c.account_id AND o.purpose = 'GUARDIAN' AND strpos(o.reason, ': ') > 0
    AND NOT EXISTS (SELECT 1 FROM capacity k WHERE k.account_id = c.account_id AND k.id <> c.id)
    AND NOT EXISTS (SELECT 1 FROM one_time_code n WHERE n.account_id = o.account_id AND n.purpose = 'GUARDIAN' AND n.id <> o.id);
--> statement-breakpoint
-- An administrator gives roles to staff, and has nothing to do with whose child somebody is.
DROP POLICY capacity_read ON capacity;
--> statement-breakpoint
CREATE POLICY capacity_read ON capacity FOR SELECT TO guantong_app
  USING (account_id = current_setting('guantong.account')::uuid OR delegated_by = current_setting('guantong.account')::uuid OR current_setting('guantong.role') = 'SYSTEM'
    OR (current_setting('guantong.role') = 'ADMINISTRATOR' AND role NOT IN ('STUDENT', 'GUARDIAN')
      AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution')::uuid = '00000000-0000-0000-0000-000000000000')));
--> statement-breakpoint
DROP FUNCTION open_accounts(uuid[], text[], text[], uuid[], uuid[], text, date, date);
--> statement-breakpoint
-- Opens accounts over learners of the registrar's own school: one for each learner who has none, or one for a guardian.
CREATE FUNCTION open_accounts(account_ids uuid[], logins text[], names text[], learner_ids uuid[], capacity_ids uuid[], role text, valid_from date, valid_until date, relation text DEFAULT NULL, evidence text DEFAULT NULL)
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
    INSERT INTO public.capacity (account_id, id, role, institution_id, learner_id, valid_from, valid_until, relation, evidence)
      SELECT f.account_id, f.capacity_id, $6, current_setting('guantong.institution')::uuid, f.learner_id, $7, $8, $9, $10
      FROM fresh f JOIN accounts a ON a.id = f.account_id
      RETURNING account_id
  $$;
--> statement-breakpoint
DROP FUNCTION accounts_of_learners(uuid[]);
--> statement-breakpoint
-- The accounts over learners of the registrar's own school, whether each has ever signed in (nothing of how), and of a
-- guardian what proved the relation.
CREATE FUNCTION accounts_of_learners(learner_ids uuid[])
  RETURNS TABLE (learner_id uuid, account_id uuid, login text, display_name text, role text, valid_until date, signed_in boolean, code_expires_at timestamptz,
    capacity_id uuid, relation text, evidence text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT c.learner_id, a.id, a.login, a.display_name, c.role, c.valid_until,
      EXISTS (SELECT 1 FROM public.session s WHERE s.account_id = a.id),
      (SELECT max(o.expires_at) FROM public.one_time_code o
        WHERE o.account_id = a.id AND o.used_at IS NULL AND o.ended_at IS NULL AND o.expires_at > now()),
      c.id, c.relation, c.evidence
    FROM public.capacity c JOIN public.account a ON a.id = c.account_id JOIN public.learner l ON l.id = c.learner_id
    WHERE c.learner_id = ANY (learner_ids) AND c.role IN ('STUDENT', 'GUARDIAN')
      AND current_setting('guantong.role') = 'REGISTRAR'
      AND l.home_institution_id = current_setting('guantong.institution')::uuid
    ORDER BY c.role DESC, a.login, c.id
  $$;
--> statement-breakpoint
-- A guardianship that is in force, to a registrar of the learner's home school.
CREATE FUNCTION guardianship(capacity_id uuid, today date) RETURNS TABLE (account_id uuid, learner_id uuid, institution_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT c.account_id, c.learner_id, l.home_institution_id
    FROM public.capacity c JOIN public.learner l ON l.id = c.learner_id
    WHERE c.id = $1 AND c.role = 'GUARDIAN' AND (c.valid_until IS NULL OR c.valid_until >= today)
      AND current_setting('guantong.role') = 'REGISTRAR'
      AND l.home_institution_id = current_setting('guantong.institution')::uuid
  $$;
--> statement-breakpoint
-- Ends a guardianship, so that today is a day without it; a code that opens nothing else ends with it. Consents given stay.
CREATE FUNCTION end_guardianship(capacity_id uuid, today date) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    ward uuid;
    holder uuid;
  BEGIN
    SELECT g.account_id, g.learner_id INTO holder, ward FROM public.guardianship($1, $2) g;
    IF holder IS NULL THEN RETURN false; END IF;
    UPDATE public.capacity c SET valid_until = $2 - 1
      WHERE c.account_id = holder AND c.id = $1 AND (c.valid_until IS NULL OR c.valid_until >= $2);
    IF NOT FOUND THEN RETURN false; END IF;
    UPDATE public.one_time_code o SET ended_at = now()
      WHERE o.account_id = holder AND o.used_at IS NULL AND o.ended_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM public.capacity k
          WHERE k.account_id = holder AND (k.valid_until IS NULL OR k.valid_until >= $2));
    PERFORM pg_notify('guantong_account', k.account_id::text) FROM public.capacity k WHERE k.learner_id = ward;
    RETURN true;
  END
  $$;
--> statement-breakpoint
-- A birth date that comes later than a guardian shows until when they may stand for the learner.
CREATE FUNCTION shorten_guardianships(learner_ids uuid[], untils date[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    UPDATE public.capacity c SET valid_until = ward.until
    FROM unnest(learner_ids, untils) AS ward (id, until) JOIN public.learner l ON l.id = ward.id
    WHERE c.learner_id = ward.id AND c.role = 'GUARDIAN' AND coalesce(c.valid_until, 'infinity') > ward.until
      AND (current_setting('guantong.role', true) = 'SYSTEM' OR (current_setting('guantong.role', true) = 'REGISTRAR'
        AND l.home_institution_id = current_setting('guantong.institution', true)::uuid))
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION open_accounts(uuid[], text[], text[], uuid[], uuid[], text, date, date, text, text),
  accounts_of_learners(uuid[]), guardianship(uuid, date), end_guardianship(uuid, date), shorten_guardianships(uuid[], date[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION open_accounts(uuid[], text[], text[], uuid[], uuid[], text, date, date, text, text),
  accounts_of_learners(uuid[]), guardianship(uuid, date), end_guardianship(uuid, date), shorten_guardianships(uuid[], date[]) TO guantong_app;
--> statement-breakpoint
-- What proved a relation goes with whom it was about.
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
      (42, 'merge_case', '(learner_id = $1 OR other_id = $1)', 'reason = NULL')
  $$;
