-- A role is handed on by whoever acts in it, exactly as they hold it and no longer than they do, and never again by who
-- got it: guantong.hands_on_until stands at -infinity for them. It is set only where something is written.
DROP POLICY capacity_insert ON capacity;
--> statement-breakpoint
CREATE POLICY capacity_insert ON capacity FOR INSERT TO guantong_app
  WITH CHECK ((current_setting('guantong.role') = 'ADMINISTRATOR' AND role NOT IN ('ADMINISTRATOR', 'STUDENT', 'GUARDIAN') AND learner_id IS NULL AND delegated_by IS NULL
      AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution')::uuid = '00000000-0000-0000-0000-000000000000'))
    OR (delegated_by = current_setting('guantong.account')::uuid AND role = current_setting('guantong.role') AND institution_id = current_setting('guantong.institution')::uuid
      AND coalesce(department_id, '00000000-0000-0000-0000-000000000000') = current_setting('guantong.department')::uuid
      AND coalesce(class_id, '00000000-0000-0000-0000-000000000000') = current_setting('guantong.class')::uuid
      AND coalesce(alliance_id, '00000000-0000-0000-0000-000000000000') = current_setting('guantong.alliance')::uuid
      AND learner_id IS NULL AND valid_until <= current_setting('guantong.hands_on_until')::date
      AND role IN ('REGISTRAR', 'REGISTRAR_CONFIRMER', 'DEPARTMENT_REVIEWER', 'CLASS_TEACHER', 'SIGNATORY', 'PLANNER'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
-- Whoever handed a role on shortens it; lengthened it would outlive their own.
DROP POLICY capacity_update ON capacity;
--> statement-breakpoint
CREATE POLICY capacity_update ON capacity FOR UPDATE TO guantong_app
  USING (delegated_by = current_setting('guantong.account')::uuid OR current_setting('guantong.role') = 'SYSTEM'
    OR (current_setting('guantong.role') = 'ADMINISTRATOR' AND role NOT IN ('ADMINISTRATOR', 'STUDENT', 'GUARDIAN')
      AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution')::uuid = '00000000-0000-0000-0000-000000000000')))
  WITH CHECK ((delegated_by = current_setting('guantong.account')::uuid AND valid_until <= current_setting('guantong.hands_on_until')::date) OR current_setting('guantong.role') = 'SYSTEM'
    OR (current_setting('guantong.role') = 'ADMINISTRATOR' AND role NOT IN ('ADMINISTRATOR', 'STUDENT', 'GUARDIAN')
      AND (institution_id = current_setting('guantong.institution')::uuid OR current_setting('guantong.institution')::uuid = '00000000-0000-0000-0000-000000000000')));
--> statement-breakpoint
-- Logins of other schools are nobody's to ask for but an administrator's.
CREATE OR REPLACE FUNCTION accounts_by_login(logins text[])
  RETURNS TABLE (id uuid, login text, display_name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT a.id, a.login, a.display_name FROM public.account a
    WHERE a.login = ANY (logins) AND current_setting('guantong.role') IN ('ADMINISTRATOR', 'SYSTEM')
  $$;
--> statement-breakpoint
-- A colleague on the staff of the viewer's school, for whoever hands a role on, in the transaction that does it.
CREATE FUNCTION colleague_by_login(wanted text, today date)
  RETURNS TABLE (id uuid, display_name text, holds_role boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT a.id, a.display_name, bool_or(c.role = current_setting('guantong.role')
        AND coalesce(c.department_id, '00000000-0000-0000-0000-000000000000') = current_setting('guantong.department')::uuid
        AND coalesce(c.class_id, '00000000-0000-0000-0000-000000000000') = current_setting('guantong.class')::uuid
        AND coalesce(c.alliance_id, '00000000-0000-0000-0000-000000000000') = current_setting('guantong.alliance')::uuid)
    FROM public.account a JOIN public.capacity c ON c.account_id = a.id
    WHERE a.login = wanted AND a.kind = 'PERSON' AND c.institution_id = current_setting('guantong.institution')::uuid
      AND c.role NOT IN ('STUDENT', 'GUARDIAN', 'ENTERPRISE_MENTOR') AND c.valid_from <= today
      AND (c.valid_until IS NULL OR c.valid_until >= today) AND current_setting('guantong.hands_on_until')::date >= today
    GROUP BY a.id
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION colleague_by_login(text, date) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION colleague_by_login(text, date) TO guantong_app;
--> statement-breakpoint
-- The names of both sides of what was handed on, for both, and for the administrators of the school.
CREATE FUNCTION delegation_people()
  RETURNS TABLE (id uuid, display_name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT a.id, a.display_name FROM public.account a
    WHERE a.id IN (
      SELECT unnest(ARRAY[c.account_id, c.delegated_by]) FROM public.capacity c
      WHERE c.delegated_by IS NOT NULL AND (c.delegated_by = current_setting('guantong.account')::uuid OR c.account_id = current_setting('guantong.account')::uuid
        OR current_setting('guantong.role') = 'SYSTEM'
        OR (current_setting('guantong.role') = 'ADMINISTRATOR' AND (c.institution_id = current_setting('guantong.institution')::uuid
          OR current_setting('guantong.institution')::uuid = '00000000-0000-0000-0000-000000000000'))))
  $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION delegation_people() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION delegation_people() TO guantong_app;
