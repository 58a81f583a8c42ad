-- No school takes in whoever goes on, or is on leave, at another one, under whichever of their records: home, documents and
-- registry number stay where they are until that school has ended it. Whom a school has is not taken in again.
CREATE OR REPLACE FUNCTION adopt_learners(learner_ids uuid[], lookups bytea[], names text[]) RETURNS SETOF uuid
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH adopted AS (
      UPDATE public.learner l SET home_institution_id = current_setting('guantong.institution')::uuid
      FROM unnest(learner_ids, lookups, names) AS arrival (id, lookup, name), public.registry_number n
      WHERE l.id = arrival.id AND n.learner_id = arrival.id AND n.lookup = arrival.lookup AND l.name = arrival.name
        AND current_setting('guantong.role') = 'REGISTRAR'
        AND current_setting('guantong.institution') <> '00000000-0000-0000-0000-000000000000'
        AND l.home_institution_id IS DISTINCT FROM current_setting('guantong.institution')::uuid
        AND NOT EXISTS (SELECT 1 FROM public.registration r WHERE r.learner_id = ANY (public.same_person(l.id))
          AND r.status IN ('ACTIVE', 'ON_LEAVE') AND r.institution_id <> ALL (current_setting('guantong.institutions')::uuid[]))
      RETURNING l.id, l.home_institution_id
    ), documents AS (
      UPDATE public.identity_document d SET home_institution_id = adopted.home_institution_id
      FROM adopted WHERE d.learner_id = adopted.id
    )
    UPDATE public.registry_number n SET home_institution_id = adopted.home_institution_id
    FROM adopted WHERE n.learner_id = adopted.id
    RETURNING n.learner_id
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION adopt_learners(uuid[], bytea[], text[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION adopt_learners(uuid[], bytea[], text[]) TO guantong_app;
--> statement-breakpoint
-- An administrator gives roles to others, never to themself.
ALTER POLICY capacity_insert ON capacity
  WITH CHECK ((current_setting('guantong.role') = 'ADMINISTRATOR' AND account_id <> current_setting('guantong.account')::uuid AND learner_id IS NULL AND delegated_by IS NULL
      AND CASE
        WHEN role IN ('REGISTRAR', 'REGISTRAR_CONFIRMER', 'DEPARTMENT_REVIEWER', 'CLASS_TEACHER', 'HOST_TEACHER', 'ENTERPRISE_MENTOR', 'PLANNER', 'SIGNATORY')
          THEN institution_id IS NOT NULL AND current_setting('guantong.institution')::uuid IN (institution_id, '00000000-0000-0000-0000-000000000000')
        WHEN role IN ('BUREAU', 'AUDITOR')
          THEN institution_id IS NULL AND current_setting('guantong.institution')::uuid = '00000000-0000-0000-0000-000000000000'
        ELSE false END)
    OR (delegated_by = current_setting('guantong.account')::uuid AND role = current_setting('guantong.role') AND institution_id = current_setting('guantong.institution')::uuid
      AND coalesce(department_id, '00000000-0000-0000-0000-000000000000') = current_setting('guantong.department')::uuid
      AND coalesce(class_id, '00000000-0000-0000-0000-000000000000') = current_setting('guantong.class')::uuid
      AND coalesce(alliance_id, '00000000-0000-0000-0000-000000000000') = current_setting('guantong.alliance')::uuid
      AND learner_id IS NULL AND valid_until <= current_setting('guantong.hands_on_until')::date
      AND role IN ('REGISTRAR', 'REGISTRAR_CONFIRMER', 'DEPARTMENT_REVIEWER', 'CLASS_TEACHER', 'SIGNATORY', 'PLANNER'))
    OR current_setting('guantong.role') = 'SYSTEM');
