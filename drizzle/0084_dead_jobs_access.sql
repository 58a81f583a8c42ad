-- Jobs are everybody's: dead ones are shown to, and tried again by, the administrator of the service, not one of a school.
CREATE OR REPLACE FUNCTION dead_jobs(before_id bigint, page_size integer)
  RETURNS TABLE (id bigint, kind text, payload json, failure text, attempts integer, enqueued_at timestamptz, failed_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT j.id, t.identifier, j.payload, j.last_error, j.attempts, j.created_at, j.updated_at
    FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
    WHERE NOT j.is_available AND j.locked_at IS NULL AND j.id < coalesce(before_id, 9223372036854775807)
      AND current_setting('guantong.role') = 'ADMINISTRATOR'
      AND current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000'
    ORDER BY j.id DESC LIMIT page_size
  $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION retry_job(dead_id bigint) RETURNS bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    UPDATE graphile_worker._private_jobs SET attempts = 0, run_at = now(), updated_at = now()
    WHERE id = dead_id AND NOT is_available AND locked_at IS NULL
      AND current_setting('guantong.role') = 'ADMINISTRATOR'
      AND current_setting('guantong.institution') = '00000000-0000-0000-0000-000000000000'
    RETURNING id
  $$;
