-- Evidence is the learner's, their guardian's and the registrars' of the school that keeps it to read, and of a class
-- teacher only what they sent in themself. It is never changed: only its encryption is renewed, by the service itself.
ALTER TABLE file ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE file FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
-- scans are packed already, and ciphertext cannot be
ALTER TABLE file ALTER COLUMN ciphertext SET STORAGE EXTERNAL;
--> statement-breakpoint
CREATE POLICY file_owner ON file TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON file TO guantong_app;
--> statement-breakpoint
GRANT UPDATE (key_id, nonce, ciphertext) ON file TO guantong_app;
--> statement-breakpoint
CREATE POLICY file_read ON file FOR SELECT TO guantong_app
  USING ((learner_id = current_setting('guantong.learner')::uuid AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN'))
    OR (learner_id = ANY (current_setting('guantong.learners')::uuid[]) AND uploaded_by = current_setting('guantong.account')::uuid
      AND current_setting('guantong.role') = 'CLASS_TEACHER')
    OR (institution_id = ANY (current_setting('guantong.institutions')::uuid[]) AND current_setting('guantong.role') IN ('REGISTRAR', 'REGISTRAR_CONFIRMER'))
    OR current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint
CREATE POLICY file_insert ON file FOR INSERT TO guantong_app
  WITH CHECK (uploaded_by = current_setting('guantong.account')::uuid AND ciphertext IS NOT NULL
    AND ((learner_id = current_setting('guantong.learner')::uuid AND current_setting('guantong.role') IN ('STUDENT', 'GUARDIAN'))
      OR (institution_id = current_setting('guantong.institution')::uuid
        AND (current_setting('guantong.role') = 'REGISTRAR'
          OR (current_setting('guantong.role') = 'CLASS_TEACHER' AND learner_id = ANY (current_setting('guantong.learners')::uuid[]))))));
--> statement-breakpoint
CREATE POLICY file_reencrypt ON file FOR UPDATE TO guantong_app
  USING (current_setting('guantong.role') = 'SYSTEM') WITH CHECK (current_setting('guantong.role') = 'SYSTEM');
--> statement-breakpoint

CREATE OR REPLACE FUNCTION retention_due() RETURNS TABLE (kind text, due bigint)
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
    UNION ALL SELECT 'FILE', count(*) FROM public.file
      WHERE ciphertext IS NOT NULL AND kind <> 'IDENTITY_CHECK' AND uploaded_at < public.retention_cutoff('FILE')
    UNION ALL SELECT 'FILE_IDENTITY', count(*) FROM public.file
      WHERE ciphertext IS NOT NULL AND kind = 'IDENTITY_CHECK' AND uploaded_at < public.retention_cutoff('FILE_IDENTITY')
  $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION apply_retention(most integer) RETURNS TABLE (kind text, ended bigint)
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
    ), files AS (
      -- what refers to a file still finds its hash, and when it came from whom
      UPDATE public.file SET key_id = NULL, nonce = NULL, ciphertext = NULL, name = NULL WHERE (learner_id, id) IN (
        SELECT learner_id, id FROM public.file WHERE ciphertext IS NOT NULL AND kind <> 'IDENTITY_CHECK'
          AND uploaded_at < public.retention_cutoff('FILE') LIMIT $1) RETURNING 1
    ), identity_files AS (
      UPDATE public.file SET key_id = NULL, nonce = NULL, ciphertext = NULL, name = NULL WHERE (learner_id, id) IN (
        SELECT learner_id, id FROM public.file WHERE ciphertext IS NOT NULL AND kind = 'IDENTITY_CHECK'
          AND uploaded_at < public.retention_cutoff('FILE_IDENTITY') LIMIT $1) RETURNING 1
    )
    SELECT 'SESSION', count(*) FROM sessions
    UNION ALL SELECT 'ONE_TIME_CODE', count(*) FROM codes
    UNION ALL SELECT 'NOTICE', count(*) FROM notices
    UNION ALL SELECT 'NOTICE_DELIVERY', count(*) FROM deliveries
    UNION ALL SELECT 'AUDIT_DETAIL', count(*) FROM details
    UNION ALL SELECT 'FILE', count(*) FROM files
    UNION ALL SELECT 'FILE_IDENTITY', count(*) FROM identity_files
  $$;
