-- What was handed on ends with its giver's own: whoever holds it does so while the giver, by themselves, holds the same.
-- Asked of a row by those who may see it.
CREATE FUNCTION giver_holds(account_id uuid, capacity_id uuid, today date) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT EXISTS (
      SELECT 1 FROM public.capacity held JOIN public.capacity own ON own.account_id = held.delegated_by
      WHERE held.account_id = $1 AND held.id = $2
        AND (current_setting('guantong.role') IN ('SYSTEM', 'ADMINISTRATOR')
          OR current_setting('guantong.account')::uuid IN (held.account_id, held.delegated_by))
        AND own.delegated_by IS NULL AND own.role = held.role
        AND own.institution_id IS NOT DISTINCT FROM held.institution_id
        AND own.department_id IS NOT DISTINCT FROM held.department_id
        AND own.class_id IS NOT DISTINCT FROM held.class_id
        AND own.alliance_id IS NOT DISTINCT FROM held.alliance_id
        AND own.valid_from <= today AND (own.valid_until IS NULL OR own.valid_until >= today))
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION giver_holds(uuid, uuid, date) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION giver_holds(uuid, uuid, date) TO guantong_app;
--> statement-breakpoint
-- Whoever shortens or takes away a role makes every process forget who held it, and whom they had handed it on to.
CREATE FUNCTION tell_of_capacity() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    BEGIN
      PERFORM pg_notify('guantong_account', OLD.account_id::text);
      PERFORM pg_notify('guantong_account', c.account_id::text) FROM public.capacity c WHERE c.delegated_by = OLD.account_id;
      RETURN NULL;
    END
  $$;
--> statement-breakpoint
CREATE TRIGGER capacity_told AFTER UPDATE OR DELETE ON capacity FOR EACH ROW EXECUTE FUNCTION tell_of_capacity();
