-- How long public notices stay open is for anyone to know, and for a school's administrator to say.
ALTER TABLE public_notice_period ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE public_notice_period FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY public_notice_period_owner ON public_notice_period TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON public_notice_period TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
--> statement-breakpoint
GRANT INSERT, UPDATE ON public_notice_period TO guantong_app;
--> statement-breakpoint
CREATE POLICY public_notice_period_read ON public_notice_period FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY public_notice_period_insert ON public_notice_period FOR INSERT TO guantong_app
  WITH CHECK (institution_id = current_setting('guantong.institution')::uuid AND set_by = current_setting('guantong.account')::uuid
    AND current_setting('guantong.role') = 'ADMINISTRATOR' AND current_setting('guantong.institution') <> '00000000-0000-0000-0000-000000000000');
--> statement-breakpoint
CREATE POLICY public_notice_period_update ON public_notice_period FOR UPDATE TO guantong_app
  USING (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'ADMINISTRATOR'
    AND current_setting('guantong.institution') <> '00000000-0000-0000-0000-000000000000')
  WITH CHECK (institution_id = current_setting('guantong.institution')::uuid AND set_by = current_setting('guantong.account')::uuid
    AND current_setting('guantong.role') = 'ADMINISTRATOR');
--> statement-breakpoint

-- Anyone reads a public notice that is open at the moment they say they read at; without a moment (it begins as infinity)
-- none is. Its school's registrars read all of theirs. Withdrawn, its end is the moment it was.
ALTER TABLE public_notice ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE public_notice FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY public_notice_owner ON public_notice TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON public_notice TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (closes_at, withdrawn_at, withdrawn_by, withdrawal_reason) ON public_notice TO guantong_app;
--> statement-breakpoint
CREATE POLICY public_notice_read ON public_notice FOR SELECT TO guantong_app
  USING ((opened_at <= current_setting('guantong.moment')::timestamptz AND closes_at > current_setting('guantong.moment')::timestamptz) OR (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY public_notice_withdraw ON public_notice FOR UPDATE TO guantong_app
  USING (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') WITH CHECK (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR' AND withdrawn_by = current_setting('guantong.account')::uuid);
--> statement-breakpoint
-- Opened by the writer, in the transaction of the act it tells of.
GRANT INSERT ON public_notice TO guantong_writer;
--> statement-breakpoint
CREATE POLICY public_notice_open ON public_notice FOR INSERT TO guantong_writer
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND opened_by = current_setting('guantong.account')::uuid)
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
GRANT SELECT (institution_id, id, title, closes_on) ON public_notice TO guantong_job;
--> statement-breakpoint
CREATE POLICY public_notice_job ON public_notice FOR SELECT TO guantong_job USING (true);
--> statement-breakpoint

ALTER TABLE public_notice_item ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE public_notice_item FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY public_notice_item_owner ON public_notice_item TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON public_notice_item TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (closes_at) ON public_notice_item TO guantong_app;
--> statement-breakpoint
CREATE POLICY public_notice_item_read ON public_notice_item FOR SELECT TO guantong_app
  USING ((opened_at <= current_setting('guantong.moment')::timestamptz AND closes_at > current_setting('guantong.moment')::timestamptz) OR (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY public_notice_item_withdraw ON public_notice_item FOR UPDATE TO guantong_app
  USING (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') WITH CHECK (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR');
--> statement-breakpoint
GRANT INSERT, SELECT (institution_id, notice_id, position, learner_id) ON public_notice_item TO guantong_writer;
--> statement-breakpoint
CREATE POLICY public_notice_item_open ON public_notice_item FOR INSERT TO guantong_writer
  WITH CHECK (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY public_notice_item_writer ON public_notice_item FOR SELECT TO guantong_writer
  USING (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint

-- Whoever objects writes through one function, and reads by the code they were given through another. The school's
-- registrars read and answer.
ALTER TABLE public_notice_objection ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE public_notice_objection FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY public_notice_objection_owner ON public_notice_objection TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON public_notice_objection TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (state, taken_up_by, taken_up_at, key_id, nonce, ciphertext) ON public_notice_objection TO guantong_app;
--> statement-breakpoint
CREATE POLICY public_notice_objection_read ON public_notice_objection FOR SELECT TO guantong_app
  USING ((institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY public_notice_objection_take_up ON public_notice_objection FOR UPDATE TO guantong_app
  USING (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') WITH CHECK (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR' AND taken_up_by = current_setting('guantong.account')::uuid);
--> statement-breakpoint
CREATE POLICY public_notice_objection_reencrypt ON public_notice_objection FOR UPDATE TO guantong_app
  USING (current_setting('guantong.role') = 'SYSTEM') WITH CHECK (current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
GRANT SELECT (institution_id, id, notice_id, position, state), UPDATE (state, outcome, answer, answered_by, answered_at)
  ON public_notice_objection TO guantong_writer;
--> statement-breakpoint
CREATE POLICY public_notice_objection_writer ON public_notice_objection FOR SELECT TO guantong_writer USING (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR');
--> statement-breakpoint
CREATE POLICY public_notice_objection_answer ON public_notice_objection FOR UPDATE TO guantong_writer
  USING (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') WITH CHECK (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR' AND answered_by = current_setting('guantong.account')::uuid);
--> statement-breakpoint
GRANT SELECT (institution_id, id, state, due_on) ON public_notice_objection TO guantong_job;
--> statement-breakpoint
CREATE POLICY public_notice_objection_job ON public_notice_objection FOR SELECT TO guantong_job USING (true);
--> statement-breakpoint

-- Writes an objection of anyone to a notice that is open when it comes in, to a line that it has. As many wait at a time
-- as somebody can still answer: a bound of the service.
CREATE FUNCTION file_objection(institution uuid, notice uuid, objection uuid, line integer, hash text, at timestamptz, due date,
    is_named boolean, key text, once bytea, content bytea) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
  BEGIN
    PERFORM 1 FROM public_notice n WHERE n.institution_id = institution AND n.id = notice
      AND n.opened_at <= at AND n.closes_at > at FOR UPDATE;
    IF NOT FOUND OR (line IS NOT NULL AND NOT EXISTS (SELECT 1 FROM public_notice_item i
        WHERE i.institution_id = institution AND i.notice_id = notice AND i.position = line)) THEN
      RETURN 'CLOSED';
    END IF;
    IF (SELECT count(*) FROM public_notice_objection o WHERE o.institution_id = institution AND o.notice_id = notice
        AND o.state <> 'ANSWERED') >= 200 THEN
      RETURN 'TOO_MANY';
    END IF;
    INSERT INTO public_notice_objection (institution_id, id, notice_id, position, code_hash, received_at, due_on, state, named,
      key_id, nonce, ciphertext)
    VALUES (institution, objection, notice, line, hash, at, due, 'RECEIVED', is_named, key, once, content);
    RETURN 'TAKEN';
  END
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION file_objection(uuid, uuid, uuid, integer, text, timestamptz, date, boolean, text, bytea, bytea) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION file_objection(uuid, uuid, uuid, integer, text, timestamptz, date, boolean, text, bytea, bytea) TO guantong_writer;
--> statement-breakpoint
CREATE FUNCTION objection_by_code(hash text) RETURNS TABLE (notice_title text, received_at timestamptz, due_on date, state text,
    outcome text, answer text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT n.title, o.received_at, o.due_on, o.state, o.outcome, o.answer
    FROM public.public_notice_objection o JOIN public.public_notice n ON n.institution_id = o.institution_id AND n.id = o.notice_id
    WHERE o.code_hash = hash
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION objection_by_code(text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION objection_by_code(text) TO guantong_app;
--> statement-breakpoint

-- How something that was given notice of stands, for whoever decides on it and may not read objections: states only.
CREATE FUNCTION public_notice_standing(institution uuid, about uuid) RETURNS TABLE (notice_id uuid, closes_at timestamptz,
    withdrawn_at timestamptz, objections json)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT n.id, n.closes_at, n.withdrawn_at, (
      SELECT coalesce(json_agg(json_build_object('state', o.state, 'outcome', o.outcome)), '[]')
      FROM public.public_notice_objection o WHERE o.institution_id = institution AND o.notice_id = n.id
        AND (o.position IS NULL OR o.position = i.position))
    FROM public.public_notice_item i JOIN public.public_notice n ON n.institution_id = i.institution_id AND n.id = i.notice_id
    WHERE i.institution_id = institution AND i.about_id = about
    ORDER BY n.opened_at DESC, n.id DESC LIMIT 1
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION public_notice_standing(uuid, uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION public_notice_standing(uuid, uuid) TO guantong_app, guantong_writer, guantong_job;
--> statement-breakpoint

-- A line goes with whom it was about.
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
