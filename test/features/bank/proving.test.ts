import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import { openDatabase } from "../../../src/db/client.ts";
import type { Database } from "../../../src/db/transaction.ts";
import { correctionHashWithReason } from "../../../src/features/bank/deposit.ts";
import { correctDeposit, post, postDeposits } from "../../../src/features/bank/posting.ts";
import { type LedgerProof, proveLedgers } from "../../../src/features/bank/proving.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { courseDeposit, idOf, LI, learnerId, NOW, openSchool, SCHOOL, WANG } from "./school.ts";

let fresh: FreshDatabase;
let job: Database;
beforeAll(async () => {
  fresh = await freshDatabase();
  job = openDatabase(fresh.url, { role: "guantong_job", max: 2 });
  await openSchool(fresh.sql, 5);
  await fill();
});
afterAll(async () => {
  await job.end();
  await fresh.drop();
});

const ACTORS = {
  recordedBy: WANG.accountId ?? "",
  confirmedBy: LI.accountId ?? "",
  batchId: null,
  postedAt: NOW.toISOString(),
};
const [APPLICATION, REGISTRATION, DECISION] = [idOf("application"), idOf("registration"), idOf("decision")];
const LEARNER = learnerId(1);
const DEPOSIT = courseDeposit(1);
const CORRECTED = courseDeposit(2, { achievementId: idOf("corrected"), credits: 300, idempotencyKey: "corrected" });

/** Learner 1: deposited, held, recognised. Learner 2: deposited and corrected. Learner 3: deposited and revoked. */
async function fill(): Promise<void> {
  const source = { achievementId: DEPOSIT.achievementId, unit: DEPOSIT.unit, credits: DEPOSIT.credits };
  const of = (learner: number, key: string) => ({
    learnerId: learnerId(learner),
    transactionId: idOf(key),
    idempotencyKey: key,
    institutionId: SCHOOL,
    homeInstitutionId: SCHOOL,
    actorId: LI.accountId ?? "",
    reason: `because of ${key}`,
    effectiveOn: "2026-07-01",
    postedAt: NOW.toISOString(),
  });
  const towards = { applicationId: APPLICATION, registrationId: REGISTRATION, sources: [source] };
  await fresh.writer.write(LI, async (tx) => {
    await postDeposits(tx, [DEPOSIT, courseDeposit(2), courseDeposit(3), courseDeposit(4)], ACTORS);
    await post(tx, { ...of(1, "hold"), command: { kind: "HOLD", ...towards } });
    const lines = [{ line: 1, unit: "ASSOCIATE" as const, credits: 350 }];
    await post(tx, { ...of(1, "recognise"), command: { kind: "RECOGNISE", ...towards, decisionId: DECISION, lines } });
    await correctDeposit(tx, courseDeposit(2).achievementId, CORRECTED, { ...ACTORS, reason: "成绩更正 2026-14" });
    const { achievementId } = courseDeposit(3);
    await post(tx, { ...of(3, "revoke"), command: { kind: "REVOKE", ...source, achievementId } });
  });
}

async function prove(): Promise<LedgerProof> {
  const tx = job.read(SYSTEM);
  try {
    return await proveLedgers(tx);
  } finally {
    tx.end();
  }
}

test("what was posted by the rules is proved, learner by learner", async () => {
  expect(await prove()).toEqual({ learners: 4, transactions: 8, movements: 10, fault: null });
});

test("an older correction, hashed with its reason, is proved like any other", async () => {
  const [kept] = await fresh.sql<{ contentHash: string }[]>`
    select content_hash from ledger_transaction where id = ${CORRECTED.achievementId}`;
  const older = correctionHashWithReason(CORRECTED, courseDeposit(2).achievementId, "成绩更正 2026-14");
  await fresh.sql`update ledger_transaction set content_hash = ${older} where id = ${CORRECTED.achievementId}`;
  expect((await prove()).fault).toBeNull();
  await fresh.sql`update ledger_transaction set reason = 'another' where id = ${CORRECTED.achievementId}`;
  expect((await prove()).fault).toMatchObject({ code: "ACHIEVEMENT_ALTERED", achievementId: CORRECTED.achievementId });
  await fresh.sql`update ledger_transaction set content_hash = ${kept?.contentHash ?? ""}, reason = '成绩更正 2026-14'
    where id = ${CORRECTED.achievementId}`;
  expect((await prove()).fault).toBeNull();
});

test("an erased reason leaves all else proved, the correction itself too", async () => {
  const [kept] =
    await fresh.sql`select reason, reason_salt from ledger_transaction where id = ${CORRECTED.achievementId}`;
  await fresh.sql`update ledger_transaction set reason = null, reason_salt = null where id = ${CORRECTED.achievementId}`;
  expect((await prove()).fault).toBeNull();
  await fresh.sql`update achievement set term_code = '2020-2021-1' where id = ${CORRECTED.achievementId}`;
  expect((await prove()).fault).toMatchObject({ code: "ACHIEVEMENT_ALTERED", achievementId: CORRECTED.achievementId });
  await fresh.sql`update achievement set term_code = ${CORRECTED.termCode} where id = ${CORRECTED.achievementId}`;
  await fresh.sql`update ledger_transaction set reason = ${kept?.["reason"]}, reason_salt = ${kept?.["reasonSalt"]}
    where id = ${CORRECTED.achievementId}`;
});

/** What whoever owns the database could do, what the proof says of it, and the row it names. */
const TAMPERINGS: readonly (readonly [string, string, object])[] = [
  [
    "credits written up",
    `update ledger_movement set amount = amount + 100 where transaction_id = '${DEPOSIT.achievementId}'`,
    { code: "BALANCE_ALTERED", transactionId: DEPOSIT.achievementId, line: 1, learnerId: LEARNER },
  ],
  [
    "credits and every balance written up",
    `update ledger_movement set amount = amount + 100, debit_balance = debit_balance - 100, credit_balance = credit_balance + 100
       where transaction_id = '${DEPOSIT.achievementId}';
     update ledger_account set balance = balance + 100 where learner_id = '${LEARNER}' and kind = 'BANKED';
     update ledger_account set balance = balance - 100 where learner_id = '${LEARNER}' and kind = 'ISSUED'`,
    { code: "ACHIEVEMENT_ALTERED", achievementId: DEPOSIT.achievementId },
  ],
  [
    "a balance given away",
    `update ledger_account set balance = balance + 100 where learner_id = '${LEARNER}' and kind = 'BANKED'`,
    { code: "ACCOUNT_ALTERED", account: expect.stringContaining("BANKED/") },
  ],
  [
    "an account made out of nothing",
    `insert into ledger_account (learner_id, kind, ref, unit, version, balance) values ('${learnerId(5)}', 'BANKED', '${idOf("x")}', 'ASSOCIATE', 1, 500)`,
    { code: "ACCOUNT_ALTERED", learnerId: learnerId(5) },
  ],
  [
    "a movement taken away",
    `delete from ledger_movement where transaction_id = '${idOf("recognise")}' and line = 1`,
    { code: "LINE_GONE", transactionId: idOf("recognise"), line: 1 },
  ],
  [
    "a transaction taken away",
    `delete from ledger_transaction where id = '${idOf("hold")}'`,
    { code: "TRANSACTION_GONE", transactionId: idOf("hold"), line: 1 },
  ],
  [
    "a hold taken away with its movement",
    `delete from ledger_movement where transaction_id = '${idOf("hold")}'; delete from ledger_transaction where id = '${idOf("hold")}'`,
    { code: "VERSION_BROKEN", learnerId: LEARNER },
  ],
  [
    "a correction that takes nothing back",
    `delete from ledger_movement where transaction_id = '${CORRECTED.achievementId}' and line = 1;
     update ledger_movement set line = 1 where transaction_id = '${CORRECTED.achievementId}'`,
    { code: "MOVEMENT_ALTERED", transactionId: CORRECTED.achievementId, line: 1 },
  ],
  [
    "a revocation that says it ran out",
    `update ledger_movement set credit_kind = 'EXPIRED' where transaction_id = '${idOf("revoke")}'`,
    { code: "MOVEMENT_ALTERED", transactionId: idOf("revoke"), line: 1 },
  ],
  [
    "a grade improved",
    `update achievement set grade = '{"mode":"PERCENT","score":990}' where id = '${courseDeposit(4).achievementId}'`,
    { code: "ACHIEVEMENT_ALTERED", achievementId: courseDeposit(4).achievementId },
  ],
  [
    "an achievement handed to another school",
    `update achievement set institution_id = '${idOf("other school")}' where id = '${courseDeposit(4).achievementId}'`,
    { code: "ACHIEVEMENT_ALTERED" },
  ],
  [
    "a revoked achievement that counts again",
    `update achievement set status = 'DEPOSITED' where id = '${courseDeposit(3).achievementId}'`,
    { code: "STANDING_ALTERED", achievementId: courseDeposit(3).achievementId },
  ],
  [
    "an achievement thrown away",
    `delete from achievement where id = '${courseDeposit(4).achievementId}'`,
    { code: "ACHIEVEMENT_GONE", achievementId: courseDeposit(4).achievementId },
  ],
  [
    "an achievement that nobody deposited",
    `insert into achievement select learner_id, '${idOf("forged")}', institution_id, home_institution_id, kind, title_zh, title_en, level,
       unit, credits, grade, attempt, completed_on, term_code, course_id, detail, status, batch_id, recorded_by, confirmed_by,
       deposited_at, home_department_id from achievement where id = '${courseDeposit(4).achievementId}'`,
    { code: "ACHIEVEMENT_INSERTED", achievementId: idOf("forged") },
  ],
];

describe("what whoever owns the database does is found, and the row named", () => {
  test.each(TAMPERINGS)("%s", async (_, statements, fault) => {
    await fresh.sql.unsafe(KEEP);
    try {
      await fresh.sql.unsafe(statements);
      expect((await prove()).fault).toMatchObject(fault);
    } finally {
      await fresh.sql.unsafe(PUT_BACK);
    }
    expect((await prove()).fault).toBeNull();
  });
});

const TABLES = ["ledger_transaction", "ledger_movement", "ledger_account", "achievement"];
const KEEP = TABLES.map((table) => `create table kept_${table} as table ${table}`).join(";");
const PUT_BACK = TABLES.map(
  (table) => `delete from ${table}; insert into ${table} table kept_${table}; drop table kept_${table}`,
).join(";");
