-- Records that were merged are one person's: they are erased together, once nothing is in the way of any.
CREATE OR REPLACE FUNCTION erasure_holds(learner uuid) RETURNS TABLE (code text, until date)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT h.code, h.until FROM (SELECT public.same_person(learner) AS ids) person, LATERAL (
      SELECT 'ERASURE_DONE', NULL::date WHERE EXISTS (
        SELECT 1 FROM public.learner l WHERE l.id = learner AND l.erased_at IS NOT NULL)
      UNION ALL SELECT 'ERASURE_ACTIVE_REGISTRATION', NULL WHERE EXISTS (
        SELECT 1 FROM public.registration r WHERE r.learner_id = ANY (person.ids) AND r.status IN ('ACTIVE', 'ON_LEAVE'))
      UNION ALL SELECT 'ERASURE_OPEN_APPLICATION', NULL WHERE EXISTS (
          SELECT 1 FROM public.seat s WHERE s.learner_id = ANY (person.ids) AND s.host_state = 'ENROLLED')
        OR EXISTS (SELECT 1 FROM public.ledger_account a WHERE a.learner_id = ANY (person.ids) AND a.kind = 'HELD' AND a.balance <> 0)
        OR EXISTS (SELECT 1 FROM public.batch_row b JOIN public.deposit_batch d
          ON d.institution_id = b.institution_id AND d.id = b.batch_id
          WHERE b.learner_id = ANY (person.ids) AND b.status = 'READY' AND d.status = 'OPEN')
      UNION ALL SELECT 'ERASURE_RECORD_KEPT', max(k.until) FROM (
          SELECT (coalesce(r.left_on, current_date) + make_interval(months => p.months))::date AS until
          FROM public.registration r LEFT JOIN public.retention_period p ON p.kind = 'LEARNER_RECORD'
          WHERE r.learner_id = ANY (person.ids) AND r.status NOT IN ('ACTIVE', 'ON_LEAVE')) k
        HAVING count(*) FILTER (WHERE k.until IS NULL OR k.until > current_date) > 0
      UNION ALL SELECT 'ERASURE_OTHER_ROLE', NULL WHERE EXISTS (
        SELECT 1 FROM public.capacity c JOIN public.capacity s ON s.account_id = c.account_id
        WHERE s.learner_id = ANY (person.ids) AND s.role = 'STUDENT' AND (c.learner_id IS NULL OR c.learner_id <> ALL (person.ids))
          AND (c.valid_until IS NULL OR c.valid_until >= current_date))
    ) h (code, until) WHERE public.erasure_is_mine_to_see(learner)
  $$;
--> statement-breakpoint
-- Accounts that open nobody's records but this person's.
CREATE OR REPLACE FUNCTION erasure_accounts(learner uuid) RETURNS uuid[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT coalesce(array_agg(DISTINCT c.account_id), '{}') FROM public.capacity c
    WHERE c.learner_id = learner AND c.role IN ('STUDENT', 'GUARDIAN') AND (c.role = 'STUDENT' OR NOT EXISTS (
      SELECT 1 FROM public.capacity o WHERE o.account_id = c.account_id
        AND (o.learner_id IS NULL OR o.learner_id <> ALL (public.same_person(learner)))))
  $$;
--> statement-breakpoint
-- One record, wherever it is named: by student number, by bank number, at whichever school keeps it or vouched for something.
CREATE OR REPLACE FUNCTION erase_learner(learner uuid, in_earnest boolean) RETURNS TABLE (table_name text, kept boolean, row_count bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
  DECLARE
    accounts uuid[] := erasure_accounts(learner);
    guardians uuid[];
    numbers text[];
    schools uuid[];
    full_name text;
    plan record;
    changed bigint;
  BEGIN
    SELECT l.name INTO full_name FROM learner l WHERE l.id = learner;
    SELECT coalesce(array_agg(DISTINCT n.number), '{}') INTO numbers FROM (
      SELECT r.student_no FROM registration r WHERE r.learner_id = learner
      UNION ALL SELECT b.number FROM bank_number b WHERE b.learner_id = learner) AS n (number);
    SELECT coalesce(array_agg(DISTINCT s.id), '{}') INTO schools FROM (
      SELECT r.institution_id FROM registration r WHERE r.learner_id = learner
      UNION ALL SELECT l.home_institution_id FROM learner l WHERE l.id = learner AND l.home_institution_id IS NOT NULL
      UNION ALL SELECT b.institution_id FROM bank_number b WHERE b.learner_id = learner
      UNION ALL SELECT a.institution_id FROM achievement a WHERE a.learner_id = learner) AS s (id);
    SELECT coalesce(array_agg(DISTINCT c.account_id), '{}') INTO guardians FROM capacity c
      WHERE c.learner_id = learner AND c.role = 'GUARDIAN' AND c.account_id <> ALL (accounts);
    FOR plan IN SELECT p.* FROM erasure_plan() p ORDER BY p.step LOOP
      EXECUTE CASE WHEN NOT in_earnest OR plan.change = ''
          THEN format('SELECT count(*) FROM %I WHERE %s', plan.table_name, plan.predicate)
        WHEN plan.change = 'DELETE'
          THEN format('WITH gone AS (DELETE FROM %I WHERE %s RETURNING 1) SELECT count(*) FROM gone', plan.table_name, plan.predicate)
        ELSE format('WITH changed AS (UPDATE %I SET %s WHERE %s RETURNING 1) SELECT count(*) FROM changed',
          plan.table_name, plan.change, plan.predicate) END
        INTO changed USING learner, accounts, guardians, numbers, full_name, schools;
      table_name := plan.table_name;
      kept := plan.change = '';
      row_count := changed;
      RETURN NEXT;
    END LOOP;
  END
  $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION erasure_preview(learner uuid) RETURNS TABLE (table_name text, kept boolean, row_count bigint)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT e.table_name, e.kept, sum(e.row_count)::bigint
    FROM unnest(public.same_person(learner)) AS one, LATERAL public.erase_learner(one, false) e
    WHERE public.erasure_is_mine_to_see(learner) GROUP BY e.table_name, e.kept
  $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION carry_out_erasure(learner uuid, request uuid) RETURNS uuid[]
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
  DECLARE
    ended uuid[];
    people uuid[];
  BEGIN
    -- while this one is held nothing more is merged with it
    PERFORM 1 FROM learner l WHERE l.id = learner FOR UPDATE;
    PERFORM 1 FROM learner l WHERE l.id = ANY (same_person(learner)) ORDER BY l.id FOR UPDATE;
    people := same_person(learner);
    PERFORM 1 FROM erasure_request r WHERE r.learner_id = learner AND r.id = request AND r.withdrawn_at IS NULL
      AND r.carried_out_at IS NULL AND r.declined_at IS NULL AND r.requested_by <> current_setting('guantong.account')::uuid
      AND r.institution_id = ANY (current_setting('guantong.institutions')::uuid[])
      AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER') FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'not to be carried out by this account' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT 1 FROM erasure_holds(learner)) THEN
      RAISE EXCEPTION 'something keeps it from being carried out' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT coalesce(array_agg(DISTINCT account), '{}') INTO ended FROM unnest(people) AS one, unnest(erasure_accounts(one)) AS account;
    PERFORM erase_learner(one, true) FROM unnest(people) AS one;
    UPDATE erasure_request SET decline_reason = '***' WHERE learner_id = ANY (people) AND decline_reason IS NOT NULL;
    -- what else was asked for of the same person is done with it
    UPDATE erasure_request SET withdrawn_at = now() WHERE learner_id = ANY (people) AND id <> request
      AND withdrawn_at IS NULL AND carried_out_at IS NULL AND declined_at IS NULL;
    UPDATE erasure_request SET carried_out_by = current_setting('guantong.account')::uuid, carried_out_at = now()
      WHERE learner_id = learner AND id = request;
    RETURN ended;
  END
  $$;
