import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createKeys, openKeyRing } from "../../../src/auth/keyring.ts";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import { AUDIT_LOG, insertEntries } from "../../../src/db/audit.ts";
import { openDatabase } from "../../../src/db/client.ts";
import { openSealer } from "../../../src/db/seal/sealer.ts";
import { verifyChain } from "../../../src/db/seal/verifier.ts";
import type { Database } from "../../../src/db/transaction.ts";
import { dueRecords, endDueRecords } from "../../../src/features/retention/service.ts";
import { tasksOf } from "../../../src/jobs/tasks.ts";
import { openLog } from "../../../src/log.ts";
import { idOf } from "../../../src/seed/id.ts";
import { testKeys } from "../../support/keys.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

vi.setConfig({ testTimeout: 90_000 });

const ACCOUNT = idOf("account", "student.wang");
const LEARNER = idOf("learner", "wang-siyuan");
const MONTH_MS = 31 * 24 * 60 * 60 * 1000;
/** Of each kind, of which two are long past their time and the others are not, or are not done with. */
const PAST = [120, 100] as const;

let fresh: FreshDatabase;
let jobs: Database;
let folder: string;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  jobs = openDatabase(fresh.url, { role: "guantong_job", max: 4 });
  folder = await mkdtemp(join(tmpdir(), "guantong-retention-"));
  await arrange();
  await arrangeEnded();
  await arrangeStaff();
});
afterAll(async () => {
  await jobs.end();
  await fresh.drop();
  await rm(folder, { recursive: true, force: true });
});

const ago = (months: number): string => new Date(Date.now() - months * MONTH_MS).toISOString();
const ahead = ago(-24);
const row = (kind: string, n: number) => ({ accountId: ACCOUNT, id: idOf(kind, String(n)) });

async function arrange(): Promise<void> {
  const { sql } = fresh;
  const about = { learnerId: LEARNER, kind: "SEAT_TAKEN" };
  const session = (n: number, times: object) => {
    const at = ago(130);
    const common = { rotatedAt: at, confirmedAt: at, createdAt: at, lastSeenAt: at, expiresAt: ahead };
    return { ...row("session", n), secretHash: "hash", method: "DEMO", client: "test", ...common, ...times };
  };
  const ended = (months: number) => ({ endedAt: ago(months), endedBecause: "OWNER" });
  const sessions = [ended(PAST[0]), { expiresAt: ago(PAST[1]) }, ended(1), {}].map((times, n) => session(n, times));
  for (const each of sessions) await sql`insert into session ${sql(each)}`;
  const codes = [{ usedAt: ago(PAST[0]) }, { expiresAt: ago(PAST[1]) }, { usedAt: ago(1) }, {}];
  for (const [n, times] of codes.entries()) {
    const code = { selector: `s${n}`, keyId: "k", hash: "h", purpose: "OPENED", issuedAt: ago(130), expiresAt: ahead };
    await sql`insert into one_time_code ${sql({ ...row("code", n), ...code, ...times })}`;
  }
  for (const [n, readAt] of [ago(PAST[0]), ago(PAST[1]), ago(1), null].entries()) {
    const told = {
      accountId: ACCOUNT,
      eventId: idOf("event", String(n)),
      regard: "SELF",
      happenedAt: ago(130),
      readAt,
    };
    await sql`insert into notice ${sql({ ...about, ...told, params: sql.json({}) })}`;
    const sent = { status: readAt === null ? "WAITING" : "SENT", settledAt: readAt };
    const way = { channel: "SMS", frequency: "EACH", learnerId: LEARNER };
    await sql`insert into notice_delivery ${sql({ accountId: ACCOUNT, eventId: told.eventId, ...way, ...sent })}`;
  }
  for (const kind of ["CERTIFICATE", "IDENTITY_CHECK"]) {
    for (const [n, months] of [...PAST, 1].entries()) {
      const content = { keyId: "k", nonce: Buffer.alloc(12), ciphertext: Buffer.alloc(17, n) };
      const file = {
        learnerId: LEARNER,
        id: idOf(kind, String(n)),
        kind,
        sha256: String(n),
        mediaType: "image/png",
        size: 1,
      };
      await sql`insert into file ${sql({ ...file, ...content, name: "王.png", uploadedBy: ACCOUNT, uploadedAt: ago(months) })}`;
    }
  }
  const entries = [...PAST, 1].map((months, n) => ({
    id: idOf("entry", String(n)),
    at: ago(months),
    accountId: ACCOUNT,
    role: "STUDENT",
    institutionId: null,
    action: "learner.read",
    outcome: "DONE" as const,
    problem: null,
    learnerIds: [LEARNER],
    learnerCount: 1,
    resourceType: null,
    resourceId: null,
    requestId: "r",
    times: 1,
    detail: { address: "192.0.2.0/24", reason: "核对" },
  }));
  await fresh.writer.write(SYSTEM, (tx) => insertEntries(tx, entries));
}

/** Events that were told of, ways in that were ended, rows of batches that were discarded. */
async function arrangeEnded(): Promise<void> {
  const { sql } = fresh;
  for (const [n, at] of [ago(PAST[0]), ago(PAST[1]), ago(1), null].entries()) {
    const event = { id: idOf("event", String(n)), kind: "SEAT_TAKEN", happenedAt: ago(130), spreadAt: at };
    await sql`insert into notice_event ${sql({ ...event, facts: sql.json({}) })}`;
    const batch = {
      institutionId: ACCOUNT,
      id: idOf("batch", String(n)),
      number: `B${n}`,
      sourceName: "a",
      sourceHash: "h",
    };
    const status = at === null ? { status: "OPEN" } : { status: "DISCARDED", discardedAt: at };
    const recorded = { rowCount: 1, badRowCount: 0, recordedBy: ACCOUNT, recordedByName: "a", recordedAt: ago(130) };
    await sql`insert into deposit_batch ${sql({ ...batch, ...status, ...recorded })}`;
    const line = { institutionId: ACCOUNT, batchId: batch.id, rowNo: 2, sheet: "1", status: "READY" };
    await sql`insert into batch_row ${sql({ ...line, cells: sql.json({ 姓名: "甲" }) })}`;
  }
  for (const [n, months] of [...PAST, 1].entries()) await arrangePublicNotice(n, ago(months));
  const key = { publicKey: "p", counter: 0, transports: "", backedUp: false, label: "a", createdAt: ago(130) };
  for (const [n, endedAt] of [ago(PAST[0]), null].entries())
    await sql`insert into passkey ${sql({ ...row("passkey", n), ...key, credentialId: `c${n}`, endedAt })}`;
  const subject = { issuer: "https://i.example", linkedAt: ago(130) };
  for (const [n, endedAt] of [ago(PAST[1]), ago(1)].entries())
    await sql`insert into account_subject ${sql({ ...row("subject", n), ...subject, subject: `s${n}`, endedAt })}`;
}

/** Who was on the staff: two left long ago, one lately, one holds another role still, one stands for a learner besides. */
const STAFF = ["left-1", "left-2", "lately", "still", "parent"];
async function arrangeStaff(): Promise<void> {
  const { sql } = fresh;
  const school = idOf("institution", "jdsf");
  for (const login of STAFF) {
    const id = idOf("account", login);
    await sql`insert into account (id, login, display_name) values (${id}, ${login}, ${`老师 ${login}`})`;
    const validUntil = ago(login === "lately" ? 1 : PAST[1]).slice(0, 10);
    const role = { accountId: id, role: "REGISTRAR", institutionId: school, validFrom: "2010-01-01" };
    await sql`insert into capacity ${sql({ ...role, id, validUntil, delegatedBy: ACCOUNT, delegationReason: "病假" })}`;
    const address = { accountId: id, channel: "EMAIL", address: `${login}@example.org`, frequency: "EACH" };
    await sql`insert into notice_address ${sql(address)}`;
  }
  const still = { accountId: idOf("account", "still"), id: ACCOUNT, validFrom: "2020-01-01" };
  await sql`insert into capacity ${sql({ ...still, role: "PLANNER", institutionId: school })}`;
  const parent = {
    accountId: idOf("account", "parent"),
    id: ACCOUNT,
    validFrom: "2010-01-01",
    validUntil: "2012-01-01",
  };
  await sql`insert into capacity ${sql({ ...parent, role: "GUARDIAN", learnerId: LEARNER })}`;
  await sql`update deposit_batch set recorded_by = ${idOf("account", "left-1")}, recorded_by_name = '老师 left-1'
    where status = 'OPEN'`;
  const step = { learnerId: LEARNER, applicationId: LEARNER, version: 2, step: "CONFIRM", status: "CONFIRMED" };
  const by = { byAccount: idOf("account", "left-1"), byName: "老师 left-1", at: ago(130) };
  await sql`insert into application_event ${sql({ ...step, ...by, institutionId: school, homeInstitutionId: school })}`;
}

/** A public notice that closed at a moment: the first with a line, the second with an objection, the third with both. */
async function arrangePublicNotice(n: number, closesAt: string): Promise<void> {
  const { sql } = fresh;
  const notice = { institutionId: ACCOUNT, id: idOf("notice", String(n)) };
  const words = { kind: "AWARD", title: "公示", contactName: "王", contactHow: "教务科", citation: sql.json({}) };
  const length = { closesOn: "2020-01-01", workingDays: 5, answerWorkingDays: 5, certainty: "SETTING" };
  const shown = { openedAt: ago(130), closesAt };
  await sql`insert into public_notice ${sql({ ...notice, ...words, ...length, ...shown, openedBy: ACCOUNT })}`;
  const of = { institutionId: ACCOUNT, noticeId: notice.id };
  const line = { position: 1, learnerId: LEARNER, name: "王**", item: "一等奖" };
  if (n !== 1) await sql`insert into public_notice_item ${sql({ ...of, ...line, ...shown })}`;
  const said = { keyId: "k", nonce: Buffer.alloc(12), ciphertext: Buffer.alloc(17), codeHash: "h", named: false };
  const state = { state: "RECEIVED", receivedAt: ago(130), dueOn: "2020-01-01" };
  if (n !== 0) await sql`insert into public_notice_objection ${sql({ ...of, ...said, ...state, id: notice.id })}`;
}

const KINDS = [
  "AUDIT_DETAIL",
  "BATCH_ROW",
  "CREDENTIAL",
  "FILE",
  "FILE_IDENTITY",
  "NOTICE",
  "NOTICE_DELIVERY",
  "NOTICE_EVENT",
  "ONE_TIME_CODE",
  "PUBLIC_NOTICE",
  "SESSION",
  "STAFF_ACCOUNT",
];

async function left(): Promise<Readonly<Record<string, number>>> {
  const [counts] = await fresh.sql<Record<string, number>[]>`select
    (select count(*)::int from session) as session, (select count(*)::int from one_time_code) as code,
    (select count(*)::int from notice) as notice, (select count(*)::int from notice_delivery) as delivery,
    (select count(*)::int from notice_event) as event, (select count(*)::int from batch_row) as batch_row,
    (select count(*)::int from passkey) + (select count(*)::int from account_subject) as credential,
    (select count(*)::int from public_notice_item) + (select count(*)::int from public_notice_objection) as public_notice,
    (select count(*)::int from audit_entry) as entry, (select count(*)::int from audit_entry where detail is not null) as detail,
    (select count(*)::int from account where display_name <> '***') as account,
    (select count(*)::int from file) as file,
    (select count(*)::int from file where ciphertext is not null and kind = 'CERTIFICATE') as certificate,
    (select count(*)::int from file where ciphertext is not null and kind = 'IDENTITY_CHECK') as identity`;
  return counts ?? {};
}

describe("retention", () => {
  test("has a period with its clause for every kind, and says which no law prescribes", async () => {
    const due = await dueRecords(jobs);
    expect(due.map(({ kind }) => kind)).toEqual(KINDS);
    for (const { months, document, clause } of due) {
      expect(months).toBeGreaterThanOrEqual(6);
      expect(document + clause).not.toBe("");
    }
    expect(new Set(due.map(({ certainty }) => certainty))).toEqual(new Set(["SETTING", "UNVERIFIED"]));
  });

  test("looking at what is due changes nothing", async () => {
    const before = await left();
    expect((await dueRecords(jobs)).map(({ kind, due }) => [kind, due])).toEqual(KINDS.map((kind) => [kind, 2]));
    expect(await left()).toEqual(before);
  });

  test("ends what is past its time and no more, keeps the audit log's seal whole, and again changes nothing", async () => {
    const keysFile = join(folder, "keys.json");
    const headsFile = join(folder, "heads");
    await createKeys(keysFile);
    const ring = await openKeyRing({ keysFile, databaseUrl: null });
    const keys = { newest: () => ring.newest("seal"), all: () => ring.all("seal") };
    const sealer = await openSealer({ db: jobs, sources: [AUDIT_LOG], keys, headsFile });
    const verdict = async () => {
      const tx = jobs.read(SYSTEM);
      return verifyChain(tx, AUDIT_LOG, { headsFile, keys: ring.all("seal") }).finally(() => tx.end());
    };
    // a transaction at work anywhere on the server, in another test's database too, holds the seal back
    const sealed = async () => {
      await sealer.seal();
      return (await verdict()).rows;
    };
    await expect.poll(sealed, { timeout: 60_000 }).toBe(3);
    expect(await verdict()).toMatchObject({ fault: null, rows: 3 });
    const before = await left();
    // one of a kind at a time: many batches come to the same
    expect([...(await endDueRecords(jobs, { batch: 1 }))].sort()).toEqual(KINDS.map((kind) => [kind, 2]));
    const after = await left();
    for (const [kind, count] of Object.entries(before))
      expect([kind, after[kind]]).toEqual([kind, kind === "entry" || kind === "file" ? count : count - 2]);
    expect(await verdict()).toMatchObject({ fault: null, rows: 3 });
    expect([...(await endDueRecords(jobs)).values()]).toEqual(KINDS.map(() => 0));
    expect(await left()).toEqual(after);
  });

  test("leaves of whoever was only on the staff an id that names nobody, and their acts under it", async () => {
    const accounts = await fresh.sql<{ login: string; displayName: string }[]>`
      select login, display_name from account where id = any(${STAFF.map((login) => idOf("account", login))}::uuid[])`;
    const gone = ["left-1", "left-2"].map((login) => `erased.${idOf("account", login)}`);
    expect(accounts.map(({ login }) => login).sort()).toEqual([...gone, "lately", "parent", "still"].sort());
    const addresses = await fresh.sql`select address from notice_address where address like '%@example.org'`;
    expect(addresses.map(({ address }) => String(address).split("@")[0]).sort()).toEqual(["lately", "parent", "still"]);
    const [batch] = await fresh.sql`select recorded_by, recorded_by_name from deposit_batch where status = 'OPEN'
      and recorded_by = ${idOf("account", "left-1")}`;
    expect(batch).toEqual({ recordedBy: idOf("account", "left-1"), recordedByName: "***" });
    expect(
      await fresh.sql`select by_name from application_event where by_account = ${idOf("account", "left-1")}`,
    ).toEqual([{ byName: "***" }]);
    await fresh.sql`delete from retention_period where kind = 'STAFF_ACCOUNT'`;
    await fresh.sql`update capacity set valid_until = '2012-01-01' where account_id = ${idOf("account", "lately")}`;
    await endDueRecords(jobs);
    const [kept] = await fresh.sql`select login from account where id = ${idOf("account", "lately")}`;
    expect(kept).toEqual({ login: "lately" });
  });

  test("keeps a kind without a period", async () => {
    await fresh.sql`update session set ended_at = ${ago(200)}, ended_because = 'OWNER'`;
    await fresh.sql`delete from retention_period where kind = 'SESSION'`;
    await endDueRecords(jobs);
    const before = await left();
    expect((await endDueRecords(jobs)).get("SESSION")).toBe(0);
    expect(await left()).toEqual(before);
  });

  test("is a daily job's, and no request's", async () => {
    const log = openLog({ logLevel: "silent" }, { write: () => undefined });
    const job = { id: "1", attempt: 1, leaving: new AbortController().signal, once: async () => null };
    await fresh.sql`update notice set read_at = ${ago(200)} where read_at is null`;
    await tasksOf({ db: jobs, writer: fresh.writer, log, keys: await testKeys(), channels: {} })["retention.apply"](
      {},
      job,
    );
    expect((await left())["notice"]).toBe(1);
    for (const database of [fresh.db, fresh.writer]) {
      await expect(database.write(SYSTEM, (tx) => tx.run((sql) => sql`select apply_retention(1)`))).rejects.toThrow(
        /permission denied/,
      );
    }
  });
});
