-- A guardian takes the invitation for another child into the account they have. The account that was opened for it, which
-- nobody ever entered, ends; what it was told and the codes that name the document seen go with the relation.
CREATE FUNCTION accept_invitation(selector text, hash text, at timestamptz) RETURNS SETOF uuid
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    caller uuid := current_setting('guantong.account')::uuid;
    invited uuid;
  BEGIN
    IF current_setting('guantong.role') <> 'GUARDIAN' THEN RETURN; END IF;
    -- whoever comes with the same code waits, and finds it used
    SELECT c.account_id INTO invited FROM public.one_time_code c
      WHERE c.selector = $1 AND c.hash = $2 AND c.used_at IS NULL AND c.ended_at IS NULL AND c.expires_at > $3
      FOR UPDATE;
    IF invited IS NULL OR invited = caller
      OR EXISTS (SELECT 1 FROM public.session s WHERE s.account_id = invited)
      OR EXISTS (SELECT 1 FROM public.passkey p WHERE p.account_id = invited)
      OR EXISTS (SELECT 1 FROM public.password w WHERE w.account_id = invited)
      OR EXISTS (SELECT 1 FROM public.account_subject u WHERE u.account_id = invited)
      OR EXISTS (SELECT 1 FROM public.one_time_code c WHERE c.account_id = invited AND c.used_at IS NOT NULL)
      OR EXISTS (SELECT 1 FROM public.capacity k WHERE k.account_id = invited AND k.role <> 'GUARDIAN')
      OR NOT EXISTS (SELECT 1 FROM public.capacity k WHERE k.account_id = invited AND (k.valid_until IS NULL OR k.valid_until >= ($3 AT TIME ZONE 'Asia/Shanghai')::date))
      -- nobody stands for themselves
      OR EXISTS (SELECT 1 FROM public.capacity k JOIN public.capacity own ON own.learner_id = k.learner_id
        WHERE k.account_id = invited AND own.account_id = caller AND own.role = 'STUDENT')
    THEN RETURN; END IF;
    RETURN QUERY SELECT DISTINCT k.learner_id FROM public.capacity k WHERE k.account_id = invited;
    -- who stands for the child already, as long, does so once
    DELETE FROM public.capacity k WHERE k.account_id = invited AND EXISTS (
      SELECT 1 FROM public.capacity own WHERE own.account_id = caller AND own.role = 'GUARDIAN' AND own.learner_id = k.learner_id
        AND coalesce(own.valid_until, 'infinity') >= coalesce(k.valid_until, 'infinity'));
    UPDATE public.capacity k SET account_id = caller, valid_from = ($3 AT TIME ZONE 'Asia/Shanghai')::date WHERE k.account_id = invited;
    UPDATE public.one_time_code c SET used_at = $3 WHERE c.account_id = invited AND c.selector = $1;
    UPDATE public.one_time_code c SET account_id = caller WHERE c.account_id = invited;
    INSERT INTO public.notice (account_id, event_id, learner_id, kind, regard, params, happened_at, read_at)
      SELECT caller, n.event_id, n.learner_id, n.kind, n.regard, n.params, n.happened_at, n.read_at
      FROM public.notice n WHERE n.account_id = invited
      ON CONFLICT DO NOTHING;
    DELETE FROM public.notice_delivery d WHERE d.account_id = invited;
    DELETE FROM public.notice n WHERE n.account_id = invited;
    DELETE FROM public.account a WHERE a.id = invited;
  END
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION accept_invitation(text, text, timestamptz) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION accept_invitation(text, text, timestamptz) TO guantong_app;
--> statement-breakpoint
-- A guardian of several children tells their own capacities apart by whom each stands for; a row of the register comes
-- only with the capacity that a request is made in.
CREATE FUNCTION ward_name(capacity_id uuid) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT l.name FROM public.capacity k JOIN public.learner l ON l.id = k.learner_id
    WHERE k.id = $1 AND k.account_id = current_setting('guantong.account')::uuid AND k.role = 'GUARDIAN'
      AND (k.valid_until IS NULL OR k.valid_until >= (now() AT TIME ZONE 'Asia/Shanghai')::date)
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION ward_name(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION ward_name(uuid) TO guantong_app;
