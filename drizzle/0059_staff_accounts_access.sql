-- The staff whom an administrator may give a new way in: of their own school, or of all; by login, each with the roles they
-- hold today, and nothing of how they sign in. Whoever holds a learner's records is not among them.
CREATE FUNCTION staff_accounts(sought text, after_login text, how_many integer)
  RETURNS TABLE (account_id uuid, login text, display_name text, signed_in boolean, code_expires_at timestamptz, roles jsonb)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT a.id, a.login, a.display_name,
      EXISTS (SELECT 1 FROM public.session s WHERE s.account_id = a.id),
      (SELECT max(o.expires_at) FROM public.one_time_code o
        WHERE o.account_id = a.id AND o.used_at IS NULL AND o.ended_at IS NULL AND o.expires_at > now()),
      (SELECT jsonb_agg(jsonb_build_object('role', c.role, 'institutionId', c.institution_id, 'validUntil', c.valid_until)
          ORDER BY c.role, c.id)
        FROM public.capacity c WHERE c.account_id = a.id
          AND (c.valid_until IS NULL OR c.valid_until >= (now() AT TIME ZONE 'Asia/Shanghai')::date))
    FROM public.account a
    WHERE current_setting('guantong.role') = 'ADMINISTRATOR' AND a.kind = 'PERSON'
      AND a.login > coalesce($2, '')
      AND (strpos(lower(a.login), lower($1)) > 0 OR strpos(lower(a.display_name), lower($1)) > 0)
      -- asked before what is asked of each: learners' accounts are many
      AND EXISTS (SELECT 1 FROM public.capacity c WHERE c.account_id = a.id AND c.learner_id IS NULL)
      AND public.may_restore(a.id)
    ORDER BY a.login LIMIT $3
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION staff_accounts(text, text, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION staff_accounts(text, text, integer) TO guantong_app;
--> statement-breakpoint
-- A machine signs in by its client's credentials and in no other way: nobody gives it a code.
CREATE OR REPLACE FUNCTION restorable_account(account_id uuid) RETURNS TABLE (login text, display_name text, learner_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT a.login, a.display_name, c.learner_id
    FROM public.account a JOIN public.capacity c ON c.account_id = a.id
    WHERE a.id = $1 AND a.kind = 'PERSON' AND public.may_restore($1) AND (c.valid_until IS NULL OR c.valid_until >= current_date)
  $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION issue_codes(account_ids uuid[], ids uuid[], selectors text[], hashes text[], key_id text, purpose text, reason text, issued_at timestamptz, expires_at timestamptz)
  RETURNS integer
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH fresh AS (
      SELECT n.account_id, n.id, n.selector, n.hash FROM unnest(account_ids, ids, selectors, hashes) AS n (account_id, id, selector, hash)
      WHERE public.may_restore(n.account_id)
        AND EXISTS (SELECT 1 FROM public.account a WHERE a.id = n.account_id AND a.kind = 'PERSON')),
    ended AS (UPDATE public.one_time_code c SET ended_at = $8 FROM fresh
      WHERE c.account_id = fresh.account_id AND c.used_at IS NULL AND c.ended_at IS NULL),
    made AS (
      INSERT INTO public.one_time_code (account_id, id, selector, key_id, hash, purpose, issued_by, issued_at, reason, expires_at)
      SELECT f.account_id, f.id, f.selector, $5, f.hash, $6,
        nullif(current_setting('guantong.account'), '00000000-0000-0000-0000-000000000000')::uuid, $8, $7, $9
      FROM fresh f RETURNING 1)
    SELECT count(*)::integer FROM made
  $$;
