-- Consent is the learner's, or their guardian's as long as one stands for them: given, and taken back once.
ALTER TABLE sharing_consent ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE sharing_consent FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY sharing_consent_owner ON sharing_consent TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON sharing_consent TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (revoked_at, revoked_by) ON sharing_consent TO guantong_app;
--> statement-breakpoint
CREATE POLICY sharing_consent_read ON sharing_consent FOR SELECT TO guantong_app
  USING ((learner_id = current_setting('guantong.learner')::uuid AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN'))
    OR (institution_id = current_setting('guantong.institution')::uuid AND revoked_at IS NULL
      AND current_setting('guantong.role') IN ('REGISTRAR', 'DEPARTMENT_REVIEWER')));
--> statement-breakpoint
CREATE POLICY sharing_consent_insert ON sharing_consent FOR INSERT TO guantong_app
  WITH CHECK (learner_id = current_setting('guantong.learner')::uuid AND given_by = current_setting('guantong.account')::uuid
    AND revoked_at IS NULL AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN'));
--> statement-breakpoint
CREATE POLICY sharing_consent_update ON sharing_consent FOR UPDATE TO guantong_app
  USING (learner_id = current_setting('guantong.learner')::uuid AND revoked_at IS NULL
    AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN'))
  WITH CHECK (learner_id = current_setting('guantong.learner')::uuid AND revoked_by = current_setting('guantong.account')::uuid
    AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN'));
--> statement-breakpoint
-- The one way for a school to read what another vouches for: while a consent to that very school is in force.
CREATE FUNCTION may_read_shared(learner uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT current_setting('guantong.role') IN ('REGISTRAR', 'DEPARTMENT_REVIEWER') AND EXISTS (
      SELECT 1 FROM public.sharing_consent c
      WHERE c.learner_id = learner AND c.institution_id = current_setting('guantong.institution')::uuid
        AND c.revoked_at IS NULL AND (c.until IS NULL OR c.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date))
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION may_read_shared(uuid) FROM PUBLIC;
--> statement-breakpoint
CREATE FUNCTION shared_achievements(learner uuid) RETURNS SETOF achievement
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT a.* FROM public.achievement a WHERE a.learner_id = learner AND public.may_read_shared(learner) $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION shared_achievements(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION shared_achievements(uuid) TO guantong_app;
--> statement-breakpoint
CREATE FUNCTION shared_learner_name(learner uuid) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT l.name FROM public.learner l WHERE l.id = learner AND public.may_read_shared(learner) $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION shared_learner_name(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION shared_learner_name(uuid) TO guantong_app;
