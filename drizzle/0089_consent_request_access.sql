-- That a consent was asked for is the learner's, their guardians', their class teacher's and their school's to read, as the
-- consents themselves are. The writer writes it, for whoever the service has authorised; nobody changes it.
ALTER TABLE consent_request ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE consent_request FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY consent_request_owner ON consent_request TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON consent_request TO guantong_app;
--> statement-breakpoint
CREATE POLICY consent_request_read ON consent_request FOR SELECT TO guantong_app
  USING ((learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER'))
    OR (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
GRANT SELECT, INSERT ON consent_request TO guantong_writer;
--> statement-breakpoint
CREATE POLICY consent_request_writer ON consent_request TO guantong_writer USING (true) WITH CHECK (true);
--> statement-breakpoint
-- The job that reminds sees what waits, and of consents only that there is one.
GRANT SELECT ON consent_request TO guantong_job;
--> statement-breakpoint
CREATE POLICY consent_request_job ON consent_request FOR SELECT TO guantong_job USING (true);
--> statement-breakpoint
GRANT SELECT (learner_id, act, recorded_at) ON guardian_consent TO guantong_job;
--> statement-breakpoint
CREATE POLICY guardian_consent_job ON guardian_consent FOR SELECT TO guantong_job USING (true);
--> statement-breakpoint
GRANT SELECT (home_institution_id, erased_at) ON learner TO guantong_job;
--> statement-breakpoint
-- As before; that a consent was asked for names nobody.
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
      (42, 'merge_case', '(learner_id = $1 OR other_id = $1)', 'reason = NULL')
  $$;
