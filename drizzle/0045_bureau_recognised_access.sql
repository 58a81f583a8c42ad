-- What was recognised, by receiving school and programme, in the programme's unit.
CREATE OR REPLACE FUNCTION bureau_figures() RETURNS TABLE (
    measure text, institution_id uuid, programme_id uuid, phase integer, unit text, value bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH groups AS (
      SELECT 'REGISTRATIONS' AS measure, r.institution_id, r.programme_id, r.phase, NULL::text AS unit, count(*) AS value,
        count(DISTINCT r.learner_id) AS learners
      FROM public.registration r WHERE r.status IN ('ACTIVE', 'ON_LEAVE') GROUP BY 2, 3, 4
      UNION ALL SELECT 'CREDITS_DEPOSITED', a.institution_id, NULL, NULL, a.unit, sum(a.credits), count(DISTINCT a.learner_id)
      FROM public.achievement a WHERE a.status = 'DEPOSITED' GROUP BY 2, 5
      UNION ALL SELECT 'DECISIONS', d.institution_id, d.programme_id, NULL, NULL, count(*), count(DISTINCT d.learner_id)
      FROM public.decision d GROUP BY 2, 3
      UNION ALL SELECT 'CREDITS_RECOGNISED', l.institution_id, d.programme_id, NULL,
        CASE p.level WHEN 'SECONDARY' THEN 'SECONDARY' WHEN 'ASSOCIATE' THEN 'ASSOCIATE' ELSE 'BACHELOR' END,
        sum(l.credits), count(DISTINCT l.learner_id)
      FROM public.decision_line l JOIN public.decision d ON d.learner_id = l.learner_id AND d.id = l.decision_id
        JOIN public.programme p ON p.id = d.programme_id
      WHERE l.status = 'RECOGNISED' GROUP BY 2, 3, 5
      UNION ALL SELECT 'SEATS_OFF_CAMPUS', s.home_institution_id, NULL, NULL, NULL, count(*), count(DISTINCT s.learner_id)
      FROM public.seat s WHERE s.host_institution_id <> s.home_institution_id AND s.host_state <> 'DROPPED' GROUP BY 2
    )
    SELECT g.measure, g.institution_id, g.programme_id, g.phase, g.unit, CASE WHEN g.learners >= 5 THEN g.value END
    FROM groups g WHERE current_setting('guantong.role') IN ('BUREAU', 'SYSTEM')
    ORDER BY g.measure, g.institution_id, g.programme_id, g.phase, g.unit
  $$;
