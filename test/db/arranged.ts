import type postgres from "postgres";

const LEARNER = "00000000-0000-4000-8000-0000000000c1";
const SCHOOL = "00000000-0000-4000-8000-00000000000a";
const ACCOUNT = "00000000-0000-4000-8000-0000000000e1";

/** A row of each table that holds personal or school data and that the demonstration leaves empty. */
export async function arrange(sql: postgres.Sql): Promise<void> {
  await sql`insert into deposit_batch (institution_id, id, number, source_name, source_hash, status, row_count, bad_row_count,
      recorded_by, recorded_by_name, recorded_at)
    values (${SCHOOL}, ${LEARNER}, 'B1', 'grades.csv', 'hash', 'OPEN', 1, 0, ${ACCOUNT}, '演示', now())`;
  await sql`insert into batch_row (institution_id, batch_id, row_no, sheet, status, learner_id, cells)
    values (${SCHOOL}, ${LEARNER}, 2, 'Sheet1', 'READY', ${LEARNER}, '{}')`;
  await sql`insert into review_case (learner_id, id, achievement_id, title_zh, title_en, unit, credits, registration_id,
      programme_id, institution_id, corrected_by, kind, reason, opened_at)
    values (${LEARNER}, ${LEARNER}, ${LEARNER}, '数学', 'Mathematics', 'SECONDARY', 400, ${LEARNER}, ${SCHOOL}, ${SCHOOL},
      ${SCHOOL}, 'REVERSE', '漏记分', now())`;
  await sql`insert into application (learner_id, id, version, registration_id, programme_id, institution_id,
      home_institution_id, learner_name, status, submitted_by, submitted_at, waiting_since, engine_version, input, outcome,
      amounts)
    values (${LEARNER}, ${LEARNER}, 1, ${LEARNER}, ${SCHOOL}, ${SCHOOL}, ${SCHOOL}, '演示', 'SUBMITTED', ${ACCOUNT}, now(),
      now(), '3', '{}', '{}', '[]')`;
  await sql`insert into application_event (learner_id, application_id, version, institution_id, home_institution_id, step,
      status, by_name, at)
    values (${LEARNER}, ${LEARNER}, 1, ${SCHOOL}, ${SCHOOL}, 'SUBMIT', 'SUBMITTED', '演示', now())`;
  await sql`insert into identity_document (learner_id, home_institution_id, kind, key_id, nonce, ciphertext)
    values (${LEARNER}, ${SCHOOL}, 'OTHER', 'k000000000001', '\\x00', '\\x00')`;
  await sql`insert into registry_number (learner_id, home_institution_id, key_id, nonce, ciphertext, lookup_key_id, lookup, masked)
    values (${LEARNER}, ${SCHOOL}, 'k000000000001', '\\x00', '\\x00', 'k000000000001', '\\x00', '****0000')`;
  await sql`insert into bank_number (learner_id, number, home_institution_id, institution_id, ground, opened_by, opened_at)
    values (${LEARNER}, 'XF0000000000', ${SCHOOL}, ${SCHOOL}, 'WORKER', ${ACCOUNT}, now())`;
  await sql`insert into merge_case (learner_id, id, other_id, institution_id, other_institution_id, found_by, state, opened_at)
    values (${LEARNER}, ${LEARNER}, ${ACCOUNT}, ${SCHOOL}, ${SCHOOL}, 'DOCUMENT', 'OPEN', now())`;
  await sql`insert into status_change (learner_id, id, registration_id, institution_id, learner_name, kind, state, effective_on,
      decided_on, decision_no, reason, status_before, status_after, cohort_before, cohort_after, programme_before, programme_after,
      effects, recorded_by, recorded_at)
    values (${LEARNER}, ${LEARNER}, ${LEARNER}, ${SCHOOL}, '演示', 'LEAVE', 'RECORDED', '2026-11-24', '2026-11-24', '1', '1', 'ACTIVE',
      'ON_LEAVE', 2024, 2024, ${LEARNER}, ${LEARNER}, '{}', ${ACCOUNT}, now())`;
  await sql`insert into transfer_list (institution_id, id, to_institution_id, pathway_id, programme_before, programme_after,
      cohort_before, effective_on, decided_on, decision_no, conditions, state, recorded_by, recorded_at)
    values (${SCHOOL}, ${LEARNER}, ${SCHOOL}, ${LEARNER}, ${LEARNER}, ${LEARNER}, 2024, '2027-09-01', '2026-11-24', '1', '[]',
      'RECORDED', ${ACCOUNT}, now())`;
  await sql`insert into audit_entry (id, at, account_id, role, institution_id, action, outcome, learner_ids, learner_count,
      request_id, times)
    values (${LEARNER}, now(), ${ACCOUNT}, 'REGISTRAR', ${SCHOOL}, 'learner.read', 'DONE', array[${LEARNER}::uuid], 1, '', 1)`;
  await sql`insert into file (learner_id, id, institution_id, kind, sha256, media_type, size, uploaded_by, uploaded_at, key_id, nonce,
      ciphertext)
    values (${LEARNER}, ${LEARNER}, ${SCHOOL}, 'CERTIFICATE', 'hash', 'image/png', 1, ${ACCOUNT}, now(), 'k000000000001', '\\x00',
      decode('0000000000000000000000000000000000', 'hex'))`;
  await sql`insert into erasure_request (learner_id, id, institution_id, requested_by, requested_at, reason)
    values (${LEARNER}, ${LEARNER}, ${SCHOOL}, ${ACCOUNT}, now(), '不再使用')`;
  await sql`insert into sharing_consent (learner_id, id, institution_id, given_by, given_at)
    values (${LEARNER}, ${LEARNER}, ${SCHOOL}, ${ACCOUNT}, now())`;
  await sql`insert into consent_request (learner_id, id, act, institution_id, asked_by, asked_at)
    values (${LEARNER}, ${LEARNER}, 'LEAVE', ${SCHOOL}, ${ACCOUNT}, now())`;
  await sql`insert into public_notice (institution_id, id, kind, title, opened_at, opened_by, closes_on, closes_at, working_days,
      answer_working_days, citation, certainty, contact_name, contact_how)
    values (${SCHOOL}, ${LEARNER}, 'AWARD', '公示', now(), ${ACCOUNT}, '2026-12-01', '2999-01-01', 5, 5, '{}', 'SETTING', '王', '教务科')`;
  await sql`insert into public_notice_item (institution_id, notice_id, position, learner_id, name, item, opened_at, closes_at)
    values (${SCHOOL}, ${LEARNER}, 1, ${LEARNER}, '王**', '一等奖', now(), '2999-01-01')`;
  await sql`insert into public_notice_objection (institution_id, id, notice_id, code_hash, received_at, due_on, state, named, key_id,
      nonce, ciphertext)
    values (${SCHOOL}, ${LEARNER}, ${LEARNER}, 'hash', now(), '2026-12-01', 'RECEIVED', false, 'k000000000001', '\\x00', '\\x00')`;
  await sql`insert into seal_chain (chain, hash) values ('test', 'hash')`;
  await sql`insert into seal_link (chain, position, key, hash) values ('test', 1, ${LEARNER}, 'hash')`;
  await sql`insert into seal_head (chain, number, position, hash, horizon, sealed_at, key_id, signature)
    values ('test', 1, 1, 'hash', '1', '2026-11-24', 'key', 'signature')`;
  await arrangeSignIn(sql);
  await sql`insert into seal_key (id, public_key) values ('key', 'public')`;
  await sql`insert into rate_count (who, minute, taken, granted) values ('digest', now(), 1, 1)`;
  await sql`insert into password_try (who, failures, last_at, open_at) values ('digest', 1, now(), now())`;
  await sql`insert into logout_token (digest, expires_at) values ('digest', now())`;
}

/** The ways into one account. */
async function arrangeSignIn(sql: postgres.Sql): Promise<void> {
  await sql`insert into account_subject (account_id, id, issuer, subject, linked_at)
    values (${ACCOUNT}, ${ACCOUNT}, 'https://issuer.example', 'subject', now())`;
  await sql`insert into one_time_code (account_id, id, selector, key_id, hash, purpose, issued_at, expires_at)
    values (${ACCOUNT}, ${ACCOUNT}, 'selector', 'key', 'hash', 'OPEN', now(), now())`;
  await sql`insert into passkey (account_id, id, credential_id, public_key, counter, transports, backed_up, label, created_at)
    values (${ACCOUNT}, ${ACCOUNT}, 'credential', 'public', 0, '', false, '演示', now())`;
  await sql`insert into password (account_id, hash, set_at) values (${ACCOUNT}, 'hash', now())`;
  await sql`insert into session (account_id, id, secret_hash, rotated_at, confirmed_at, method, client, created_at,
      last_seen_at, expires_at)
    values (${ACCOUNT}, ${ACCOUNT}, 'hash', now(), now(), 'PASSWORD', 'test', now(), now(), now())`;
  await sql`insert into notice_event (id, kind, facts, happened_at) values (${LEARNER}, 'SEAT_TAKEN', '{}', now())`;
  await sql`insert into notice (account_id, event_id, learner_id, kind, regard, params, happened_at)
    values (${ACCOUNT}, ${LEARNER}, ${LEARNER}, 'SEAT_TAKEN', 'SELF', '{}', now())`;
  await sql`insert into notice_address (account_id, channel, address, frequency) values (${ACCOUNT}, 'SMS', '13800000000', 'EACH')`;
  await sql`insert into notice_delivery (account_id, event_id, learner_id, channel, frequency)
    values (${ACCOUNT}, ${LEARNER}, ${LEARNER}, 'SMS', 'EACH')`;
}
