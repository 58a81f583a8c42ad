-- An administrator of one school gives its own roles and no others. The bureau and auditors look over every school: they
-- belong to none, and an administrator of the whole service appoints them. Administrators, students and guardians are made
-- in other ways.
DROP POLICY capacity_insert ON capacity;
--> statement-breakpoint
CREATE POLICY capacity_insert ON capacity FOR INSERT TO guantong_app
  WITH CHECK ((current_setting('guantong.role') = 'ADMINISTRATOR' AND learner_id IS NULL AND delegated_by IS NULL
      AND CASE
        WHEN role IN ('REGISTRAR', 'REGISTRAR_CONFIRMER', 'DEPARTMENT_REVIEWER', 'CLASS_TEACHER', 'HOST_TEACHER', 'ENTERPRISE_MENTOR', 'PLANNER', 'SIGNATORY')
          THEN institution_id IS NOT NULL AND current_setting('guantong.institution')::uuid IN (institution_id, '00000000-0000-0000-0000-000000000000')
        WHEN role IN ('BUREAU', 'AUDITOR')
          THEN institution_id IS NULL AND current_setting('guantong.institution')::uuid = '00000000-0000-0000-0000-000000000000'
        ELSE false END)
    OR (delegated_by = current_setting('guantong.account')::uuid AND role = current_setting('guantong.role') AND institution_id = current_setting('guantong.institution')::uuid
      AND coalesce(department_id, '00000000-0000-0000-0000-000000000000') = current_setting('guantong.department')::uuid
      AND coalesce(class_id, '00000000-0000-0000-0000-000000000000') = current_setting('guantong.class')::uuid
      AND coalesce(alliance_id, '00000000-0000-0000-0000-000000000000') = current_setting('guantong.alliance')::uuid
      AND learner_id IS NULL AND valid_until <= current_setting('guantong.hands_on_until')::date
      AND role IN ('REGISTRAR', 'REGISTRAR_CONFIRMER', 'DEPARTMENT_REVIEWER', 'CLASS_TEACHER', 'SIGNATORY', 'PLANNER'))
    OR current_setting('guantong.role') = 'SYSTEM');
