-- The fewest learners whom a figure may be told of is for anyone to read and for the owner to change.
GRANT SELECT ON disclosure_limit TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
--> statement-breakpoint
ALTER TABLE disclosure_limit ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE disclosure_limit FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY disclosure_limit_owner ON disclosure_limit TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY disclosure_limit_read ON disclosure_limit FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint

-- What the figures count, learner by learner. Nobody is granted it: the figures are made of it, by their owner.
CREATE FUNCTION figure_facts() RETURNS TABLE (
    measure text, institution_id uuid, programme_id uuid, phase integer, unit text, learner_id uuid, value bigint)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT 'REGISTRATIONS', r.institution_id, r.programme_id, r.phase, NULL::text, r.learner_id, 1::bigint
    FROM public.registration r WHERE r.status IN ('ACTIVE', 'ON_LEAVE')
    UNION ALL SELECT 'CREDITS_DEPOSITED', a.institution_id, NULL, NULL, a.unit, a.learner_id, a.credits
    FROM public.achievement a WHERE a.status = 'DEPOSITED'
    UNION ALL SELECT 'DECISIONS', d.institution_id, d.programme_id, NULL, NULL, d.learner_id, 1
    FROM public.decision d
    UNION ALL SELECT 'CREDITS_RECOGNISED', l.institution_id, d.programme_id, NULL,
      CASE p.level WHEN 'SECONDARY' THEN 'SECONDARY' WHEN 'ASSOCIATE' THEN 'ASSOCIATE' ELSE 'BACHELOR' END,
      l.learner_id, l.credits
    FROM public.decision_line l JOIN public.decision d ON d.learner_id = l.learner_id AND d.id = l.decision_id
      JOIN public.programme p ON p.id = d.programme_id
    WHERE l.status = 'RECOGNISED'
    UNION ALL SELECT 'SEATS_OFF_CAMPUS', s.home_institution_id, NULL, NULL, NULL, s.learner_id, 1
    FROM public.seat s WHERE s.host_institution_id <> s.home_institution_id AND s.host_state <> 'DROPPED'
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION figure_facts() FROM PUBLIC;
--> statement-breakpoint
-- Figures with what may be told of them. Of too few learners nothing is. Along each line that somebody may know the sum of
-- (a school's, or the whole of what has no programme), what is left out is never a single group, nor groups that hold too
-- few learners together: the smallest group that could be told is then left out besides.
CREATE FUNCTION figure_cells() RETURNS TABLE (
    measure text, institution_id uuid, programme_id uuid, phase integer, unit text, value bigint, shown boolean)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
    WITH cells AS (
      SELECT f.measure, f.institution_id, f.programme_id, f.phase, f.unit, sum(f.value)::bigint AS value,
        count(DISTINCT f.learner_id) AS learners
      FROM public.figure_facts() f GROUP BY 1, 2, 3, 4, 5
    ), large AS (
      SELECT c.*, coalesce(c.learners >= t.learners, false) AS enough, t.learners AS least,
        CASE WHEN c.programme_id IS NOT NULL THEN c.institution_id END AS line
      FROM cells c LEFT JOIN public.disclosure_limit t ON t.kind = 'BUREAU_FIGURES'
    ), placed AS (
      SELECT l.*, count(*) FILTER (WHERE NOT l.enough) OVER along AS gaps,
        sum(l.learners) FILTER (WHERE NOT l.enough) OVER along AS hidden,
        row_number() OVER (PARTITION BY l.measure, l.unit, l.line, l.enough
          ORDER BY l.learners, l.institution_id, l.programme_id, l.phase) AS place
      FROM large l WINDOW along AS (PARTITION BY l.measure, l.unit, l.line)
    )
    SELECT p.measure, p.institution_id, p.programme_id, p.phase, p.unit, p.value,
      p.enough AND NOT (p.place = 1 AND p.gaps > 0 AND (p.gaps = 1 OR p.hidden < p.least))
    FROM placed p
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION figure_cells() FROM PUBLIC;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION bureau_figures() RETURNS TABLE (
    measure text, institution_id uuid, programme_id uuid, phase integer, unit text, value bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT c.measure, c.institution_id, c.programme_id, c.phase, c.unit, CASE WHEN c.shown THEN c.value END
    FROM public.figure_cells() c WHERE current_setting('guantong.role') IN ('BUREAU', 'SYSTEM')
    ORDER BY 1, 2, 3, 4, 5
  $$;
--> statement-breakpoint
-- The same by alliance: of the programmes that are stages of its agreed pathways. Each is the sum of whole groups of the
-- figures by school, so that taking those from it leaves exactly the groups left out there: it is told only where these are
-- none, or several that hold enough learners together, and share none with another alliance that is told.
CREATE FUNCTION alliance_figures() RETURNS TABLE (measure text, alliance_id uuid, unit text, value bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH offered AS (
      SELECT DISTINCT g.alliance_id, s.programme_id
      FROM public.agreement g JOIN public.pathway p ON p.agreement_id = g.id JOIN public.stage s ON s.pathway_id = p.id
      WHERE g.status NOT IN ('DRAFT', 'PROPOSED') AND current_setting('guantong.role') IN ('BUREAU', 'SYSTEM')
    ), learners AS (
      SELECT o.alliance_id, c.measure, c.unit, f.learner_id, f.value, c.shown,
        concat_ws('/', c.institution_id, c.programme_id, c.phase) AS cell
      FROM offered o JOIN public.figure_cells() c ON c.programme_id = o.programme_id
        JOIN public.figure_facts() f ON f.measure = c.measure AND f.institution_id = c.institution_id
          AND f.programme_id = c.programme_id AND f.phase IS NOT DISTINCT FROM c.phase AND f.unit IS NOT DISTINCT FROM c.unit
    ), sums AS (
      SELECT l.measure, l.alliance_id, l.unit, sum(l.value)::bigint AS value, count(DISTINCT l.learner_id) AS learners,
        count(DISTINCT l.learner_id) FILTER (WHERE NOT l.shown) AS hidden,
        coalesce(array_agg(DISTINCT l.cell) FILTER (WHERE NOT l.shown), '{}') AS gaps
      FROM learners l GROUP BY 1, 2, 3
    ), allowed AS (
      SELECT s.*, coalesce(s.learners >= t.learners
          AND (cardinality(s.gaps) = 0 OR (cardinality(s.gaps) > 1 AND s.hidden >= t.learners)), false) AS allowed
      FROM sums s LEFT JOIN public.disclosure_limit t ON t.kind = 'BUREAU_FIGURES'
    )
    SELECT a.measure, a.alliance_id, a.unit, CASE WHEN a.allowed AND NOT EXISTS (
      SELECT 1 FROM allowed b WHERE b.allowed AND b.measure = a.measure AND b.unit IS NOT DISTINCT FROM a.unit
        AND b.gaps && a.gaps AND (b.learners, b.alliance_id) > (a.learners, a.alliance_id)) THEN a.value END
    FROM allowed a ORDER BY 1, 2, 3
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION alliance_figures() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION alliance_figures() TO guantong_app;
