-- Whoever was on the staff, and nothing else, keeps no login, name or address here once their last role has ended for as
-- long as the period says. What they did stays, in the audit log too, under the id of an account that names nobody. An
-- account that is or was a learner's is erased with the learner.
CREATE FUNCTION staff_accounts_past() RETURNS SETOF uuid
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT a.id FROM public.account a
    WHERE a.login <> 'erased.' || a.id AND public.retention_cutoff('STAFF_ACCOUNT') IS NOT NULL
      AND EXISTS (SELECT 1 FROM public.capacity c WHERE c.account_id = a.id)
      AND NOT EXISTS (SELECT 1 FROM public.capacity c WHERE c.account_id = a.id AND (c.learner_id IS NOT NULL
        OR c.valid_until IS NULL OR c.valid_until >= public.retention_cutoff('STAFF_ACCOUNT')::date))
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION staff_accounts_past() FROM PUBLIC;
--> statement-breakpoint
CREATE FUNCTION staff_accounts_due() RETURNS TABLE (kind text, due bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT 'STAFF_ACCOUNT', count(*) FROM public.staff_accounts_past() $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION staff_accounts_due() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION staff_accounts_due() TO guantong_job;
--> statement-breakpoint
CREATE FUNCTION end_staff_accounts(most integer) RETURNS TABLE (kind text, ended bigint)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
  DECLARE
    past uuid[] := ARRAY(SELECT p FROM staff_accounts_past() p LIMIT most);
  BEGIN
    DELETE FROM notice_delivery WHERE account_id = ANY (past);
    DELETE FROM notice WHERE account_id = ANY (past);
    DELETE FROM notice_address WHERE account_id = ANY (past);
    DELETE FROM session WHERE account_id = ANY (past);
    DELETE FROM passkey WHERE account_id = ANY (past);
    DELETE FROM password WHERE account_id = ANY (past);
    DELETE FROM account_subject WHERE account_id = ANY (past);
    DELETE FROM one_time_code WHERE account_id = ANY (past);
    UPDATE deposit_batch SET recorded_by_name = '***' WHERE recorded_by = ANY (past);
    UPDATE deposit_batch SET confirmed_by_name = '***' WHERE confirmed_by = ANY (past);
    UPDATE review_case SET closed_by_name = '***' WHERE closed_by = ANY (past);
    UPDATE capacity SET delegation_reason = '***' WHERE account_id = ANY (past) AND delegation_reason IS NOT NULL;
    UPDATE account SET login = 'erased.' || id, display_name = '***', access_not_before = now() WHERE id = ANY (past);
    RETURN QUERY SELECT 'STAFF_ACCOUNT', cardinality(past)::bigint;
  END
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION end_staff_accounts(integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION end_staff_accounts(integer) TO guantong_job;
