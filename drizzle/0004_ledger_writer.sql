-- Posting is the writer's. Whoever asks (guantong_app) reads their own rows of the bank and writes none of them; what is
-- posted, and the rows it comes from (a batch, a grade sheet, a decision), are written in one transaction as
-- guantong_writer, for whoever the service has authorised.

REVOKE INSERT, UPDATE ON ledger_account FROM guantong_app;
--> statement-breakpoint
-- A grant on columns is taken back column by column.
REVOKE UPDATE (version, balance) ON ledger_account FROM guantong_app;
--> statement-breakpoint
DROP POLICY ledger_account_insert ON ledger_account;
--> statement-breakpoint
DROP POLICY ledger_account_update ON ledger_account;
--> statement-breakpoint
DROP POLICY ledger_account_read ON ledger_account;
--> statement-breakpoint
CREATE POLICY ledger_account_read ON ledger_account FOR SELECT TO guantong_app
  USING (learner_id = current_setting('guantong.learner')::uuid
    OR (home_institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'DEPARTMENT_REVIEWER'))
    OR (kind = 'ISSUED' AND ref = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') = 'REGISTRAR')
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
REVOKE INSERT ON ledger_transaction FROM guantong_app;
--> statement-breakpoint
DROP POLICY ledger_transaction_insert ON ledger_transaction;
--> statement-breakpoint
REVOKE INSERT ON ledger_movement FROM guantong_app;
--> statement-breakpoint
DROP POLICY ledger_movement_insert ON ledger_movement;
--> statement-breakpoint
REVOKE INSERT ON achievement FROM guantong_app;
--> statement-breakpoint
REVOKE UPDATE (status) ON achievement FROM guantong_app;
--> statement-breakpoint
DROP POLICY achievement_insert ON achievement;
--> statement-breakpoint
DROP POLICY achievement_update ON achievement;
--> statement-breakpoint

-- A decision is written together with the movements it makes.
REVOKE INSERT ON decision FROM guantong_app;
--> statement-breakpoint
DROP POLICY decision_insert ON decision;
--> statement-breakpoint
GRANT SELECT, INSERT ON decision TO guantong_writer;
--> statement-breakpoint
CREATE POLICY decision_writer ON decision TO guantong_writer USING (true) WITH CHECK (true);
--> statement-breakpoint
REVOKE INSERT ON decision_line FROM guantong_app;
--> statement-breakpoint
DROP POLICY decision_line_insert ON decision_line;
--> statement-breakpoint
GRANT SELECT, INSERT ON decision_line TO guantong_writer;
--> statement-breakpoint
CREATE POLICY decision_line_writer ON decision_line TO guantong_writer USING (true) WITH CHECK (true);
--> statement-breakpoint

-- A seat is taken, given up, graded and confirmed by the writer alone: a school that could write its learners' seats could
-- write their grades.
REVOKE UPDATE (host_state, home_state, grade, graded_by, graded_on, grade_confirmed_by) ON seat FROM guantong_app;
--> statement-breakpoint
DROP POLICY seat_update ON seat;
--> statement-breakpoint

-- Requests record a batch and may discard it; that it was confirmed, and by whom, is said by whoever posts it.
REVOKE UPDATE ON deposit_batch FROM guantong_app;
--> statement-breakpoint
GRANT UPDATE (status) ON deposit_batch TO guantong_app;
--> statement-breakpoint
DROP POLICY deposit_batch_update ON deposit_batch;
--> statement-breakpoint
CREATE POLICY deposit_batch_update ON deposit_batch FOR UPDATE TO guantong_app
  USING ((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK (((institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM') AND status <> 'CONFIRMED');
--> statement-breakpoint
REVOKE UPDATE ON batch_row FROM guantong_app;
--> statement-breakpoint
DROP POLICY batch_row_update ON batch_row;
--> statement-breakpoint
GRANT SELECT ON deposit_batch, batch_row TO guantong_writer;
--> statement-breakpoint
GRANT UPDATE (status, confirmed_by, confirmed_by_name, confirmed_at) ON deposit_batch TO guantong_writer;
--> statement-breakpoint
GRANT UPDATE (status) ON batch_row TO guantong_writer;
--> statement-breakpoint
CREATE POLICY deposit_batch_writer ON deposit_batch TO guantong_writer
  USING (institution_id = current_setting('guantong.institution')::uuid)
  WITH CHECK (institution_id = current_setting('guantong.institution')::uuid);
--> statement-breakpoint
CREATE POLICY batch_row_writer ON batch_row TO guantong_writer
  USING (institution_id = current_setting('guantong.institution')::uuid)
  WITH CHECK (institution_id = current_setting('guantong.institution')::uuid);
--> statement-breakpoint
-- The name a confirmation is signed with.
GRANT SELECT (id, display_name) ON account TO guantong_writer;
--> statement-breakpoint
CREATE POLICY account_writer ON account FOR SELECT TO guantong_writer USING (id = current_setting('guantong.account')::uuid);
