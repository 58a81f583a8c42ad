-- Which acts of minors need a guardian's consent is published; whose consent was given is the learner's and their school's.
GRANT SELECT ON consent_requirement TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
--> statement-breakpoint
ALTER TABLE guardian_consent ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE guardian_consent FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY guardian_consent_owner ON guardian_consent TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
-- what was given and revoked is never changed
GRANT SELECT, INSERT ON guardian_consent TO guantong_app;
--> statement-breakpoint
CREATE POLICY guardian_consent_read ON guardian_consent FOR SELECT TO guantong_app
  USING ((learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER'))
    OR (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
-- A guardian consents for the learner they stand for, and by no paper; a paper is recorded by the school that keeps it, and
-- counts at no other.
CREATE POLICY guardian_consent_insert ON guardian_consent FOR INSERT TO guantong_app
  WITH CHECK ((recorded_by = current_setting('guantong.account')::uuid
      AND ((form = 'ACCOUNT' AND current_setting('guantong.role') = 'GUARDIAN' AND learner_id = current_setting('guantong.learner')::uuid)
        OR (form = 'PAPER' AND institution_id = current_setting('guantong.institution')::uuid
          AND (current_setting('guantong.role') = 'REGISTRAR'
            OR (current_setting('guantong.role') = 'CLASS_TEACHER' AND learner_id = ANY (current_setting('guantong.learners')::uuid[]))))))
    OR current_setting('guantong.role') = 'SYSTEM');
