-- The queue of jobs lies in schema graphile_worker, which graphile-worker's own migrations have made before these run
-- (src/db/migrate.ts). Its tables come with row-level security and no policy: nobody but the owner can touch them.

-- The worker works the queue as guantong_job, and needs no more of it than this.
GRANT USAGE ON SCHEMA graphile_worker TO guantong_job;
--> statement-breakpoint
GRANT SELECT ON graphile_worker.migrations TO guantong_job;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON graphile_worker._private_jobs TO guantong_job;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON graphile_worker._private_job_queues, graphile_worker._private_known_crontabs TO guantong_job;
--> statement-breakpoint
GRANT SELECT, INSERT ON graphile_worker._private_tasks TO guantong_job;
--> statement-breakpoint
CREATE POLICY guantong_job ON graphile_worker._private_jobs TO guantong_job USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY guantong_job ON graphile_worker._private_job_queues TO guantong_job USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY guantong_job ON graphile_worker._private_tasks TO guantong_job USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY guantong_job ON graphile_worker._private_known_crontabs TO guantong_job USING (true) WITH CHECK (true);
--> statement-breakpoint

-- Requests put jobs in and cannot look at the queue. Twelve attempts with graphile-worker's back-off (e^n seconds, at most
-- six hours) go on for most of a day.
CREATE FUNCTION enqueue_job(task text, payload json, job_key text, run_at timestamptz) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT graphile_worker.add_job(task, payload, run_at => run_at, max_attempts => 12, job_key => job_key)
  $$;
--> statement-breakpoint
-- What has failed for good, the newest first. For administrators: row-level security cannot say so in another's schema.
CREATE FUNCTION dead_jobs(before_id bigint, page_size integer)
  RETURNS TABLE (id bigint, kind text, payload json, failure text, attempts integer, enqueued_at timestamptz, failed_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT j.id, t.identifier, j.payload, j.last_error, j.attempts, j.created_at, j.updated_at
    FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
    WHERE NOT j.is_available AND j.locked_at IS NULL AND j.id < coalesce(before_id, 9223372036854775807)
      AND current_setting('guantong.role') = 'ADMINISTRATOR'
    ORDER BY j.id DESC LIMIT page_size
  $$;
--> statement-breakpoint
-- Sets a job that has failed for good back to its first attempt, at once.
CREATE FUNCTION retry_job(dead_id bigint) RETURNS bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    UPDATE graphile_worker._private_jobs SET attempts = 0, run_at = now(), updated_at = now()
    WHERE id = dead_id AND NOT is_available AND locked_at IS NULL
      AND current_setting('guantong.role') = 'ADMINISTRATOR'
    RETURNING id
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION enqueue_job(text, json, text, timestamptz), dead_jobs(bigint, integer), retry_job(bigint) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION enqueue_job(text, json, text, timestamptz) TO guantong_app, guantong_writer, guantong_job;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION dead_jobs(bigint, integer), retry_job(bigint) TO guantong_app;
