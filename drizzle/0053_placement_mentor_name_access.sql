-- Whoever may read a placement may know who mentors there: the name, and nothing else of the account. The reach is that
-- of the policy placement_read.
CREATE FUNCTION placement_mentor_name(learner uuid, placement uuid) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT a.display_name FROM public.placement p JOIN public.account a ON a.id = p.mentor_account_id
    WHERE p.learner_id = $1 AND p.id = $2 AND (
      (p.learner_id = ANY (current_setting('guantong.learners')::uuid[])
        AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER'))
      OR (p.mentor_account_id = current_setting('guantong.account')::uuid
        AND current_setting('guantong.role') = 'ENTERPRISE_MENTOR')
      OR (p.institution_id = ANY (current_setting('guantong.institutions')::uuid[])
        AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
      OR current_setting('guantong.role') = 'SYSTEM')
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION placement_mentor_name(uuid, uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION placement_mentor_name(uuid, uuid) TO guantong_app;
