-- How long records are kept. The periods are for anyone to read and for the owner to change. No role of the application
-- may delete what they end: it is done by one function, which takes the time from the clock and the periods from their
-- table, so that nothing ends before its time, whoever calls.
GRANT SELECT ON retention_period TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
--> statement-breakpoint
ALTER TABLE retention_period ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE retention_period FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY retention_period_owner ON retention_period TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY retention_period_read ON retention_period FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint

-- Null, and so nothing is due, for a kind without a period.
CREATE FUNCTION retention_cutoff(kind text) RETURNS timestamptz
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT now() - make_interval(months => p.months) FROM public.retention_period p WHERE p.kind = $1 $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION retention_cutoff(text) FROM PUBLIC;
--> statement-breakpoint
CREATE FUNCTION retention_due() RETURNS TABLE (kind text, due bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT 'SESSION', count(*) FROM public.session
      WHERE least(ended_at, expires_at) < public.retention_cutoff('SESSION')
    UNION ALL SELECT 'ONE_TIME_CODE', count(*) FROM public.one_time_code
      WHERE least(used_at, ended_at, expires_at) < public.retention_cutoff('ONE_TIME_CODE')
    UNION ALL SELECT 'NOTICE', count(*) FROM public.notice WHERE read_at < public.retention_cutoff('NOTICE')
    UNION ALL SELECT 'NOTICE_DELIVERY', count(*) FROM public.notice_delivery
      WHERE status <> 'WAITING' AND settled_at < public.retention_cutoff('NOTICE_DELIVERY')
    UNION ALL SELECT 'AUDIT_DETAIL', count(*) FROM public.audit_entry
      WHERE detail_salt IS NOT NULL AND at < public.retention_cutoff('AUDIT_DETAIL')
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION retention_due() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION retention_due() TO guantong_job;
--> statement-breakpoint
CREATE FUNCTION apply_retention(most integer) RETURNS TABLE (kind text, ended bigint)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH sessions AS (
      DELETE FROM public.session WHERE (account_id, id) IN (SELECT account_id, id FROM public.session
        WHERE least(ended_at, expires_at) < public.retention_cutoff('SESSION') LIMIT $1) RETURNING 1
    ), codes AS (
      DELETE FROM public.one_time_code WHERE (account_id, id) IN (SELECT account_id, id FROM public.one_time_code
        WHERE least(used_at, ended_at, expires_at) < public.retention_cutoff('ONE_TIME_CODE') LIMIT $1) RETURNING 1
    ), notices AS (
      DELETE FROM public.notice WHERE (account_id, event_id, learner_id) IN (SELECT account_id, event_id, learner_id
        FROM public.notice WHERE read_at < public.retention_cutoff('NOTICE') LIMIT $1) RETURNING 1
    ), deliveries AS (
      DELETE FROM public.notice_delivery WHERE (account_id, event_id, learner_id, channel) IN (
        SELECT account_id, event_id, learner_id, channel FROM public.notice_delivery
        WHERE status <> 'WAITING' AND settled_at < public.retention_cutoff('NOTICE_DELIVERY') LIMIT $1) RETURNING 1
    ), details AS (
      -- the entry stays with the digest, and the chain with it
      UPDATE public.audit_entry SET detail = NULL, detail_salt = NULL WHERE id IN (SELECT id FROM public.audit_entry
        WHERE detail_salt IS NOT NULL AND at < public.retention_cutoff('AUDIT_DETAIL') LIMIT $1) RETURNING 1
    )
    SELECT 'SESSION', count(*) FROM sessions
    UNION ALL SELECT 'ONE_TIME_CODE', count(*) FROM codes
    UNION ALL SELECT 'NOTICE', count(*) FROM notices
    UNION ALL SELECT 'NOTICE_DELIVERY', count(*) FROM deliveries
    UNION ALL SELECT 'AUDIT_DETAIL', count(*) FROM details
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION apply_retention(integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION apply_retention(integer) TO guantong_job;
