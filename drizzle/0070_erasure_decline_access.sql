-- An officer of the school refuses a request, once, and says why and by which clause. Whoever asked withdraws what waits,
-- and refuses nothing.
GRANT UPDATE (declined_by, declined_at, decline_reason, decline_document, decline_clause) ON erasure_request TO guantong_app;
--> statement-breakpoint
DROP POLICY erasure_request_withdraw ON erasure_request;
--> statement-breakpoint
CREATE POLICY erasure_request_withdraw ON erasure_request FOR UPDATE TO guantong_app
  USING (carried_out_at IS NULL AND declined_at IS NULL AND ((learner_id = current_setting('guantong.learner')::uuid AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN'))
    OR (requested_by = current_setting('guantong.account')::uuid AND institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') = 'REGISTRAR')))
  WITH CHECK (declined_at IS NULL AND ((learner_id = current_setting('guantong.learner')::uuid AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN'))
    OR (requested_by = current_setting('guantong.account')::uuid AND current_setting('guantong.role') = 'REGISTRAR')));
--> statement-breakpoint
CREATE POLICY erasure_request_decline ON erasure_request FOR UPDATE TO guantong_app
  USING (withdrawn_at IS NULL AND carried_out_at IS NULL AND declined_at IS NULL
    AND institution_id = ANY (current_setting('guantong.institutions')::uuid[])
    AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
  WITH CHECK (withdrawn_at IS NULL AND declined_by = current_setting('guantong.account')::uuid
    AND institution_id = ANY (current_setting('guantong.institutions')::uuid[])
    AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'));
--> statement-breakpoint
-- As before; what was refused is not carried out, and what earlier refusals said of the learner goes with the rest.
CREATE OR REPLACE FUNCTION carry_out_erasure(learner uuid, request uuid) RETURNS uuid[]
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
  DECLARE
    ended uuid[];
  BEGIN
    PERFORM 1 FROM learner l WHERE l.id = learner FOR UPDATE;
    PERFORM 1 FROM erasure_request r WHERE r.learner_id = learner AND r.id = request AND r.withdrawn_at IS NULL
      AND r.carried_out_at IS NULL AND r.declined_at IS NULL AND r.requested_by <> current_setting('guantong.account')::uuid
      AND r.institution_id = ANY (current_setting('guantong.institutions')::uuid[])
      AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER') FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'not to be carried out by this account' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT 1 FROM erasure_holds(learner)) THEN
      RAISE EXCEPTION 'something keeps it from being carried out' USING ERRCODE = 'insufficient_privilege';
    END IF;
    ended := erasure_accounts(learner);
    PERFORM erase_learner(learner, true);
    UPDATE erasure_request SET decline_reason = '***' WHERE learner_id = learner AND decline_reason IS NOT NULL;
    UPDATE erasure_request SET carried_out_by = current_setting('guantong.account')::uuid, carried_out_at = now()
      WHERE learner_id = learner AND id = request;
    RETURN ended;
  END
  $$;
