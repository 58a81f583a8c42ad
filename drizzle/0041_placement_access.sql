-- A registrar places a learner with a mentor whose login the enterprise told them: the account, and nothing else of it.
CREATE FUNCTION mentor_by_login(wanted text) RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT a.id FROM public.account a
    WHERE a.login = wanted AND current_setting('guantong.role') = 'REGISTRAR' AND EXISTS (
      SELECT 1 FROM public.capacity c WHERE c.account_id = a.id AND c.role = 'ENTERPRISE_MENTOR'
        AND c.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
        AND (c.valid_until IS NULL OR c.valid_until >= (now() AT TIME ZONE 'Asia/Shanghai')::date))
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION mentor_by_login(text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION mentor_by_login(text) TO guantong_app;
--> statement-breakpoint
-- A learner is at one enterprise at a time, whoever writes it down at the same moment, and at whichever school.
ALTER TABLE placement ADD CONSTRAINT placement_one_at_a_time
  EXCLUDE USING gist (learner_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&);
