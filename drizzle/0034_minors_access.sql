-- How old a learner is can be judged by whoever keeps their consents, a class teacher too, who may see no document: what
-- comes out is ciphertext, which the service opens for the birth date alone.
CREATE FUNCTION sealed_births(learner_ids uuid[])
  RETURNS TABLE (learner_id uuid, kind text, key_id text, nonce bytea, ciphertext bytea)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT d.learner_id, d.kind, d.key_id, d.nonce, d.ciphertext FROM public.identity_document d
    WHERE d.learner_id = ANY (learner_ids)
      AND ((d.learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER'))
        OR (d.home_institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
        OR current_setting('guantong.role') = 'SYSTEM')
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION sealed_births(uuid[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION sealed_births(uuid[]) TO guantong_app, guantong_job;
--> statement-breakpoint
-- Reference data that is there already; what a school wrote of its own stays.
UPDATE consent_requirement SET below_age = NULL
  WHERE institution_key = '*' AND below_age = 18 AND certainty = 'DERIVED'
    AND act IN ('JOIN_PATHWAY', 'DECLINE_PATHWAY', 'CHANGE_OF_TRACK', 'SELECTION_OFF_CAMPUS');
--> statement-breakpoint
-- Without a birth date the job goes by what a learner is registered in.
GRANT SELECT (phase, entered_on) ON registration TO guantong_job;
