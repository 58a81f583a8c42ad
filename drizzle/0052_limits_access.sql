-- Counts of callers. No role reads or writes them but through the functions below, and what they lose in a crash is a minute's
-- counting.
ALTER TABLE rate_count SET UNLOGGED;
--> statement-breakpoint
ALTER TABLE rate_count ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE rate_count FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY rate_count_owner ON rate_count TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
-- A row is written again and again: room for that in its own page.
ALTER TABLE rate_count SET (fillfactor = 50);
--> statement-breakpoint
ALTER TABLE password_try SET UNLOGGED;
--> statement-breakpoint
ALTER TABLE password_try ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE password_try FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY password_try_owner ON password_try TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE logout_token ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE logout_token FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY logout_token_owner ON logout_token TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
-- Takes up to `wanted` of what is left of a limit this minute, by the database's own clock. Answers how much was had, and how
-- long the minute lasts. Whoever waited for the row finds the minute that has begun meanwhile.
CREATE FUNCTION take_rate(who text, wanted integer, most integer) RETURNS TABLE (granted integer, left_ms integer)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO public.rate_count AS c (who, minute, taken, granted)
      VALUES ($1, date_trunc('minute', statement_timestamp()), least($2, $3), least($2, $3))
    ON CONFLICT (who) DO UPDATE SET
      granted = CASE WHEN c.minute >= excluded.minute THEN greatest(0, least($2, $3 - c.taken)) ELSE excluded.granted END,
      taken = CASE WHEN c.minute >= excluded.minute THEN c.taken + greatest(0, least($2, $3 - c.taken)) ELSE excluded.taken END,
      minute = greatest(c.minute, excluded.minute)
    RETURNING c.granted, ceil(extract(epoch FROM c.minute + interval '1 minute' - clock_timestamp()) * 1000)::integer
  $$;
--> statement-breakpoint
-- Counts a try at a password before it is made, so that many at once are as many. `pair` stands for a login and the network it
-- is tried from, `login` for the login from anywhere. Answers how long to wait, in milliseconds: 0 for a try that may be made.
-- After `free` tries in a row a network waits twice as long after each, `longest` at most; after `many` from anywhere within an
-- hour, each network that tries waits the longest after every one. A network that has not tried is never made to wait: nobody
-- can lock another out.
CREATE FUNCTION count_password_try(pair text, login text, at timestamptz, free integer, many integer, longest interval) RETURNS integer
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH stormed AS (
      SELECT EXISTS (SELECT 1 FROM public.password_try t
        WHERE t.who = $2 AND t.failures >= $5 AND t.last_at > $3 - interval '1 hour') AS is_so),
    tried AS (
      INSERT INTO public.password_try AS t (who, failures, last_at, open_at)
        SELECT $1, 1, $3, CASE WHEN s.is_so THEN $3 + $6 ELSE $3 END FROM stormed s
      ON CONFLICT (who) DO UPDATE SET
        failures = CASE WHEN t.last_at > $3 - interval '1 hour' THEN t.failures + 1 ELSE 1 END,
        open_at = $3 + CASE
          WHEN (SELECT s.is_so FROM stormed s) THEN $6
          WHEN t.last_at <= $3 - interval '1 hour' OR t.failures + 1 < $4 THEN interval '0'
          ELSE least($6, interval '1 second' * power(2, least(t.failures + 2 - $4, 20))) END,
        last_at = $3
      WHERE t.open_at <= $3
      RETURNING 1),
    counted AS (
      INSERT INTO public.password_try AS t (who, failures, last_at, open_at) SELECT $2, 1, $3, $3 FROM tried
      ON CONFLICT (who) DO UPDATE SET
        failures = CASE WHEN t.last_at > $3 - interval '1 hour' THEN t.failures + 1 ELSE 1 END, last_at = $3)
    SELECT CASE WHEN EXISTS (SELECT 1 FROM tried) THEN 0
      ELSE greatest(1, coalesce((SELECT ceil(extract(epoch FROM t.open_at - $3) * 1000)::integer FROM public.password_try t
        WHERE t.who = $1), 1)) END
  $$;
--> statement-breakpoint
-- After the right one, the tries before it are forgiven: to the network it came from; the storm is not.
CREATE FUNCTION forgive_password_tries(pair text) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ DELETE FROM public.password_try t WHERE t.who = $1 $$;
--> statement-breakpoint
-- Whether a logout token is heard for the first time.
CREATE FUNCTION hear_logout_token(digest text, expires_at timestamptz) RETURNS boolean
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH heard AS (INSERT INTO public.logout_token (digest, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM heard)
  $$;
--> statement-breakpoint
-- Takes away what counts no longer.
CREATE FUNCTION sweep_limits() RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    DELETE FROM public.rate_count WHERE minute < now() - interval '2 minutes';
    DELETE FROM public.password_try WHERE last_at < now() - interval '1 hour' AND open_at < now();
    DELETE FROM public.logout_token WHERE expires_at < now();
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION take_rate(text, integer, integer), count_password_try(text, text, timestamptz, integer, integer, interval),
  forgive_password_tries(text), hear_logout_token(text, timestamptz), sweep_limits() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION take_rate(text, integer, integer), count_password_try(text, text, timestamptz, integer, integer, interval),
  forgive_password_tries(text), hear_logout_token(text, timestamptz) TO guantong_app;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION sweep_limits() TO guantong_job;
