-- How long before something ends people are told of it is for anyone to know, and for the owner to change.
GRANT SELECT ON reminder_lead TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
--> statement-breakpoint
ALTER TABLE reminder_lead ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE reminder_lead FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY reminder_lead_owner ON reminder_lead TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY reminder_lead_read ON reminder_lead FOR SELECT TO guantong_app, guantong_writer, guantong_job, guantong_auditor USING (true);
--> statement-breakpoint

-- Lines of public notices and objections to them go some time after the notice is over; its head stays.
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
    UNION ALL SELECT 'NOTICE_EVENT', count(*) FROM public.notice_event
      WHERE spread_at < public.retention_cutoff('NOTICE_EVENT')
    UNION ALL SELECT 'CREDENTIAL', (SELECT count(*) FROM public.passkey
      WHERE ended_at < public.retention_cutoff('CREDENTIAL')) + (SELECT count(*) FROM public.account_subject
      WHERE ended_at < public.retention_cutoff('CREDENTIAL'))
    UNION ALL SELECT 'BATCH_ROW', count(*) FROM public.batch_row r JOIN public.deposit_batch d
      ON d.institution_id = r.institution_id AND d.id = r.batch_id
      WHERE d.status = 'DISCARDED' AND d.discarded_at < public.retention_cutoff('BATCH_ROW')
    UNION ALL SELECT 'PUBLIC_NOTICE', (SELECT count(*) FROM public.public_notice_item
        WHERE closes_at < public.retention_cutoff('PUBLIC_NOTICE'))
      + (SELECT count(*) FROM public.public_notice_objection o JOIN public.public_notice n
        ON n.institution_id = o.institution_id AND n.id = o.notice_id
        WHERE n.closes_at < public.retention_cutoff('PUBLIC_NOTICE'))
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
    ), events AS (
      DELETE FROM public.notice_event WHERE id IN (SELECT id FROM public.notice_event
        WHERE spread_at < public.retention_cutoff('NOTICE_EVENT') LIMIT $1) RETURNING 1
    ), passkeys AS (
      DELETE FROM public.passkey WHERE (account_id, id) IN (SELECT account_id, id FROM public.passkey
        WHERE ended_at < public.retention_cutoff('CREDENTIAL') LIMIT $1) RETURNING 1
    ), subjects AS (
      DELETE FROM public.account_subject WHERE (account_id, id) IN (SELECT account_id, id FROM public.account_subject
        WHERE ended_at < public.retention_cutoff('CREDENTIAL') LIMIT $1) RETURNING 1
    ), batch_rows AS (
      DELETE FROM public.batch_row WHERE (institution_id, batch_id, row_no) IN (
        SELECT r.institution_id, r.batch_id, r.row_no FROM public.batch_row r JOIN public.deposit_batch d
        ON d.institution_id = r.institution_id AND d.id = r.batch_id
        WHERE d.status = 'DISCARDED' AND d.discarded_at < public.retention_cutoff('BATCH_ROW') LIMIT $1) RETURNING 1
    ), lines AS (
      DELETE FROM public.public_notice_item WHERE (institution_id, notice_id, position) IN (
        SELECT institution_id, notice_id, position FROM public.public_notice_item
        WHERE closes_at < public.retention_cutoff('PUBLIC_NOTICE') LIMIT $1) RETURNING 1
    ), objections AS (
      DELETE FROM public.public_notice_objection WHERE (institution_id, id) IN (
        SELECT o.institution_id, o.id FROM public.public_notice_objection o JOIN public.public_notice n
        ON n.institution_id = o.institution_id AND n.id = o.notice_id
        WHERE n.closes_at < public.retention_cutoff('PUBLIC_NOTICE') LIMIT $1) RETURNING 1
    )
    SELECT 'SESSION', count(*) FROM sessions
    UNION ALL SELECT 'ONE_TIME_CODE', count(*) FROM codes
    UNION ALL SELECT 'NOTICE', count(*) FROM notices
    UNION ALL SELECT 'NOTICE_DELIVERY', count(*) FROM deliveries
    UNION ALL SELECT 'AUDIT_DETAIL', count(*) FROM details
    UNION ALL SELECT 'FILE', count(*) FROM files
    UNION ALL SELECT 'FILE_IDENTITY', count(*) FROM identity_files
    UNION ALL SELECT 'NOTICE_EVENT', count(*) FROM events
    UNION ALL SELECT 'CREDENTIAL', (SELECT count(*) FROM passkeys) + (SELECT count(*) FROM subjects)
    UNION ALL SELECT 'BATCH_ROW', count(*) FROM batch_rows
    UNION ALL SELECT 'PUBLIC_NOTICE', (SELECT count(*) FROM lines) + (SELECT count(*) FROM objections)
  $$;
