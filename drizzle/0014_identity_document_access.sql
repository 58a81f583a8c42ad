-- Who a learner is on paper: the learner, their guardian, the registrars of the home school, and nobody else. What they may
-- see is ciphertext and the end of a number; the service opens it, with keys that are not here.
ALTER TABLE identity_document ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE identity_document FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY identity_document_owner ON identity_document TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON identity_document TO guantong_app;
--> statement-breakpoint
CREATE POLICY identity_document_read ON identity_document FOR SELECT TO guantong_app
  USING ((learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN'))
    OR (home_institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY identity_document_insert ON identity_document FOR INSERT TO guantong_app
  WITH CHECK ((home_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY identity_document_update ON identity_document FOR UPDATE TO guantong_app
  USING ((home_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM')
  WITH CHECK ((home_institution_id = current_setting('guantong.institution')::uuid AND current_setting('guantong.role') = 'REGISTRAR') OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint

-- One number, one person, at whichever school. A registrar who holds a number, and so can make its keyed hash, learns that
-- a learner has it already: the id, to be compared, and nothing else.
CREATE FUNCTION holders_of_documents(lookups bytea[]) RETURNS TABLE (lookup bytea, learner_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT d.lookup, d.learner_id FROM public.identity_document d
    WHERE d.lookup = ANY (lookups) AND current_setting('guantong.role') = 'REGISTRAR'
    ORDER BY d.learner_id
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION holders_of_documents(bytea[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION holders_of_documents(bytea[]) TO guantong_app;
--> statement-breakpoint

-- A learner who moves takes their document along: it is the new school's to keep from then on, and no more the old one's.
CREATE OR REPLACE FUNCTION adopt_learners(learner_ids uuid[], registry_nos text[], names text[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH adopted AS (
      UPDATE public.learner l SET home_institution_id = current_setting('guantong.institution')::uuid
      FROM unnest(learner_ids, registry_nos, names) AS arrival (id, registry_no, name)
      WHERE l.id = arrival.id AND l.registry_no = arrival.registry_no AND l.name = arrival.name
        AND current_setting('guantong.role') = 'REGISTRAR'
        AND current_setting('guantong.institution') <> '00000000-0000-0000-0000-000000000000'
      RETURNING l.id, l.home_institution_id
    )
    UPDATE public.identity_document d SET home_institution_id = adopted.home_institution_id
    FROM adopted WHERE d.learner_id = adopted.id
  $$;
