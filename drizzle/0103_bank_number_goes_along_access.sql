-- As 0098 has it, which had lost what 0091 brought: the bank number goes along to the school that takes in.
CREATE OR REPLACE FUNCTION confirm_status_change(learner uuid, change uuid, at timestamptz, seen jsonb, opened uuid, student_no text, placed uuid, late text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
  DECLARE
    c status_change;
    r registration;
    department uuid;
    stage boolean;
    takes uuid;
  BEGIN
    SELECT s.* INTO c FROM status_change s WHERE s.learner_id = learner AND s.id = change
      AND coalesce(s.to_institution_id, s.institution_id) = ANY (current_setting('guantong.institutions')::uuid[])
      AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER')
      AND s.recorded_by <> current_setting('guantong.account')::uuid FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'not to be confirmed by this account' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF c.state <> 'RECORDED' THEN
      RETURN 'SETTLED';
    END IF;
    IF c.list_id IS NOT NULL AND NOT c.published THEN
      RETURN 'UNPUBLISHED';
    END IF;
    stage := c.kind = 'STAGE_TRANSFER';
    takes := coalesce(c.to_institution_id, c.institution_id);
    SELECT g.* INTO r FROM registration g WHERE g.learner_id = learner AND g.id = c.registration_id FOR UPDATE;
    IF NOT FOUND OR (r.cohort, r.programme_id) IS DISTINCT FROM (c.cohort_before, c.programme_before)
      OR NOT (r.status = c.status_before OR (stage AND r.status = 'GRADUATED')) THEN
      RETURN 'STALE';
    END IF;
    IF placed IS NOT NULL AND NOT EXISTS (SELECT 1 FROM class_group g WHERE g.id = placed AND g.institution_id = takes
      AND g.programme_id = c.programme_after) THEN
      RAISE EXCEPTION 'no class of the school that takes in' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE registration g SET status = c.status_after,
      left_on = CASE WHEN c.status_after IN ('ACTIVE', 'ON_LEAVE') THEN NULL WHEN stage THEN coalesce(g.left_on, c.effective_on) ELSE c.effective_on END,
      cohort = CASE WHEN c.programme_after = c.programme_before AND NOT stage THEN c.cohort_after ELSE g.cohort END,
      class_id = CASE WHEN c.status_after IN ('ACTIVE', 'ON_LEAVE') THEN c.class_after ELSE g.class_id END,
      pathway_id = CASE WHEN c.status_after IN ('ACTIVE', 'ON_LEAVE') AND seen ->> 'pathway' = 'LOST' THEN NULL ELSE g.pathway_id END
      WHERE g.learner_id = learner AND g.id = c.registration_id;
    IF c.programme_after <> c.programme_before OR stage THEN
      SELECT p.department_id INTO department FROM programme p WHERE p.id = c.programme_after;
      INSERT INTO registration (learner_id, id, institution_id, programme_id, department_id, pathway_id, class_id, cohort, phase, student_no, status, entered_on)
        VALUES (learner, opened, takes, c.programme_after, department, CASE WHEN stage THEN r.pathway_id END,
          coalesce(placed, c.class_after), c.cohort_after, CASE WHEN stage THEN c.phase_after ELSE r.phase END, student_no, 'ACTIVE', c.effective_on);
      -- whoever has gone on to yet another school by now stays there
      UPDATE learner l SET home_institution_id = coalesce(c.to_institution_id, l.home_institution_id), home_department_id = department
        WHERE l.id = learner AND l.home_institution_id = c.institution_id;
      IF FOUND AND c.to_institution_id IS NOT NULL THEN
        UPDATE identity_document d SET home_institution_id = c.to_institution_id WHERE d.learner_id = learner;
        UPDATE registry_number n SET home_institution_id = c.to_institution_id WHERE n.learner_id = learner;
        UPDATE bank_number b SET home_institution_id = c.to_institution_id WHERE b.learner_id = learner;
      END IF;
    END IF;
    UPDATE status_change s SET state = 'CONFIRMED', settled_by = current_setting('guantong.account')::uuid, settled_at = at,
      effects = seen, filing = 'TO_FILE', class_after = coalesce(placed, s.class_after), settled_late_reason = late
      WHERE s.learner_id = learner AND s.id = change;
    RETURN 'DONE';
  END
  $$;
--> statement-breakpoint
UPDATE bank_number b SET home_institution_id = l.home_institution_id FROM learner l
  WHERE l.id = b.learner_id AND l.home_institution_id <> b.home_institution_id;
