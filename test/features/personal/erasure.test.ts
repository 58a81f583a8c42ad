import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { encodeId } from "../../../src/api/node-id.ts";
import { createKeys, openKeyRing } from "../../../src/auth/keyring.ts";
import { ANONYMOUS, SYSTEM, type Viewer } from "../../../src/auth/viewer.ts";
import { insertEntries } from "../../../src/db/audit.ts";
import { openDatabase } from "../../../src/db/client.ts";
import { salted } from "../../../src/db/seal/salted.ts";
import { SEALED } from "../../../src/db/seal/sealed.ts";
import { openSealer } from "../../../src/db/seal/sealer.ts";
import { verifyChain } from "../../../src/db/seal/verifier.ts";
import { carryOutErasure } from "../../../src/features/personal/erasure.ts";
import { TABLE_ERASURES } from "../../../src/features/personal/erasure-tables.ts";
import { PERSONAL_TABLES } from "../../../src/features/personal/tables.ts";
import { writeDocuments, writeRegistryNumbers } from "../../../src/features/registry/service.ts";
import { idOf } from "../../../src/seed/id.ts";
import { PUBLISHED } from "../../db/published.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { startNode } from "../../support/child.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { everythingIn } from "../../support/everything.ts";

vi.setConfig({ testTimeout: 120_000 });

/** What names the learner and whoever stands for them; found nowhere by chance. */
const NAME = "测验甲标记";
const GUARDIAN = "测验乙标记";
const NUMBER = "150203209912310010";
const REGISTRY_NO = "L909911223344";
const STUDENT_NO = "2099887766";
const PHONE = "13800000000";
const MARKS = [NAME, GUARDIAN, NUMBER, REGISTRY_NO, STUDENT_NO, PHONE, "student.bai", "guardian.bai"];

const LEARNER = idOf("learner", "bai-yifan");
const SCHOOL = idOf("institution", "jdsf");
const STUDENT = idOf("account", "student.bai");
const GUARDIANS = idOf("account", "guardian.bai");
const BATCH = idOf("batch", "erasure");
/** Neither published nor about anybody: digests, and what classes are called. */
const OF_NOBODY = [
  "class_group",
  "public_notice",
  "transfer_list",
  "seal_chain",
  "seal_link",
  "seal_head",
  "seal_key",
  // keyed digests, gone within the hour
  "rate_count",
  "password_try",
  "logout_token",
];

let fresh: FreshDatabase;
let api: TestApi;
let folder: string;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db, { writer: fresh.writer });
  folder = await mkdtemp(join(tmpdir(), "guantong-erasure-"));
  await arrange();
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Writes the marks wherever the schema can hold them. */
async function arrange(): Promise<void> {
  const { sql } = fresh;
  await sql`update learner set name = ${NAME} where id = ${LEARNER}`;
  await sql`update registration set student_no = ${STUDENT_NO} where learner_id = ${LEARNER}`;
  await sql`update account set display_name = ${NAME} where id = ${STUDENT}`;
  await sql`update seat set learner_name = ${NAME}, student_no = ${STUDENT_NO} where learner_id = ${LEARNER}`;
  const document = { kind: "RESIDENT_ID", number: NUMBER, birthOn: "2099-12-31" } as const;
  await fresh.db.write(SYSTEM, async (tx) => {
    await writeDocuments(tx, api.keys, SCHOOL, new Map([[LEARNER, document]]), "2026-11-26");
    await writeRegistryNumbers(tx, api.keys, SCHOOL, new Map([[LEARNER, REGISTRY_NO]]));
  });
  await arrangeAccounts();
  await arrangeRecord();
}

async function arrangeAccounts(): Promise<void> {
  const { sql } = fresh;
  const of = { accountId: STUDENT, id: LEARNER };
  const at = new Date().toISOString();
  await sql`insert into account ${sql([{ id: GUARDIANS, login: "guardian.bai", displayName: GUARDIAN, demo: "yes" }])}`;
  await sql`insert into capacity ${sql([
    { accountId: GUARDIANS, id: LEARNER, role: "GUARDIAN", learnerId: LEARNER, validFrom: "2024-09-01" },
  ])}`;
  await sql`insert into account_subject ${sql({ ...of, issuer: "https://i.example", subject: STUDENT_NO, linkedAt: at })}`;
  const key = { credentialId: "c", publicKey: "p", counter: 0, transports: "", backedUp: false, createdAt: at };
  await sql`insert into passkey ${sql({ ...of, ...key, label: NAME })}`;
  await sql`insert into password ${sql({ accountId: STUDENT, hash: "h", setAt: at })}`;
  const code = { selector: "s", keyId: "k", hash: "h", purpose: "RESTORED", issuedAt: at, expiresAt: at };
  await sql`insert into one_time_code ${sql({ ...of, ...code, reason: `见到${NAME}的身份证` })}`;
  await sql`insert into notice_address ${sql({ accountId: STUDENT, channel: "SMS", address: PHONE, frequency: "EACH" })}`;
  const registrar = idOf("account", "registrar.jdsf");
  for (const accountId of [STUDENT, registrar]) {
    const told = { eventId: LEARNER, learnerId: LEARNER, kind: "SEAT_TAKEN", regard: "SELF", happenedAt: at };
    await sql`insert into notice ${sql({ accountId, ...told, params: sql.json({ learner: NAME }) })}`;
    const way = { channel: "SMS", frequency: "EACH" };
    await sql`insert into notice_delivery ${sql({ accountId, eventId: LEARNER, learnerId: LEARNER, ...way })}`;
  }
}

async function arrangeRecord(): Promise<void> {
  const { sql } = fresh;
  const registrar = idOf("account", "registrar.jdsf");
  const consent = { learnerId: LEARNER, id: LEARNER, act: "INTERNSHIP", event: "GIVEN", form: "PAPER" };
  const paper = { institutionId: SCHOOL, guardianName: GUARDIAN, paperReference: `${NAME}-1`, onDay: "2024-09-01" };
  const recorded = { recordedBy: registrar, recordedAt: "2024-09-01T00:00:00Z" };
  await sql`insert into guardian_consent ${sql({ ...consent, ...paper, ...recorded })}`;
  const asked = { act: "LEAVE", institutionId: SCHOOL, askedBy: STUDENT, askedAt: recorded.recordedAt };
  await sql`insert into consent_request ${sql({ learnerId: LEARNER, id: LEARNER, ...asked })}`;
  const shared = { institutionId: idOf("institution", "qgsf"), givenBy: STUDENT, givenAt: recorded.recordedAt };
  await sql`insert into sharing_consent ${sql({ learnerId: LEARNER, id: LEARNER, ...shared })}`;
  const place = { enterpriseId: LEARNER, mentorAccountId: registrar, post: "钳工" };
  const span = { startsOn: "2025-01-01", endsOn: "2025-06-01", remark: `${NAME}表现良好` };
  await sql`insert into placement ${sql({ learnerId: LEARNER, id: BATCH, institutionId: SCHOOL, ...place, ...span })}`;
  const scan = { kind: "PAPER_CONSENT", sha256: "0", mediaType: "image/png", size: 1, name: `${NAME}.png` };
  const held = { keyId: "k000000000001", nonce: Buffer.alloc(12), ciphertext: Buffer.alloc(17) };
  const sent = { institutionId: SCHOOL, uploadedBy: STUDENT, uploadedAt: recorded.recordedAt };
  await sql`insert into file ${sql({ learnerId: LEARNER, id: BATCH, ...scan, ...held, ...sent })}`;
  const batch = { institutionId: SCHOOL, number: "B99", sourceName: `${NAME}的成绩.csv`, sourceHash: "h", rowCount: 2 };
  const who = { recordedBy: registrar, recordedByName: "教务", recordedAt: recorded.recordedAt };
  await sql`insert into deposit_batch ${sql({ ...batch, id: BATCH, status: "CONFIRMED", badRowCount: 1, ...who })}`;
  const row = { institutionId: SCHOOL, batchId: BATCH, sheet: "1" };
  const cells = { cells: sql.json({ 学号: STUDENT_NO, 姓名: NAME }), problems: sql.json([{ name: NAME }]) };
  await sql`insert into batch_row ${sql({ ...row, ...cells, rowNo: 2, status: "POSTED", learnerId: LEARNER })}`;
  await sql`insert into batch_row ${sql({ ...row, ...cells, rowNo: 3, status: "SET_ASIDE", learnerId: null })}`;
  const [transaction] = await sql<
    { id: string }[]
  >`select id from ledger_transaction where learner_id = ${LEARNER} limit 1`;
  const reason = `${NAME}的成绩有误`;
  const { salt = "", digest = "" } = salted(reason) ?? {};
  await sql`update ledger_transaction set reason = ${reason}, reason_salt = ${salt}, reason_digest = ${digest}
    where learner_id = ${LEARNER} and id = ${transaction?.id ?? ""}`;
  await arrangeApplication();
  const entry = { role: "REGISTRAR", institutionId: SCHOOL, outcome: "DONE", problem: null, requestId: "r", times: 1 };
  const about = { learnerIds: [LEARNER], learnerCount: 1, resourceType: null, resourceId: null };
  const looks = [
    { accountId: registrar, action: "idNumber.reveal", detail: { address: "192.0.2.0/24", reason: `核对${NAME}` } },
    { accountId: STUDENT, action: "seat.take", detail: { address: "198.51.100.0/24" } },
  ].map((each, n) => ({ ...entry, ...about, ...each, id: idOf("erasure entry", String(n)), at: recorded.recordedAt }));
  await fresh.writer.write(SYSTEM, (tx) => insertEntries(tx, looks as never));
}

/** An application that is over, with the marks in every word said of it. */
async function arrangeApplication(): Promise<void> {
  const { sql } = fresh;
  const where = { institutionId: SCHOOL, homeInstitutionId: SCHOOL };
  const over = { status: "RETURNED", closedAt: "2024-09-02T00:00:00Z", waitingSince: "2024-09-02T00:00:00Z" };
  const said = { kind: "REFUSED", ruleId: LEARNER, achievementIds: [], targetCourseIds: [], courseIds: [], version: 2 };
  await sql`insert into application ${sql({
    ...where,
    ...over,
    learnerId: LEARNER,
    id: LEARNER,
    version: 2,
    registrationId: LEARNER,
    programmeId: LEARNER,
    learnerName: NAME,
    submittedBy: STUDENT,
    submittedAt: "2024-09-01T00:00:00Z",
    engineVersion: "3",
    input: "{}",
    outcome: sql.json({}),
    amounts: sql.json([]),
    verdicts: sql.json([{ ...said, reason: `${NAME}没有修完` }]),
  })}`;
  const step = { learnerId: LEARNER, applicationId: LEARNER, at: "2024-09-01T00:00:00Z" };
  const submitted = { version: 1, step: "SUBMIT", status: "SUBMITTED", byAccount: STUDENT, byName: NAME };
  await sql`insert into application_event ${sql({ ...where, ...step, ...submitted })}`;
  const back = { version: 2, step: "RETURN", status: "RETURNED", byAccount: LEARNER, byName: "教务" };
  await sql`insert into application_event ${sql({ ...where, ...step, ...back, reason: `${NAME}的材料不全` })}`;
}

const learner = { learner: encodeId("Learner", LEARNER) };
const PREVIEW = `query ($learner: ID!) { erasurePreview(learnerId: $learner) {
  holds { code message } parts { table act rows why { zh } certainty citation { document clause } } } }`;
const REQUESTS = "{ erasureRequests { id learner { name } reason requestedByCaller withdrawnAt carriedOutAt } }";
const answered =
  "{ __typename ... on ErasureSuccess { request { id carriedOutAt reason } } ... on Problem { code message } }";
const REQUEST = `mutation ($learner: ID!, $reason: String!) { requestErasure(learnerId: $learner, reason: $reason) ${answered} }`;
const WITHDRAW = `mutation ($id: ID!) { withdrawErasure(id: $id) ${answered} }`;
const CARRY_OUT = `mutation ($id: ID!) { carryOutErasure(id: $id) ${answered} }`;

interface Part {
  readonly table: string;
  readonly act: string;
  readonly rows: number;
}
interface Answered {
  readonly code?: string;
  readonly message?: string;
  readonly request?: { readonly id: string };
}

async function act(document: string, variables: object, as: string): Promise<Answered> {
  const { data, errors } = await api.ask<Record<string, Answered>>(document, variables, { as });
  expect(errors).toEqual([]);
  return Object.values(data ?? {})[0] ?? {};
}
const request = (as: string, reason = "毕业多年，不再使用") => act(REQUEST, { ...learner, reason }, as);
async function preview(as: string): Promise<{ holds: { code: string; message: string }[]; parts: Part[] }> {
  const { data } = await api.ask<{ erasurePreview: Awaited<ReturnType<typeof preview>> }>(PREVIEW, learner, { as });
  return data?.erasurePreview ?? { holds: [], parts: [] };
}
const holdsOf = async () => (await preview("registrar.jdsf")).holds.map(({ code }) => code);

const viewerOf = (login: string, role: Viewer["role"], institutionId: string): Viewer => ({
  ...ANONYMOUS,
  accountId: idOf("account", login),
  role,
  institutionId,
});

/** The learner's ledger and what it rests on, with every figure. */
async function ledger(): Promise<unknown> {
  const [row] = await fresh.sql`select
    (select jsonb_agg(m order by m) from ledger_movement m where learner_id = ${LEARNER}) as movements,
    (select jsonb_agg(a order by a) from ledger_account a where learner_id = ${LEARNER}) as accounts,
    (select jsonb_agg(a order by a) from achievement a where learner_id = ${LEARNER}) as achievements,
    (select jsonb_agg(d order by d) from decision d where learner_id = ${LEARNER}) as decisions,
    (select jsonb_agg(to_jsonb(t) - 'reason' - 'reason_salt' order by t.id) from ledger_transaction t where learner_id = ${LEARNER}) as posted`;
  return row;
}

describe("every table that is not published", () => {
  test("is named in the list of what erasing does, or holds nothing of anybody", async () => {
    const tables = await fresh.sql<{ name: string }[]>`select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r'`;
    const stated = new Set([...Object.keys(TABLE_ERASURES), ...OF_NOBODY, ...PUBLISHED]);
    expect(tables.map(({ name }) => name).filter((name) => !stated.has(name))).toEqual([]);
    const all = new Set(tables.map(({ name }) => name));
    expect([...stated].filter((name) => !all.has(name))).toEqual([]);
    expect(Object.keys(PERSONAL_TABLES).filter((name) => !(name in TABLE_ERASURES))).toEqual([]);
  });

  test("stands as the database does it", async () => {
    const plan = await fresh.sql<
      { tableName: string; change: string }[]
    >`select table_name, change from erasure_plan()`;
    const done = new Map<string, string>();
    for (const { tableName, change } of plan) {
      const what = change === "" ? "KEPT" : change === "DELETE" ? "DELETED" : "PSEUDONYMISED";
      // codes of a guardian who goes on lose their reason, and stay
      done.set(tableName, done.get(tableName) === "DELETED" ? "DELETED" : what);
    }
    expect(Object.fromEntries(done)).toEqual(
      Object.fromEntries(Object.entries(TABLE_ERASURES).map(([table, erasure]) => [table, erasure.act])),
    );
  });
});

describe("a learner who is at school", () => {
  test("sees before they ask what would go, what stays and why, and what is in the way", async () => {
    const { holds, parts } = await preview("student.bai");
    expect(holds.map(({ code }) => code)).toContain("ERASURE_ACTIVE_REGISTRATION");
    expect(holds[0]?.message).toContain("学籍在册");
    expect(parts.map(({ table }) => table)).toEqual(Object.keys(TABLE_ERASURES));
    const rowsOf = Object.fromEntries(parts.map(({ table, rows }) => [table, rows]));
    expect(rowsOf).toMatchObject({ learner: 1, identity_document: 1, registry_number: 1, passkey: 1, batch_row: 2 });
    expect(rowsOf["achievement"]).toBeGreaterThan(5);
    for (const part of parts as unknown as { citation: { document: string; clause: string } }[]) {
      expect(part.citation.document + part.citation.clause).not.toBe("");
    }
  });

  test("may ask, once, and take it back; nothing is carried out meanwhile", async () => {
    const before = await everythingIn(fresh.sql);
    expect(await request("student.bai", "短")).toMatchObject({ code: "INVALID_INPUT" });
    const asked = await request("student.bai");
    expect(await request("guardian.bai")).toMatchObject({ code: "ERASURE_ASKED" });
    const id = asked.request?.id ?? "";
    const refused = await act(CARRY_OUT, { id }, "registrar.jdsf");
    expect(refused).toMatchObject({ code: "ERASURE_ACTIVE_REGISTRATION" });
    expect(await act(CARRY_OUT, { id }, "student.bai")).toMatchObject({ code: "FORBIDDEN" });
    expect(await act(CARRY_OUT, { id }, "registrar.qgsf")).toMatchObject({ code: "FORBIDDEN" });
    expect(await act(WITHDRAW, { id }, "student.bai")).toMatchObject({ request: { id } });
    expect(await act(WITHDRAW, { id }, "student.bai")).toMatchObject({ code: "NOT_FOUND" });
    expect(await act(CARRY_OUT, { id }, "registrar.jdsf")).toMatchObject({ code: "NOT_FOUND" });
    await fresh.sql`delete from erasure_request`;
    await api.audit();
    await fresh.sql`delete from audit_entry where request_id <> 'r'`;
    expect(await everythingIn(fresh.sql)).toBe(before);
  });
});

describe("an officer who declines", () => {
  const DECLINE = `mutation ($id: ID!, $reason: String!, $citation: CitationInput!) {
    declineErasure(id: $id, reason: $reason, citation: $citation) ${answered} }`;
  const said = { reason: "在籍期间档案须保存", citation: { document: "学籍管理办法", clause: "第三条" } };
  const DECLINED = "{ erasureRequests { id declined { reason citation { document clause } } } }";

  test("says why and by which clause; the learner and the guardian read it, and nothing is carried out", async () => {
    const id = (await request("student.bai")).request?.id ?? "";
    expect(await act(DECLINE, { id, ...said }, "student.bai")).toMatchObject({ code: "FORBIDDEN" });
    expect(await act(DECLINE, { id, ...said }, "registrar.qgsf")).toMatchObject({ code: "FORBIDDEN" });
    for (const wrong of [
      { reason: "短" },
      { citation: { document: " ", clause: "第三条" } },
      { citation: { document: "学籍管理办法", clause: "条".repeat(201) } },
    ])
      expect(await act(DECLINE, { id, ...said, ...wrong }, "confirmer.jdsf")).toMatchObject({ code: "INVALID_INPUT" });
    expect(await act(DECLINE, { id, ...said }, "confirmer.jdsf")).toMatchObject({ request: { id } });
    for (const as of ["student.bai", "guardian.bai"]) {
      const { data } = await api.ask(DECLINED, {}, { as });
      expect(data).toEqual({ erasureRequests: [{ id, declined: said }] });
    }
    expect((await api.ask(DECLINED, {}, { as: "confirmer.jdsf" })).data).toEqual({ erasureRequests: [] });
    for (const [document, as] of [
      [CARRY_OUT, "registrar.jdsf"],
      [WITHDRAW, "student.bai"],
    ] as const)
      expect(await act(document, { id }, as)).toMatchObject({ code: "NOT_FOUND" });
    expect(await act(DECLINE, { id, ...said }, "registrar.jdsf")).toMatchObject({ code: "NOT_FOUND" });
    await api.audit();
    const noted = await fresh.sql`select role from audit_entry where action = 'erasure.decline' and outcome = 'DONE'`;
    expect(noted).toEqual([{ role: "REGISTRAR_CONFIRMER" }]);
  });

  test("keeps nobody from asking again; beneath the service a learner declines nothing", async () => {
    const again = await request("guardian.bai");
    expect(again.request?.id).toBeTruthy();
    const learnerViewer: Viewer = {
      ...viewerOf("student.bai", "STUDENT", idOf("institution", "jdsf")),
      learnerId: LEARNER,
    };
    const change = fresh.db.write(learnerViewer, (tx) =>
      tx.run(
        (sql) => sql`update erasure_request set declined_by = ${learnerViewer.accountId}, declined_at = now(),
          decline_reason = 'x', decline_document = 'x', decline_clause = 'x' where learner_id = ${LEARNER} and declined_at is null`,
      ),
    );
    await expect(change).rejects.toMatchObject({ code: "42501" });
    await fresh.sql`delete from erasure_request`;
  });
});

describe("a learner who has left", () => {
  test("is kept while something is under way, for as long as the record is to be kept, and where no period is set", async () => {
    const { sql } = fresh;
    await sql`update registration set status = 'GRADUATED', left_on = current_date - 30 where learner_id = ${LEARNER}`;
    await sql`update seat set host_state = 'ENROLLED' where learner_id = ${LEARNER}`;
    expect(await holdsOf()).toEqual(["ERASURE_OPEN_APPLICATION", "ERASURE_RECORD_KEPT"]);
    await sql`update seat set host_state = 'DROPPED', home_state = 'DROPPED' where learner_id = ${LEARNER}`;
    const [kept] = (await preview("registrar.jdsf")).holds;
    expect(kept?.message).toMatch(/至 20\d\d-\d\d-\d\d.*保存期限设置/);
    await sql`update registration set left_on = current_date - 3700 where learner_id = ${LEARNER}`;
    expect(await holdsOf()).toEqual([]);
    const [period] = await sql`delete from retention_period where kind = 'LEARNER_RECORD' returning *`;
    expect(await holdsOf()).toEqual(["ERASURE_RECORD_KEPT"]);
    await sql`insert into retention_period ${sql(period as Record<string, unknown>)}`;
  });

  test("is kept while their account acts in another role", async () => {
    const role = { accountId: STUDENT, id: SCHOOL, role: "REGISTRAR", institutionId: SCHOOL, validFrom: "2024-01-01" };
    await fresh.sql`insert into capacity ${fresh.sql([role])}`;
    expect(await holdsOf()).toEqual(["ERASURE_OTHER_ROLE"]);
    await fresh.sql`delete from capacity where account_id = ${STUDENT} and id = ${SCHOOL}`;
  });

  test("is erased by nobody past the service's own checks", async () => {
    const id = idOf("erasure", "direct");
    const asked = { learnerId: LEARNER, id, institutionId: SCHOOL, requestedAt: new Date().toISOString() };
    await fresh.sql`insert into erasure_request
      ${fresh.sql({ ...asked, requestedBy: idOf("account", "registrar.jdsf") })}`;
    const outright = (viewer: Viewer) =>
      fresh.db.write(viewer, (tx) => tx.run((sql) => sql`select carry_out_erasure(${LEARNER}, ${id})`));
    const strangers = [
      viewerOf("registrar.jdsf", "REGISTRAR", SCHOOL),
      viewerOf("registrar.qgsf", "REGISTRAR", idOf("institution", "qgsf")),
      viewerOf("confirmer.jdsf", "PLANNER", SCHOOL),
      { ...viewerOf("student.bai", "STUDENT", SCHOOL), learnerId: LEARNER },
      SYSTEM,
    ];
    for (const stranger of strangers) await expect(outright(stranger)).rejects.toThrow(/not to be carried out/);
    await fresh.sql`update registration set status = 'ACTIVE' where learner_id = ${LEARNER}`;
    const confirmer = viewerOf("confirmer.jdsf", "REGISTRAR_CONFIRMER", SCHOOL);
    await expect(outright(confirmer)).rejects.toThrow(/keeps it from/);
    await fresh.sql`update registration set status = 'GRADUATED' where learner_id = ${LEARNER}`;
    const direct = (run: string) => fresh.db.write(confirmer, (tx) => tx.run((sql) => sql.unsafe(run)));
    await expect(direct(`select erase_learner('${LEARNER}', true)`)).rejects.toThrow(/permission denied/);
    // stopped half-way, nothing has happened
    await api.audit();
    const before = await everythingIn(fresh.sql);
    const stopped = fresh.db.write(confirmer, async (tx) => {
      expect(await carryOutErasure(tx, confirmer, { learnerId: LEARNER, id }, new Date())).not.toHaveProperty("code");
      throw new Error("stopped");
    });
    await expect(stopped).rejects.toThrow("stopped");
    expect(await everythingIn(fresh.sql)).toBe(before);
    await fresh.sql`delete from erasure_request`;
  });

  test("is found nowhere once a second officer has carried it out; the ledger and the log's chain stand", async () => {
    const keysFile = join(folder, "keys.json");
    const headsFile = join(folder, "seal-heads.jsonl");
    await createKeys(keysFile);
    const ring = await openKeyRing({ keysFile, databaseUrl: null });
    const jobs = openDatabase(fresh.url, { role: "guantong_job", max: 2 });
    const keys = { newest: () => ring.newest("seal"), all: () => ring.all("seal") };
    const sealer = await openSealer({ db: jobs, sources: SEALED, keys, headsFile });
    /** Of the audit log and the ledger: what does not fit, how many rows do, how many are not sealed yet. */
    const verdict = async () => {
      const tx = jobs.read(SYSTEM);
      const verdicts = [];
      for (const source of SEALED) verdicts.push(await verifyChain(tx, source, { headsFile, keys: keys.all() }));
      tx.end();
      return {
        faults: verdicts.flatMap(({ fault }) => fault ?? []),
        rows: verdicts.map(({ rows }) => rows),
        tail: verdicts.reduce((total, { tail }) => total + tail.rows, 0),
      };
    };
    const sealed = async () => {
      await sealer.seal();
      return (await verdict()).tail;
    };
    await api.ask("{ viewer { login } }", {}, { as: "student.bai" });
    // an earlier refusal names them
    await fresh.sql`insert into erasure_request ${fresh.sql({
      learnerId: LEARNER,
      id: LEARNER,
      institutionId: idOf("institution", "jdsf"),
      requestedBy: idOf("account", "student.bai"),
      requestedAt: "2026-01-01T00:00:00Z",
      reason: NAME,
      declinedBy: idOf("account", "confirmer.jdsf"),
      declinedAt: "2026-01-02T00:00:00Z",
      declineReason: `${NAME}仍在籍`,
      declineDocument: "学籍管理办法",
      declineClause: "第三条",
    })}`;
    const id = (await request("registrar.jdsf", `${NAME}来函要求删除`)).request?.id ?? "";
    await api.audit();
    await expect.poll(sealed, { timeout: 60_000 }).toBe(0);
    const [entries = 0, posted = 0] = (await verdict()).rows;
    expect([entries > 2, posted > 100]).toEqual([true, true]);
    const before = await ledger();
    const stored = await everythingIn(fresh.sql);
    for (const mark of [NAME, GUARDIAN, STUDENT_NO, PHONE, "student.bai"]) expect(stored).toContain(mark);

    expect(await act(CARRY_OUT, { id }, "registrar.jdsf")).toMatchObject({ code: "ERASURE_ASKER_CARRIES_OUT" });
    const waiting = await api.ask<{ erasureRequests: object[] }>(REQUESTS, {}, { as: "confirmer.jdsf" });
    expect(waiting.data?.erasureRequests).toMatchObject([{ id, requestedByCaller: false, learner: { name: NAME } }]);
    const done = await act(CARRY_OUT, { id }, "confirmer.jdsf");
    expect(done).toMatchObject({ request: { id, reason: null, carriedOutAt: expect.any(String) } });
    await api.audit();

    const left = await everythingIn(fresh.sql);
    expect(MARKS.filter((mark) => left.includes(mark))).toEqual([]);
    const [documents] = await fresh.sql`select
      (select count(*)::int from identity_document where learner_id = ${LEARNER}) as documents,
      (select count(*)::int from registry_number where learner_id = ${LEARNER}) as numbers,
      (select count(*)::int from file where learner_id = ${LEARNER} and ciphertext is not null) as scans,
      (select count(*)::int from sharing_consent where learner_id = ${LEARNER} and revoked_at is null) as shared`;
    expect(documents).toEqual({ documents: 0, numbers: 0, scans: 0, shared: 0 });
    expect(await ledger()).toEqual(before);

    expect(await act(CARRY_OUT, { id }, "confirmer.jdsf")).toMatchObject({ code: "NOT_FOUND" });
    expect((await api.ask("{ viewer { login } }", {}, { as: "student.bai" })).data).not.toMatchObject({
      viewer: { login: "student.bai" },
    });
    await expect.poll(sealed, { timeout: 60_000 }).toBe(0);
    const after = await verdict();
    expect(after.faults).toEqual([]);
    expect([(after.rows[0] ?? 0) > entries, after.rows[1]]).toEqual([true, posted]);
    await jobs.end();
    const [logged] = await fresh.sql`select outcome, role, learner_ids, resource_id from audit_entry
      where action = 'erasure.carryOut' and outcome = 'DONE'`;
    expect(logged).toMatchObject({ role: "REGISTRAR_CONFIRMER", learnerIds: [LEARNER] });

    const env = { DATABASE_URL: fresh.url, DATABASE_OWNER_URL: fresh.ownerUrl, GUANTONG_DATA_DIR: folder };
    // keys of the service's own lie elsewhere in this test: what they wrote of others is none of the chain
    await fresh.sql`delete from identity_document`;
    await fresh.sql`delete from registry_number`;
    for (const what of ["audit", "ledger"]) {
      const child = startNode(["src/main.ts", "verify", what], { env: { ...env, GUANTONG_LANG: "en" } });
      expect([what, await child.exit, child.output()]).toEqual([what, 0, expect.stringContaining("all as signed")]);
    }
  });

  test("cannot be asked for again, and their school lists them no more", async () => {
    expect(await request("registrar.jdsf")).toMatchObject({ code: "ERASURE_DONE" });
    const listed = await api.ask<{ learners: { edges: { node: { name: string } }[] } }>(
      "{ learners(first: 50) { edges { node { name } } } }",
      {},
      { as: "registrar.jdsf" },
    );
    expect(listed.errors).toEqual([]);
    expect(listed.data?.learners.edges.map(({ node }) => node.name)).not.toContain("***");
    const achievements = await api.ask(
      "{ achievements(first: 50) { edges { node { id } } } }",
      {},
      { as: "registrar.jdsf" },
    );
    expect(achievements.errors).toEqual([]);
  });
});

test("a guardian who stands for another learner as well keeps their account", async () => {
  const sibling = idOf("learner", "wang-siyuan");
  const account = idOf("account", "guardian of two");
  const { sql } = fresh;
  await sql`insert into account ${sql([{ id: account, login: "guardian.two", displayName: "两个孩子的监护人" }])}`;
  const capacity = (id: string, of: string) => ({
    accountId: account,
    id,
    role: "GUARDIAN",
    learnerId: of,
    validFrom: "2024-09-01",
  });
  const other = idOf("learner", "zhang-xiaoyu");
  await sql`insert into capacity ${sql([capacity(sibling, sibling), capacity(other, other)])}`;
  const [row] = await sql<{ ended: string[] }[]>`select erasure_accounts(${sibling}) as ended`;
  expect(row?.ended).not.toContain(account);
  await sql`update capacity set learner_id = ${sibling} where account_id = ${account}`;
  const [alone] = await sql<{ ended: string[] }[]>`select erasure_accounts(${sibling}) as ended`;
  expect(alone?.ended).toContain(account);
});
