-- Lists of applications are read in the order of their indexes; see 0028 for why the planner must take the policy to hold.
-- Who may read is what it was.
ALTER POLICY application_read ON application USING (
  (array_position(ARRAY['REGISTRAR', 'REGISTRAR_CONFIRMER'], current_setting('guantong.role')) IS NOT NULL
    AND (array_position(current_setting('guantong.institutions')::uuid[], institution_id) IS NOT NULL
      OR array_position(current_setting('guantong.institutions')::uuid[], home_institution_id) IS NOT NULL))
  OR (current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN', 'CLASS_TEACHER')
    AND learner_id = ANY (current_setting('guantong.learners')::uuid[]))
  OR (current_setting('guantong.role') = 'DEPARTMENT_REVIEWER'
    AND department_id = current_setting('guantong.department')::uuid)
  OR current_setting('guantong.role') = 'SYSTEM');
