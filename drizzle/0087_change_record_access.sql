-- What a change of status does to the courses of a learner is computed from the whole of their record: what carries over and
-- what is to be made up would come out wrong at a second school, which sees nothing of what was achieved at the first. It is
-- answered to the school where the learner goes on, and to the one a waiting change leads to; the service shows of it courses
-- of the plan and credits, never what another school vouched for.
CREATE FUNCTION may_weigh_change(learner uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER') AND (
      EXISTS (SELECT 1 FROM public.registration r WHERE r.learner_id = learner AND r.status IN ('ACTIVE', 'ON_LEAVE')
        AND r.institution_id = ANY (current_setting('guantong.institutions')::uuid[]))
      OR EXISTS (SELECT 1 FROM public.status_change c WHERE c.learner_id = learner AND c.state = 'RECORDED'
        AND c.to_institution_id = ANY (current_setting('guantong.institutions')::uuid[])))
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION may_weigh_change(uuid) FROM PUBLIC;
--> statement-breakpoint
-- As far as the engine asks: no certificate's number.
CREATE FUNCTION facts_for_change(learner uuid) RETURNS TABLE (id uuid, kind text, title_zh text, title_en text,
    institution_id uuid, level text, unit text, credits integer, grade jsonb, completed_on date, course_id uuid, detail jsonb)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT a.id, a.kind, a.title_zh, a.title_en, a.institution_id, a.level, a.unit, a.credits, a.grade, a.completed_on,
      a.course_id, CASE WHEN a.kind = 'CERTIFICATE' THEN jsonb_set(a.detail, '{number}', '""') ELSE a.detail END
    FROM public.achievement a
    WHERE a.learner_id = ANY (public.same_person(learner)) AND a.status = 'DEPOSITED' AND public.may_weigh_change(learner)
    ORDER BY a.id
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION facts_for_change(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION facts_for_change(uuid) TO guantong_app;
--> statement-breakpoint
CREATE FUNCTION lines_for_change(learner uuid) RETURNS TABLE (decision_id uuid, registration_id uuid, programme_id uuid,
    rule_id uuid, rule_set_key text, shared boolean, achievement_ids jsonb, target_course_ids jsonb, node_key text, credits integer)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT l.decision_id, l.registration_id, d.programme_id, l.rule_id, s.key, (r.document ->> 'shared')::boolean,
      l.achievement_ids, l.target_course_ids, l.node_key, l.credits
    FROM public.decision_line l JOIN public.decision d ON d.learner_id = l.learner_id AND d.id = l.decision_id
      JOIN public.rule r ON r.id = l.rule_id JOIN public.rule_set s ON s.id = r.rule_set_id
    WHERE l.learner_id = ANY (public.same_person(learner)) AND l.status = 'RECOGNISED' AND public.may_weigh_change(learner)
    ORDER BY l.decision_id, l.line
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION lines_for_change(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION lines_for_change(uuid) TO guantong_app;
--> statement-breakpoint
-- Where the learner is or was registered: which agreements speak of them.
CREATE FUNCTION schools_for_change(learner uuid) RETURNS uuid[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT coalesce(array_agg(DISTINCT r.institution_id), '{}') FROM public.registration r
    WHERE r.learner_id = ANY (public.same_person(learner)) AND public.may_weigh_change(learner)
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION schools_for_change(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION schools_for_change(uuid) TO guantong_app;
