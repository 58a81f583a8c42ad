-- Who may touch which row, now that a role has a scope of its own: a department, a class, the learners one looks after.
-- guantong.learners holds whom the viewer reaches one by one: themself or their child, their class, their apprentices;
-- guantong.learner only whom they are or stand for; guantong.department the department they review for.
-- what was there before belongs to the departments of its programmes
UPDATE registration r SET department_id = p.department_id FROM programme p WHERE p.id = r.programme_id;
--> statement-breakpoint
UPDATE learner l SET home_department_id = newest.department_id FROM (
  SELECT DISTINCT ON (learner_id) learner_id, institution_id, department_id FROM registration
  ORDER BY learner_id, entered_on DESC, phase DESC) newest
WHERE newest.learner_id = l.id AND newest.institution_id = l.home_institution_id;
--> statement-breakpoint
UPDATE achievement a SET home_department_id = l.home_department_id FROM learner l
WHERE l.id = a.learner_id AND l.home_institution_id = a.home_institution_id;
--> statement-breakpoint
UPDATE decision d SET department_id = p.department_id FROM programme p WHERE p.id = d.programme_id;
--> statement-breakpoint
UPDATE decision_line n SET department_id = d.department_id FROM decision d
WHERE d.learner_id = n.learner_id AND d.id = n.decision_id;
--> statement-breakpoint
UPDATE seat SET teacher_account_id = s.teacher_account_id FROM section s WHERE s.id = seat.section_id;
--> statement-breakpoint
DROP POLICY learner_read ON learner;
--> statement-breakpoint
CREATE POLICY learner_read ON learner FOR SELECT TO guantong_app
  USING ((id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER', 'ENTERPRISE_MENTOR'))
    OR (home_institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR (home_department_id = current_setting('guantong.department')::uuid AND current_setting('guantong.role') = 'DEPARTMENT_REVIEWER')
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
DROP POLICY registration_read ON registration;
--> statement-breakpoint
CREATE POLICY registration_read ON registration FOR SELECT TO guantong_app
  USING ((learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER'))
    OR (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR (department_id = current_setting('guantong.department')::uuid AND current_setting('guantong.role') = 'DEPARTMENT_REVIEWER')
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
-- a class holds nobody's name; administrators appoint class teachers
DROP POLICY class_group_read ON class_group;
--> statement-breakpoint
CREATE POLICY class_group_read ON class_group FOR SELECT TO guantong_app
  USING (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) OR current_setting('guantong.role') IN ('ADMINISTRATOR', 'SYSTEM'));
--> statement-breakpoint
DROP POLICY achievement_read ON achievement;
--> statement-breakpoint
CREATE POLICY achievement_read ON achievement FOR SELECT TO guantong_app
  USING ((learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER'))
    OR ((institution_id = ANY (current_setting('guantong.institutions')::uuid[]) OR home_institution_id = ANY (current_setting('guantong.institutions')::uuid[])) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR (home_department_id = current_setting('guantong.department')::uuid AND current_setting('guantong.role') = 'DEPARTMENT_REVIEWER')
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
-- A department reviews outcomes, not balances.
DROP POLICY ledger_transaction_read ON ledger_transaction;
--> statement-breakpoint
CREATE POLICY ledger_transaction_read ON ledger_transaction FOR SELECT TO guantong_app
  USING ((learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER'))
    OR ((institution_id = ANY (current_setting('guantong.institutions')::uuid[]) OR home_institution_id = ANY (current_setting('guantong.institutions')::uuid[])) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
DROP POLICY ledger_movement_read ON ledger_movement;
--> statement-breakpoint
CREATE POLICY ledger_movement_read ON ledger_movement FOR SELECT TO guantong_app
  USING ((learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER'))
    OR ((institution_id = ANY (current_setting('guantong.institutions')::uuid[]) OR home_institution_id = ANY (current_setting('guantong.institutions')::uuid[])) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
DROP POLICY decision_read ON decision;
--> statement-breakpoint
CREATE POLICY decision_read ON decision FOR SELECT TO guantong_app
  USING ((learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER'))
    OR (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR (department_id = current_setting('guantong.department')::uuid AND current_setting('guantong.role') = 'DEPARTMENT_REVIEWER')
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
DROP POLICY decision_line_read ON decision_line;
--> statement-breakpoint
CREATE POLICY decision_line_read ON decision_line FOR SELECT TO guantong_app
  USING ((learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER'))
    OR (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR (department_id = current_setting('guantong.department')::uuid AND current_setting('guantong.role') = 'DEPARTMENT_REVIEWER')
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
DROP POLICY decision_line_update ON decision_line;
--> statement-breakpoint
CREATE POLICY decision_line_update ON decision_line FOR UPDATE TO guantong_app
  USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER')) OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
DROP POLICY ledger_account_read ON ledger_account;
--> statement-breakpoint
CREATE POLICY ledger_account_read ON ledger_account FOR SELECT TO guantong_app
  USING ((learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER'))
    OR (home_institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR (kind = 'ISSUED' AND ref = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
-- Whoever only confirms reads and closes batches, and records none.
DROP POLICY deposit_batch_read ON deposit_batch;
--> statement-breakpoint
CREATE POLICY deposit_batch_read ON deposit_batch FOR SELECT TO guantong_app
  USING ((institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
DROP POLICY deposit_batch_update ON deposit_batch;
--> statement-breakpoint
CREATE POLICY deposit_batch_update ON deposit_batch FOR UPDATE TO guantong_app
  USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER')) OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK (((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER')) OR current_setting('guantong.role') = 'SYSTEM') AND status <> 'CONFIRMED');
--> statement-breakpoint
DROP POLICY batch_row_read ON batch_row;
--> statement-breakpoint
CREATE POLICY batch_row_read ON batch_row FOR SELECT TO guantong_app
  USING ((institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
-- A teacher sees the rosters of their own sections, not those of the whole school.
DROP POLICY seat_read ON seat;
--> statement-breakpoint
CREATE POLICY seat_read ON seat FOR SELECT TO guantong_app
  USING ((learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER'))
    OR ((host_institution_id = ANY (current_setting('guantong.institutions')::uuid[]) OR home_institution_id = ANY (current_setting('guantong.institutions')::uuid[])) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR (teacher_account_id = current_setting('guantong.account')::uuid AND current_setting('guantong.role') = 'HOST_TEACHER')
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
DROP POLICY seat_meeting_read ON seat_meeting;
--> statement-breakpoint
CREATE POLICY seat_meeting_read ON seat_meeting FOR SELECT TO guantong_app
  USING ((learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
-- A teacher publishes and closes sections of their own.
DROP POLICY section_insert ON section;
--> statement-breakpoint
CREATE POLICY section_insert ON section FOR INSERT TO guantong_app
  WITH CHECK ((host_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR')
    OR (teacher_account_id = current_setting('guantong.account')::uuid AND host_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'HOST_TEACHER')
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
DROP POLICY section_update ON section;
--> statement-breakpoint
CREATE POLICY section_update ON section FOR UPDATE TO guantong_app
  USING ((host_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR')
    OR (teacher_account_id = current_setting('guantong.account')::uuid AND host_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'HOST_TEACHER')
    OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK ((host_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR')
    OR (teacher_account_id = current_setting('guantong.account')::uuid AND host_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'HOST_TEACHER')
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
-- every seat carries the teacher of its section, so the teacher stays
REVOKE UPDATE (teacher_account_id) ON section FROM guantong_app;
--> statement-breakpoint
-- An administrator of one school sees no accounts of others: whose a login is, they ask by name.
DROP POLICY account_read ON account;
--> statement-breakpoint
CREATE POLICY account_read ON account FOR SELECT TO guantong_app
  USING (id = current_setting('guantong.account')::uuid OR current_setting('guantong.role') = 'SYSTEM'
    OR (current_setting('guantong.role') = 'ADMINISTRATOR' AND current_setting('guantong.institution')::uuid = '00000000-0000-0000-0000-000000000000'));
--> statement-breakpoint
DROP POLICY capacity_read ON capacity;
--> statement-breakpoint
CREATE POLICY capacity_read ON capacity FOR SELECT TO guantong_app
  USING (account_id = current_setting('guantong.account')::uuid OR delegated_by = current_setting('guantong.account')::uuid OR current_setting('guantong.role') = 'SYSTEM'
    OR (current_setting('guantong.role') = 'ADMINISTRATOR' AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution')::uuid = '00000000-0000-0000-0000-000000000000')));
--> statement-breakpoint
-- What is handed on is the role one acts in, for the same school and department, and it ends.
DROP POLICY capacity_insert ON capacity;
--> statement-breakpoint
CREATE POLICY capacity_insert ON capacity FOR INSERT TO guantong_app
  WITH CHECK ((current_setting('guantong.role') = 'ADMINISTRATOR' AND role NOT IN ('ADMINISTRATOR', 'STUDENT', 'GUARDIAN') AND learner_id IS NULL AND delegated_by IS NULL
      AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution')::uuid = '00000000-0000-0000-0000-000000000000'))
    OR (delegated_by = current_setting('guantong.account')::uuid AND role = current_setting('guantong.role') AND institution_id = current_setting('guantong.institution')::uuid
      AND coalesce(department_id, '00000000-0000-0000-0000-000000000000') = current_setting('guantong.department')::uuid AND learner_id IS NULL
      AND role IN ('REGISTRAR', 'REGISTRAR_CONFIRMER', 'DEPARTMENT_REVIEWER', 'CLASS_TEACHER', 'SIGNATORY', 'PLANNER'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
-- a role handed on, or given by an administrator, ends early
GRANT UPDATE (valid_until) ON capacity TO guantong_app;
--> statement-breakpoint
CREATE POLICY capacity_update ON capacity FOR UPDATE TO guantong_app
  USING (delegated_by = current_setting('guantong.account')::uuid OR current_setting('guantong.role') = 'SYSTEM'
    OR (current_setting('guantong.role') = 'ADMINISTRATOR' AND role NOT IN ('ADMINISTRATOR', 'STUDENT', 'GUARDIAN')
      AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution')::uuid = '00000000-0000-0000-0000-000000000000')))
  WITH CHECK (delegated_by = current_setting('guantong.account')::uuid OR current_setting('guantong.role') = 'SYSTEM'
    OR (current_setting('guantong.role') = 'ADMINISTRATOR' AND role NOT IN ('ADMINISTRATOR', 'STUDENT', 'GUARDIAN')
      AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution')::uuid = '00000000-0000-0000-0000-000000000000')));
--> statement-breakpoint
-- Whose some logins are: no more than that, for administrators who give roles and for whoever hands theirs on.
CREATE FUNCTION accounts_by_login(logins text[])
  RETURNS TABLE (id uuid, login text, display_name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT a.id, a.login, a.display_name FROM public.account a
    WHERE a.login = ANY (logins) AND current_setting('guantong.role') IN ('ADMINISTRATOR', 'SYSTEM', 'REGISTRAR', 'REGISTRAR_CONFIRMER',
      'DEPARTMENT_REVIEWER', 'CLASS_TEACHER', 'SIGNATORY', 'PLANNER')
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION accounts_by_login(text[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION accounts_by_login(text[]) TO guantong_app;
--> statement-breakpoint
ALTER TABLE placement ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE placement FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY placement_owner ON placement TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON placement TO guantong_app;
--> statement-breakpoint
-- a mentor reports; the school moves the dates
GRANT UPDATE (grade, hours, remark, reported_on, ends_on) ON placement TO guantong_app;
--> statement-breakpoint
CREATE POLICY placement_read ON placement FOR SELECT TO guantong_app
  USING ((learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER'))
    OR (mentor_account_id = current_setting('guantong.account')::uuid AND current_setting('guantong.role') = 'ENTERPRISE_MENTOR')
    OR (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY placement_insert ON placement FOR INSERT TO guantong_app
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR' AND reported_on IS NULL) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY placement_update ON placement FOR UPDATE TO guantong_app
  USING ((mentor_account_id = current_setting('guantong.account')::uuid AND current_setting('guantong.role') = 'ENTERPRISE_MENTOR') OR (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK ((mentor_account_id = current_setting('guantong.account')::uuid AND current_setting('guantong.role') = 'ENTERPRISE_MENTOR') OR (institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
