-- A transfer list (转段名单) is the sending school's; once it is published, the school that takes in reads it too.
ALTER TABLE transfer_list ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE transfer_list FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY transfer_list_owner ON transfer_list TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON transfer_list TO guantong_app;
--> statement-breakpoint
CREATE POLICY transfer_list_read ON transfer_list FOR SELECT TO guantong_app
  USING ((array_position(ARRAY['REGISTRAR', 'REGISTRAR_CONFIRMER'], current_setting('guantong.role')) IS NOT NULL
      AND (array_position(current_setting('guantong.institutions')::uuid[], institution_id) IS NOT NULL
        OR (array_position(current_setting('guantong.institutions')::uuid[], to_institution_id) IS NOT NULL
          AND array_position(ARRAY['PUBLISHED'], state) IS NOT NULL)))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY transfer_list_insert ON transfer_list FOR INSERT TO guantong_app
  WITH CHECK (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') = 'REGISTRAR'
    AND recorded_by = current_setting('guantong.account')::uuid AND state = 'RECORDED');
--> statement-breakpoint
-- Whoever does not qualify stands in the list with what was found, and is turned down by whoever wrote it down.
DROP POLICY status_change_insert ON status_change;
--> statement-breakpoint
CREATE POLICY status_change_insert ON status_change FOR INSERT TO guantong_app
  WITH CHECK (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') = 'REGISTRAR'
    AND recorded_by = current_setting('guantong.account')::uuid
    AND (state = 'RECORDED' OR (state = 'REJECTED' AND list_id IS NOT NULL AND settled_by = recorded_by AND to_institution_id IS NULL)));
--> statement-breakpoint
-- A learner reads what was found of them when the list is published, not before: until then another person may find otherwise.
ALTER POLICY status_change_read ON status_change USING (
  (learner_id = current_setting('guantong.learner')::uuid AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN')
    AND (list_id IS NULL OR published))
  OR ((institution_id = ANY (current_setting('guantong.institutions')::uuid[]) OR to_institution_id = ANY (current_setting('guantong.institutions')::uuid[])) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
  OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint

-- Publishes a list: another of the sending school than who made it, in the transaction that opens its public notice. From
-- then on its learners are the other school's to take in.
CREATE FUNCTION publish_transfer_list(school uuid, list uuid, notice uuid, at timestamptz) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
  DECLARE
    l transfer_list;
  BEGIN
    SELECT t.* INTO l FROM transfer_list t WHERE t.institution_id = school AND t.id = list
      AND t.institution_id = ANY (current_setting('guantong.institutions')::uuid[])
      AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER')
      AND t.recorded_by <> current_setting('guantong.account')::uuid FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'not to be published by this account' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF l.state <> 'RECORDED' THEN
      RETURN 'SETTLED';
    END IF;
    UPDATE transfer_list t SET state = 'PUBLISHED', settled_by = current_setting('guantong.account')::uuid, settled_at = at, notice_id = notice
      WHERE t.institution_id = school AND t.id = list;
    UPDATE status_change c SET published = true,
      to_institution_id = CASE WHEN c.state = 'RECORDED' AND l.to_institution_id <> l.institution_id THEN l.to_institution_id END
      WHERE c.list_id = list AND c.institution_id = school;
    RETURN 'DONE';
  END
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION publish_transfer_list(uuid, uuid, uuid, timestamptz) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION publish_transfer_list(uuid, uuid, uuid, timestamptz) TO guantong_writer;
--> statement-breakpoint
-- Takes a list back that was not published: nothing comes of it.
CREATE FUNCTION withdraw_transfer_list(school uuid, list uuid, at timestamptz, why text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
  BEGIN
    UPDATE transfer_list t SET state = 'WITHDRAWN', settled_by = current_setting('guantong.account')::uuid, settled_at = at, withdrawal = why
      WHERE t.institution_id = school AND t.id = list AND t.state = 'RECORDED'
        AND t.institution_id = ANY (current_setting('guantong.institutions')::uuid[])
        AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER');
    IF NOT FOUND THEN
      RETURN false;
    END IF;
    UPDATE status_change c SET state = 'REJECTED', settled_by = current_setting('guantong.account')::uuid, settled_at = at, rejection = why
      WHERE c.list_id = list AND c.institution_id = school AND c.state = 'RECORDED';
    RETURN true;
  END
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION withdraw_transfer_list(uuid, uuid, timestamptz, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION withdraw_transfer_list(uuid, uuid, timestamptz, text) TO guantong_app;
--> statement-breakpoint

-- As 0061 has it; besides, of a stage transfer: only once its list is published, from a registration that goes on or has
-- graduated meanwhile, into the phase and the pathway it leads to; and the class that the school taking in names.
DROP FUNCTION confirm_status_change(uuid, uuid, timestamptz, jsonb, uuid, text);
--> statement-breakpoint
CREATE FUNCTION confirm_status_change(learner uuid, change uuid, at timestamptz, seen jsonb, opened uuid, student_no text, placed uuid, late text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
  DECLARE
    c status_change;
    r registration;
    department uuid;
    stage boolean;
    takes uuid;
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
    IF c.list_id IS NOT NULL AND NOT c.published THEN
      RETURN 'UNPUBLISHED';
    END IF;
    stage := c.kind = 'STAGE_TRANSFER';
    takes := coalesce(c.to_institution_id, c.institution_id);
    SELECT g.* INTO r FROM registration g WHERE g.learner_id = learner AND g.id = c.registration_id FOR UPDATE;
    IF NOT FOUND OR (r.cohort, r.programme_id) IS DISTINCT FROM (c.cohort_before, c.programme_before)
      OR NOT (r.status = c.status_before OR (stage AND r.status = 'GRADUATED')) THEN
      RETURN 'STALE';
    END IF;
    IF placed IS NOT NULL AND NOT EXISTS (SELECT 1 FROM class_group g WHERE g.id = placed AND g.institution_id = takes
      AND g.programme_id = c.programme_after) THEN
      RAISE EXCEPTION 'no class of the school that takes in' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE registration g SET status = c.status_after,
      left_on = CASE WHEN c.status_after IN ('ACTIVE', 'ON_LEAVE') THEN NULL WHEN stage THEN coalesce(g.left_on, c.effective_on) ELSE c.effective_on END,
      cohort = CASE WHEN c.programme_after = c.programme_before AND NOT stage THEN c.cohort_after ELSE g.cohort END,
      class_id = CASE WHEN c.status_after IN ('ACTIVE', 'ON_LEAVE') THEN c.class_after ELSE g.class_id END,
      pathway_id = CASE WHEN c.status_after IN ('ACTIVE', 'ON_LEAVE') AND seen ->> 'pathway' = 'LOST' THEN NULL ELSE g.pathway_id END
      WHERE g.learner_id = learner AND g.id = c.registration_id;
    IF c.programme_after <> c.programme_before OR stage THEN
      SELECT p.department_id INTO department FROM programme p WHERE p.id = c.programme_after;
      INSERT INTO registration (learner_id, id, institution_id, programme_id, department_id, pathway_id, class_id, cohort, phase, student_no, status, entered_on)
        VALUES (learner, opened, takes, c.programme_after, department, CASE WHEN stage THEN r.pathway_id END,
          coalesce(placed, c.class_after), c.cohort_after, CASE WHEN stage THEN c.phase_after ELSE r.phase END, student_no, 'ACTIVE', c.effective_on);
      -- whoever has gone on to yet another school by now stays there
      UPDATE learner l SET home_institution_id = coalesce(c.to_institution_id, l.home_institution_id), home_department_id = department
        WHERE l.id = learner AND l.home_institution_id = c.institution_id;
      IF FOUND AND c.to_institution_id IS NOT NULL THEN
        UPDATE identity_document d SET home_institution_id = c.to_institution_id WHERE d.learner_id = learner;
        UPDATE registry_number n SET home_institution_id = c.to_institution_id WHERE n.learner_id = learner;
      END IF;
    END IF;
    UPDATE status_change s SET state = 'CONFIRMED', settled_by = current_setting('guantong.account')::uuid, settled_at = at,
      effects = seen, filing = 'TO_FILE', class_after = coalesce(placed, s.class_after), settled_late_reason = late
      WHERE s.learner_id = learner AND s.id = change;
    RETURN 'DONE';
  END
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION confirm_status_change(uuid, uuid, timestamptz, jsonb, uuid, text, uuid, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION confirm_status_change(uuid, uuid, timestamptz, jsonb, uuid, text, uuid, text) TO guantong_app;
--> statement-breakpoint
-- Whoever has graduated and gone nowhere yet is still the home school's to send on.
CREATE OR REPLACE FUNCTION may_weigh_change(learner uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER') AND (
      EXISTS (SELECT 1 FROM public.registration r JOIN public.learner l ON l.id = r.learner_id
        WHERE r.learner_id = learner AND r.institution_id = ANY (current_setting('guantong.institutions')::uuid[])
          AND (r.status IN ('ACTIVE', 'ON_LEAVE') OR (r.status = 'GRADUATED' AND l.home_institution_id = r.institution_id)))
      OR EXISTS (SELECT 1 FROM public.status_change c WHERE c.learner_id = learner AND c.state = 'RECORDED'
        AND c.to_institution_id = ANY (current_setting('guantong.institutions')::uuid[])))
  $$;
--> statement-breakpoint
-- Why something was late is in somebody's own words, and goes.
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
         rejection = CASE WHEN rejection IS NOT NULL THEN ''***'' END, filing_note = NULL,
         late_reason = CASE WHEN late_reason IS NOT NULL THEN ''***'' END,
         settled_late_reason = CASE WHEN settled_late_reason IS NOT NULL THEN ''***'' END'),
      (42, 'merge_case', '(learner_id = $1 OR other_id = $1)', 'reason = NULL'),
      (47, 'bank_number', 'learner_id = $1', 'DELETE')
  $$;
