-- A registry number is a learner's, their guardian's and the registrars' of the home school to see, as a document is.
ALTER TABLE registry_number ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE registry_number FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY registry_number_owner ON registry_number TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON registry_number TO guantong_app;
--> statement-breakpoint
CREATE POLICY registry_number_read ON registry_number FOR SELECT TO guantong_app
  USING ((learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN'))
    OR (home_institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY registry_number_insert ON registry_number FOR INSERT TO guantong_app
  WITH CHECK ((home_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY registry_number_update ON registry_number FOR UPDATE TO guantong_app
  USING ((home_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK ((home_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint

-- What stands in clear is encrypted when the service starts, for the keys are not here. Nothing is written in clear again.
ALTER TABLE learner ADD CONSTRAINT learner_registry_no_not_in_clear CHECK (registry_no IS NULL) NOT VALID;
--> statement-breakpoint

-- A registrar who holds a number, and so can make its keyed hash, learns whose it is at whichever school: the id and the
-- name, to be compared; where two have it, the one known first.
DROP FUNCTION learners_by_registry_no(text[]);
--> statement-breakpoint
CREATE FUNCTION holders_of_registry_numbers(lookups bytea[]) RETURNS TABLE (lookup bytea, learner_id uuid, name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT DISTINCT ON (n.lookup) n.lookup, l.id, l.name
    FROM public.registry_number n JOIN public.learner l ON l.id = n.learner_id
    WHERE n.lookup = ANY (lookups) AND current_setting('guantong.role') = 'REGISTRAR'
    ORDER BY n.lookup, l.created_at, l.id
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION holders_of_registry_numbers(bytea[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION holders_of_registry_numbers(bytea[]) TO guantong_app;
--> statement-breakpoint

-- Moves the home of learners to the school that acts, with who they are on paper; only where number and name agree.
DROP FUNCTION adopt_learners(uuid[], text[], text[]);
--> statement-breakpoint
CREATE FUNCTION adopt_learners(learner_ids uuid[], lookups bytea[], names text[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH adopted AS (
      UPDATE public.learner l SET home_institution_id = current_setting('guantong.institution')::uuid
      FROM unnest(learner_ids, lookups, names) AS arrival (id, lookup, name), public.registry_number n
      WHERE l.id = arrival.id AND n.learner_id = arrival.id AND n.lookup = arrival.lookup AND l.name = arrival.name
        AND current_setting('guantong.role') = 'REGISTRAR'
        AND current_setting('guantong.institution') <> '00000000-0000-0000-0000-000000000000'
      RETURNING l.id, l.home_institution_id
    ), documents AS (
      UPDATE public.identity_document d SET home_institution_id = adopted.home_institution_id
      FROM adopted WHERE d.learner_id = adopted.id
    )
    UPDATE public.registry_number n SET home_institution_id = adopted.home_institution_id
    FROM adopted WHERE n.learner_id = adopted.id
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION adopt_learners(uuid[], bytea[], text[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION adopt_learners(uuid[], bytea[], text[]) TO guantong_app;
