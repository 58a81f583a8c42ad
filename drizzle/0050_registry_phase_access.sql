-- In which phases learners are registered and go on, at whichever school: for the registrar of a school where they are or
-- were registered, or who holds their registry number. One registration of a phase goes on at a time, so the registrar
-- must hear why another cannot begin; of the other school no more than that.
CREATE FUNCTION phases_going_on(learner_ids uuid[], lookups bytea[]) RETURNS TABLE (learner_id uuid, phase integer, registration_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT r.learner_id, r.phase, r.id FROM public.registration r
    WHERE r.learner_id = ANY (learner_ids) AND r.status IN ('ACTIVE', 'ON_LEAVE')
      AND current_setting('guantong.role') = 'REGISTRAR'
      AND (EXISTS (SELECT 1 FROM public.registration own WHERE own.learner_id = r.learner_id
          AND own.institution_id = ANY (current_setting('guantong.institutions')::uuid[]))
        OR EXISTS (SELECT 1 FROM public.registry_number n WHERE n.learner_id = r.learner_id AND n.lookup = ANY (lookups)))
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION phases_going_on(uuid[], bytea[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION phases_going_on(uuid[], bytea[]) TO guantong_app;
