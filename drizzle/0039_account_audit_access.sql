-- Whom a school took in is told by name, for the audit log.
DROP FUNCTION adopt_learners(uuid[], bytea[], text[]);
--> statement-breakpoint
CREATE FUNCTION adopt_learners(learner_ids uuid[], lookups bytea[], names text[]) RETURNS SETOF uuid
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
    RETURNING n.learner_id
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION adopt_learners(uuid[], bytea[], text[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION adopt_learners(uuid[], bytea[], text[]) TO guantong_app;
--> statement-breakpoint
-- Whom an account is of, or stands for, comes with it: whoever gives it a new way in leaves a trace with them.
DROP FUNCTION restorable_account(uuid);
--> statement-breakpoint
CREATE FUNCTION restorable_account(account_id uuid) RETURNS TABLE (login text, display_name text, learner_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT a.login, a.display_name, c.learner_id
    FROM public.account a JOIN public.capacity c ON c.account_id = a.id
    WHERE a.id = $1 AND public.may_restore($1) AND (c.valid_until IS NULL OR c.valid_until >= current_date)
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION restorable_account(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION restorable_account(uuid) TO guantong_app;
