-- Who may touch which row. The policy is the net under the service layer's own checks.
-- Settings are set per transaction by the server (src/db/transaction.ts); a connection without them fails closed,
-- because current_setting() raises an error. Policies compare the row's own columns only: no subqueries.
-- guantong.institution is the school that acts; guantong.institutions holds it and those it succeeds, whose records it reads.
-- The roles guantong_app, guantong_writer, guantong_job and guantong_auditor exist before migrations run.

CREATE EXTENSION IF NOT EXISTS btree_gist;
--> statement-breakpoint
-- Two sections at one time are excluded by the database, so two processes cannot both pass.
ALTER TABLE seat_meeting ADD CONSTRAINT seat_meeting_no_clash EXCLUDE USING gist (learner_id WITH =, during WITH &&);
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
--> statement-breakpoint

-- Published data: anyone who reaches the service may read it.
GRANT SELECT ON
  major_class, major, institution, institution_event, campus, department, enterprise, programme, course,
  course_prerequisite, certificate, competition, plan, plan_course, term, bell, alliance, alliance_member,
  alignment, agreement, agreement_party, pathway, stage, rule_set, rule, section, section_reservation,
  section_meeting, programme_norm, grading_scale, catalogue_edition, major_family
  TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
--> statement-breakpoint

-- Published data that schools write: only their own rows, only their registrars.
GRANT INSERT, UPDATE ON course TO guantong_app;
--> statement-breakpoint
GRANT INSERT, UPDATE ON plan TO guantong_app;
--> statement-breakpoint
GRANT INSERT, DELETE ON plan_course TO guantong_app;
--> statement-breakpoint
GRANT INSERT ON section, section_reservation, section_meeting TO guantong_app;
--> statement-breakpoint
-- Seats are counted by the writer alone; what a school changes of its sections is named column by column.
GRANT UPDATE (status, teacher_account_id, opens_at, closes_at) ON section TO guantong_app;
--> statement-breakpoint
GRANT INSERT, UPDATE ON term TO guantong_app;
--> statement-breakpoint
GRANT INSERT, UPDATE ON bell TO guantong_app;
--> statement-breakpoint
GRANT UPDATE ON section, section_reservation TO guantong_writer;
--> statement-breakpoint
ALTER TABLE course ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE course FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY course_owner ON course TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY course_read ON course FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY course_insert ON course FOR INSERT TO guantong_app WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY course_update ON course FOR UPDATE TO guantong_app USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM') WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE plan ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE plan FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY plan_owner ON plan TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY plan_read ON plan FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY plan_insert ON plan FOR INSERT TO guantong_app WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY plan_update ON plan FOR UPDATE TO guantong_app USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM') WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE term ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE term FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY term_owner ON term TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY term_read ON term FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY term_insert ON term FOR INSERT TO guantong_app WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY term_update ON term FOR UPDATE TO guantong_app USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM') WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE bell ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE bell FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY bell_owner ON bell TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY bell_read ON bell FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY bell_insert ON bell FOR INSERT TO guantong_app WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY bell_update ON bell FOR UPDATE TO guantong_app USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM') WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE section ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE section FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY section_owner ON section TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY section_read ON section FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY section_insert ON section FOR INSERT TO guantong_app WITH CHECK ((host_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'HOST_TEACHER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY section_seat ON section FOR UPDATE TO guantong_writer USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY section_update ON section FOR UPDATE TO guantong_app USING ((host_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'HOST_TEACHER')) OR current_setting('guantong.role') = 'SYSTEM') WITH CHECK ((host_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'HOST_TEACHER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint

-- Courses of a plan carry the school of their plan, reservations and meetings that of their section.
ALTER TABLE plan_course ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE plan_course FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY plan_course_owner ON plan_course TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY plan_course_read ON plan_course FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY plan_course_insert ON plan_course FOR INSERT TO guantong_app WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY plan_course_delete ON plan_course FOR DELETE TO guantong_app USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE section_reservation ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE section_reservation FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY section_reservation_owner ON section_reservation TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY section_reservation_read ON section_reservation FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY section_reservation_insert ON section_reservation FOR INSERT TO guantong_app
  WITH CHECK ((host_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'HOST_TEACHER') AND taken = 0)
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY section_reservation_seat ON section_reservation FOR UPDATE TO guantong_writer USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE section_meeting ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE section_meeting FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY section_meeting_owner ON section_meeting TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY section_meeting_read ON section_meeting FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint
CREATE POLICY section_meeting_insert ON section_meeting FOR INSERT TO guantong_app
  WITH CHECK ((host_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'HOST_TEACHER'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint

-- Personal and school data.
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE account FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY account_owner ON account TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON account TO guantong_app;
--> statement-breakpoint
CREATE POLICY account_read ON account FOR SELECT TO guantong_app
  USING (id = current_setting('guantong.account')::uuid OR current_setting('guantong.role') IN ('ADMINISTRATOR', 'SYSTEM'));
--> statement-breakpoint
-- Staff are imported by an administrator: one of a school for that school only, one of no school for any. Administrators
-- and students are not made this way.
CREATE POLICY account_insert ON account FOR INSERT TO guantong_app
  WITH CHECK ((current_setting('guantong.role') = 'ADMINISTRATOR' AND demo = 'no') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE capacity ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE capacity FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY capacity_owner ON capacity TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON capacity TO guantong_app;
--> statement-breakpoint
CREATE POLICY capacity_read ON capacity FOR SELECT TO guantong_app
  USING (account_id = current_setting('guantong.account')::uuid OR current_setting('guantong.role') IN ('ADMINISTRATOR', 'SYSTEM'));
--> statement-breakpoint
CREATE POLICY capacity_insert ON capacity FOR INSERT TO guantong_app
  WITH CHECK ((current_setting('guantong.role') = 'ADMINISTRATOR' AND role NOT IN ('ADMINISTRATOR', 'STUDENT') AND learner_id IS NULL
    AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE learner ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE learner FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY learner_owner ON learner TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON learner TO guantong_app;
--> statement-breakpoint
CREATE POLICY learner_read ON learner FOR SELECT TO guantong_app
  USING (id = current_setting('guantong.learner')::uuid OR (home_institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'DEPARTMENT_REVIEWER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY learner_insert ON learner FOR INSERT TO guantong_app
  WITH CHECK ((home_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY learner_update ON learner FOR UPDATE TO guantong_app
  USING ((home_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK ((home_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE class_group ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE class_group FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY class_group_owner ON class_group TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON class_group TO guantong_app;
--> statement-breakpoint
CREATE POLICY class_group_read ON class_group FOR SELECT TO guantong_app
  USING (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY class_group_insert ON class_group FOR INSERT TO guantong_app
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY class_group_update ON class_group FOR UPDATE TO guantong_app
  USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE registration ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE registration FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY registration_owner ON registration TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON registration TO guantong_app;
--> statement-breakpoint
CREATE POLICY registration_read ON registration FOR SELECT TO guantong_app
  USING (learner_id = current_setting('guantong.learner')::uuid OR (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'DEPARTMENT_REVIEWER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY registration_insert ON registration FOR INSERT TO guantong_app
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY registration_update ON registration FOR UPDATE TO guantong_app
  USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE deposit_batch ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE deposit_batch FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY deposit_batch_owner ON deposit_batch TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON deposit_batch TO guantong_app;
--> statement-breakpoint
CREATE POLICY deposit_batch_read ON deposit_batch FOR SELECT TO guantong_app
  USING ((institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY deposit_batch_insert ON deposit_batch FOR INSERT TO guantong_app
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY deposit_batch_update ON deposit_batch FOR UPDATE TO guantong_app
  USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE batch_row ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE batch_row FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY batch_row_owner ON batch_row TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON batch_row TO guantong_app;
--> statement-breakpoint
CREATE POLICY batch_row_read ON batch_row FOR SELECT TO guantong_app
  USING ((institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY batch_row_insert ON batch_row FOR INSERT TO guantong_app
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY batch_row_update ON batch_row FOR UPDATE TO guantong_app
  USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE achievement ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE achievement FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY achievement_owner ON achievement TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
-- What was deposited stays as it was recorded and confirmed; only its standing changes.
GRANT SELECT, INSERT ON achievement TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (status) ON achievement TO guantong_app;
--> statement-breakpoint
CREATE POLICY achievement_read ON achievement FOR SELECT TO guantong_app
  USING (learner_id = current_setting('guantong.learner')::uuid OR ((institution_id = ANY (current_setting('guantong.institutions')::uuid[]) OR home_institution_id = ANY (current_setting('guantong.institutions')::uuid[])) AND current_setting('guantong.role') IN ('REGISTRAR', 'DEPARTMENT_REVIEWER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY achievement_insert ON achievement FOR INSERT TO guantong_app
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY achievement_update ON achievement FOR UPDATE TO guantong_app
  USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE ledger_account ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE ledger_account FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY ledger_account_owner ON ledger_account TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON ledger_account TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (version, balance) ON ledger_account TO guantong_app;
--> statement-breakpoint
-- A school deposits for learners whose home is another school, so of BANKED any registrar may read and move the balance;
-- of the issuing side only the issuer, of everything else only the home school.
CREATE POLICY ledger_account_read ON ledger_account FOR SELECT TO guantong_app
  USING (learner_id = current_setting('guantong.learner')::uuid
    OR (home_institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'DEPARTMENT_REVIEWER'))
    OR (kind = 'ISSUED' AND ref = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') = 'REGISTRAR')
    OR (kind = 'BANKED' AND current_setting('guantong.role') = 'REGISTRAR')
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY ledger_account_insert ON ledger_account FOR INSERT TO guantong_app
  WITH CHECK ((current_setting('guantong.role') = 'REGISTRAR' AND (kind = 'BANKED'
      OR (kind = 'ISSUED' AND ref = current_setting('guantong.institution')::uuid)
      OR home_institution_id = current_setting('guantong.institution')::uuid))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY ledger_account_update ON ledger_account FOR UPDATE TO guantong_app
  USING ((current_setting('guantong.role') = 'REGISTRAR' AND (kind = 'BANKED'
      OR (kind = 'ISSUED' AND ref = current_setting('guantong.institution')::uuid)
      OR home_institution_id = current_setting('guantong.institution')::uuid))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE ledger_transaction ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE ledger_transaction FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY ledger_transaction_owner ON ledger_transaction TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON ledger_transaction TO guantong_app;
--> statement-breakpoint
CREATE POLICY ledger_transaction_read ON ledger_transaction FOR SELECT TO guantong_app
  USING (learner_id = current_setting('guantong.learner')::uuid OR ((institution_id = ANY (current_setting('guantong.institutions')::uuid[]) OR home_institution_id = ANY (current_setting('guantong.institutions')::uuid[])) AND current_setting('guantong.role') IN ('REGISTRAR', 'DEPARTMENT_REVIEWER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY ledger_transaction_insert ON ledger_transaction FOR INSERT TO guantong_app
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE ledger_movement ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE ledger_movement FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY ledger_movement_owner ON ledger_movement TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON ledger_movement TO guantong_app;
--> statement-breakpoint
CREATE POLICY ledger_movement_read ON ledger_movement FOR SELECT TO guantong_app
  USING (learner_id = current_setting('guantong.learner')::uuid OR ((institution_id = ANY (current_setting('guantong.institutions')::uuid[]) OR home_institution_id = ANY (current_setting('guantong.institutions')::uuid[])) AND current_setting('guantong.role') IN ('REGISTRAR', 'DEPARTMENT_REVIEWER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY ledger_movement_insert ON ledger_movement FOR INSERT TO guantong_app
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE decision ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE decision FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY decision_owner ON decision TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON decision TO guantong_app;
--> statement-breakpoint
CREATE POLICY decision_read ON decision FOR SELECT TO guantong_app
  USING (learner_id = current_setting('guantong.learner')::uuid OR (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'DEPARTMENT_REVIEWER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY decision_insert ON decision FOR INSERT TO guantong_app
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE decision_line ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE decision_line FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY decision_line_owner ON decision_line TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON decision_line TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (status) ON decision_line TO guantong_app;
--> statement-breakpoint
CREATE POLICY decision_line_read ON decision_line FOR SELECT TO guantong_app
  USING (learner_id = current_setting('guantong.learner')::uuid OR (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'DEPARTMENT_REVIEWER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY decision_line_insert ON decision_line FOR INSERT TO guantong_app
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY decision_line_update ON decision_line FOR UPDATE TO guantong_app
  USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE seat ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE seat FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY seat_owner ON seat TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON seat TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (host_state, home_state, grade, graded_by, graded_on, grade_confirmed_by) ON seat TO guantong_app;
--> statement-breakpoint
CREATE POLICY seat_read ON seat FOR SELECT TO guantong_app
  USING (learner_id = current_setting('guantong.learner')::uuid OR ((host_institution_id = ANY (current_setting('guantong.institutions')::uuid[]) OR home_institution_id = ANY (current_setting('guantong.institutions')::uuid[])) AND current_setting('guantong.role') IN ('REGISTRAR', 'HOST_TEACHER')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY seat_update ON seat FOR UPDATE TO guantong_app
  USING (((host_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'HOST_TEACHER')) OR (home_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR')) OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK (((host_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') IN ('REGISTRAR', 'HOST_TEACHER')) OR (home_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR')) OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
ALTER TABLE seat_meeting ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE seat_meeting FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY seat_meeting_owner ON seat_meeting TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON seat_meeting TO guantong_app;
--> statement-breakpoint
CREATE POLICY seat_meeting_read ON seat_meeting FOR SELECT TO guantong_app
  USING (learner_id = current_setting('guantong.learner')::uuid OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint

-- The writer settles coalesced seats and postings. Every row it writes carries its already authorised actor.
GRANT SELECT, INSERT, UPDATE ON seat TO guantong_writer;
--> statement-breakpoint
CREATE POLICY seat_writer ON seat TO guantong_writer USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON seat_meeting TO guantong_writer;
--> statement-breakpoint
CREATE POLICY seat_meeting_writer ON seat_meeting TO guantong_writer USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON ledger_account TO guantong_writer;
--> statement-breakpoint
GRANT UPDATE (version, balance) ON ledger_account TO guantong_writer;
--> statement-breakpoint
CREATE POLICY ledger_account_writer ON ledger_account TO guantong_writer USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON ledger_transaction TO guantong_writer;
--> statement-breakpoint
CREATE POLICY ledger_transaction_writer ON ledger_transaction TO guantong_writer USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON ledger_movement TO guantong_writer;
--> statement-breakpoint
CREATE POLICY ledger_movement_writer ON ledger_movement TO guantong_writer USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON achievement TO guantong_writer;
--> statement-breakpoint
GRANT UPDATE (status) ON achievement TO guantong_writer;
--> statement-breakpoint
CREATE POLICY achievement_writer ON achievement TO guantong_writer USING (true) WITH CHECK (true);
--> statement-breakpoint

-- A learner who moves to another school brings a registry number, which is theirs for life, and a bank. Other schools'
-- learners are hidden from a registrar, so these two functions are the only way past row-level security.
-- Who holds the numbers that a registrar already has in hand: no more than the id and the name, to be compared.
CREATE FUNCTION learners_by_registry_no(registry_nos text[])
  RETURNS TABLE (registry_no text, learner_id uuid, name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT DISTINCT ON (l.registry_no) l.registry_no, l.id, l.name FROM public.learner l
    WHERE l.registry_no = ANY (registry_nos) AND current_setting('guantong.role') = 'REGISTRAR'
    ORDER BY l.registry_no, l.created_at, l.id
  $$;
--> statement-breakpoint
-- Moves the home of learners to the school that acts, and nothing else of them; only where number and name agree.
CREATE FUNCTION adopt_learners(learner_ids uuid[], registry_nos text[], names text[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    UPDATE public.learner l SET home_institution_id = current_setting('guantong.institution')::uuid
    FROM unnest(learner_ids, registry_nos, names) AS arrival (id, registry_no, name)
    WHERE l.id = arrival.id AND l.registry_no = arrival.registry_no AND l.name = arrival.name
      AND current_setting('guantong.role') = 'REGISTRAR'
      AND current_setting('guantong.institution') <> '00000000-0000-0000-0000-000000000000'
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION learners_by_registry_no(text[]), adopt_learners(uuid[], text[], text[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION learners_by_registry_no(text[]), adopt_learners(uuid[], text[], text[]) TO guantong_app;
