import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYSTEM, type Viewer } from "../../../src/auth/viewer.ts";
import { NOBODY, type Tx } from "../../../src/db/transaction.ts";
import type { Deposit } from "../../../src/features/bank/deposit.ts";
import { correctDeposit, post, postDeposits } from "../../../src/features/bank/posting.ts";
import { type Posting, prepare } from "../../../src/features/bank/preparing.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { unbalanced, unsound } from "./ledger-proof.ts";
import {
  courseDeposit,
  idOf,
  LI,
  learnerId,
  NOW,
  OTHER_SCHOOL,
  openSchool,
  SCHOOL,
  student,
  WANG,
  ZHAO,
} from "./school.ts";

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase({ max: 6 });
  await openSchool(fresh.sql, 1200);
});
afterAll(() => fresh.drop());

const ACTORS = {
  recordedBy: WANG.accountId ?? "",
  confirmedBy: LI.accountId ?? "",
  batchId: null,
  postedAt: NOW.toISOString(),
};
const deposit = (deposits: readonly Deposit[], viewer: Viewer = LI) =>
  fresh.writer.write(viewer, (tx) => postDeposits(tx, deposits, ACTORS));

async function account(learner: number, kind: string): Promise<{ version: number; balance: number } | undefined> {
  const rows = await fresh.sql<{ version: number; balance: number }[]>`
    select version, balance from ledger_account where learner_id = ${learnerId(learner)} and kind = ${kind}`;
  return rows[0];
}

async function rowsOf(learner: number): Promise<Record<string, number>> {
  const [row] = await fresh.sql`select
    (select count(*) from achievement where learner_id = ${learnerId(learner)}) as achievements,
    (select count(*) from ledger_transaction where learner_id = ${learnerId(learner)}) as transactions,
    (select count(*) from ledger_movement where learner_id = ${learnerId(learner)}) as movements`;
  return row as Record<string, number>;
}

function withdrawal(learner: number, kind: "EXPIRE" | "REVOKE", credits: number, key: string): Posting {
  return {
    learnerId: learnerId(learner),
    transactionId: idOf(`withdrawal/${learner}/${key}`),
    idempotencyKey: key,
    command: { kind, achievementId: courseDeposit(learner).achievementId, unit: "SECONDARY", credits },
    institutionId: SCHOOL,
    homeInstitutionId: SCHOOL,
    actorId: LI.accountId ?? "",
    reason: "its validity ended",
    effectiveOn: "2026-07-01",
    postedAt: NOW.toISOString(),
  };
}

describe("a deposit", () => {
  test("brings the achievement, its transaction, its movement and both accounts", async () => {
    expect(await deposit([courseDeposit(1)])).toEqual([
      { kind: "posted", transactionId: courseDeposit(1).achievementId },
    ]);
    expect(await rowsOf(1)).toEqual({ achievements: 1, transactions: 1, movements: 1 });
    expect(await account(1, "BANKED")).toEqual({ version: 1, balance: 400 });
    expect(await account(1, "ISSUED")).toEqual({ version: 1, balance: -400 });
  });

  test("sent again with the same key and content gives the earlier answer and changes nothing", async () => {
    await deposit([courseDeposit(2)]);
    const again = courseDeposit(2, { achievementId: idOf("another id"), title: { zh: "高等数学", en: "renamed" } });
    expect(await deposit([again])).toEqual([{ kind: "again", transactionId: courseDeposit(2).achievementId }]);
    expect(await rowsOf(2)).toEqual({ achievements: 1, transactions: 1, movements: 1 });
    expect(await account(2, "BANKED")).toEqual({ version: 1, balance: 400 });
  });

  test("under the same key with another content is refused, and nothing of its company is written", async () => {
    await deposit([courseDeposit(3)]);
    const other = courseDeposit(3, { grade: { mode: "PERCENT", scoreTenths: 900 } });
    const answer = await deposit([courseDeposit(4), { ...other, idempotencyKey: courseDeposit(3).idempotencyKey }]);
    expect(answer).toMatchObject({ code: "IDEMPOTENCY_MISMATCH", path: ["postings", "1"] });
    expect(await rowsOf(4)).toEqual({ achievements: 0, transactions: 0, movements: 0 });
    expect(await account(3, "BANKED")).toEqual({ version: 1, balance: 400 });
  });

  test("that another school has made already is refused, although this one cannot see it", async () => {
    await deposit([courseDeposit(9)]);
    const elsewhere = { institutionId: OTHER_SCHOOL, homeInstitutionId: OTHER_SCHOOL };
    const answer = await deposit([courseDeposit(10, elsewhere), courseDeposit(9, elsewhere)], ZHAO);
    expect(answer).toMatchObject({ code: "DEPOSITED_ELSEWHERE", path: ["postings", "1"] });
    expect(await rowsOf(10)).toEqual({ achievements: 0, transactions: 0, movements: 0 });
    expect(await account(9, "BANKED")).toEqual({ version: 1, balance: 400 });
  });

  test("twice in one call is posted once", async () => {
    const answers = await deposit([courseDeposit(5), courseDeposit(5)]);
    expect(answers).toMatchObject([{ kind: "posted" }, { kind: "again" }]);
    expect(await account(5, "BANKED")).toEqual({ version: 1, balance: 400 });
  });

  test("of a failed course is on record and moves nothing", async () => {
    await deposit([courseDeposit(6, { credits: 0, grade: { mode: "PERCENT", scoreTenths: 480 } })]);
    expect(await rowsOf(6)).toEqual({ achievements: 1, transactions: 1, movements: 0 });
  });

  test("sent by many at once is posted once, and different ones all find their place", async () => {
    const keys = Array.from({ length: 8 }, (_, i) => `course ${i}`);
    const calls = keys.flatMap((key) => [key, key, key]);
    const answers = await Promise.all(calls.map((key) => deposit([courseDeposit(7, { idempotencyKey: key })])));
    expect(answers.flat().filter((answer) => "kind" in answer && answer.kind === "posted")).toHaveLength(8);
    expect(await account(7, "BANKED")).toEqual({ version: 8, balance: 3200 });
    expect(await rowsOf(7)).toEqual({ achievements: 8, transactions: 8, movements: 8 });
  });

  test("of a failed course, sent by many at once, is posted once as well", async () => {
    const failed = courseDeposit(12, { credits: 0, grade: { mode: "PERCENT", scoreTenths: 300 } });
    const answers = await Promise.all([1, 2, 3, 4].map(() => deposit([failed])));
    expect(answers.flat().filter((answer) => "kind" in answer && answer.kind === "posted")).toHaveLength(1);
    expect(await rowsOf(12)).toEqual({ achievements: 1, transactions: 1, movements: 0 });
  });

  test("crossing other learners' in any order never blocks for good", async () => {
    const forward = [8, 9, 10, 11].map((n) => courseDeposit(n, { idempotencyKey: "forward" }));
    const backward = [11, 10, 9, 8].map((n) => courseDeposit(n, { idempotencyKey: "backward" }));
    await Promise.all([deposit(forward), deposit(backward), deposit(forward), deposit(backward)]);
    expect(await account(8, "BANKED")).toEqual({ version: 2, balance: 800 });
    expect(await account(11, "BANKED")).toEqual({ version: 2, balance: 800 });
  });
});

test("ten thousand deposits take as many statements as one, and every balance is the sum of its movements", async () => {
  const statements = async (deposits: readonly Deposit[]): Promise<number> => {
    let count = 0;
    await fresh.writer.write(LI, (tx) => {
      const counting: Tx = {
        run(statement) {
          count += 1;
          return tx.run(statement);
        },
      };
      return postDeposits(counting, deposits, ACTORS);
    });
    return count;
  };
  const many = Array.from({ length: 1000 }, (_, n) => n + 101).flatMap((n) =>
    Array.from({ length: 10 }, (__, course) => courseDeposit(n, { idempotencyKey: `course ${course}` })),
  );
  expect(await statements(many)).toBe(await statements([courseDeposit(100)]));
  expect([await unsound(fresh.sql), await unbalanced(fresh.sql)]).toEqual([[], []]);
  const [counted] =
    await fresh.sql`select count(*)::int as n from ledger_movement where learner_id = any(${many.map((each) => each.learnerId)})`;
  expect(counted).toEqual({ n: many.length });
});

describe("later transactions", () => {
  test("an expiry takes the credits out once, and never more than there are", async () => {
    await deposit([courseDeposit(20)]);
    const expire = (key: string) => fresh.writer.write(LI, (tx) => post(tx, withdrawal(20, "EXPIRE", 400, key)));
    expect(await expire("expiry")).toMatchObject({ kind: "posted" });
    expect(await expire("expiry")).toMatchObject({ kind: "again" });
    expect(await expire("second expiry")).toMatchObject({ code: "BALANCE_TOO_LOW" });
    expect(await account(20, "BANKED")).toEqual({ version: 2, balance: 0 });
    expect(await fresh.sql`select status from achievement where learner_id = ${learnerId(20)}`).toEqual([
      { status: "EXPIRED" },
    ]);
  });

  test("a deposit is reversed once", async () => {
    await deposit([courseDeposit(21)]);
    const { achievementId } = courseDeposit(21);
    const reverse = (key: string) =>
      fresh.writer.write(LI, (tx) =>
        post(tx, { ...withdrawal(21, "REVOKE", 400, key), command: { kind: "REVERSE", reverses: achievementId } }),
      );
    expect(await reverse("reversal")).toMatchObject({ kind: "posted" });
    expect(await reverse("another reversal")).toMatchObject({ code: "ALREADY_REVERSED" });
    expect(await account(21, "BANKED")).toEqual({ version: 2, balance: 0 });
    expect(await account(21, "ISSUED")).toEqual({ version: 2, balance: 0 });
  });

  test("a correction puts the right deposit in the wrong one's place, linked and with its reason", async () => {
    await deposit([courseDeposit(22)]);
    const right = courseDeposit(22, { credits: 350, idempotencyKey: "corrected" });
    const { achievementId } = courseDeposit(22);
    const correct = () =>
      fresh.writer.write(LI, (tx) => correctDeposit(tx, achievementId, right, { ...ACTORS, reason: "成绩更正" }));
    expect(await correct()).toMatchObject({ kind: "posted" });
    expect(await correct()).toMatchObject({ kind: "again" });
    expect(await account(22, "BANKED")).toEqual({ version: 3, balance: 350 });
    const rows = await fresh.sql`select a.status, a.credits, t.reverses_id, t.reason from achievement a
      join ledger_transaction t using (learner_id, id) where learner_id = ${learnerId(22)} order by a.status`;
    expect(rows).toEqual([
      { status: "DEPOSITED", credits: 350, reversesId: achievementId, reason: "成绩更正" },
      { status: "REVERSED", credits: 400, reversesId: null, reason: null },
    ]);
  });

  test("a correction can be corrected: each takes back what the one before had put, and no more", async () => {
    const [first, second, third] = [400, 350, 300].map((credits, n) =>
      courseDeposit(24, { credits, idempotencyKey: `version ${n}` }),
    ) as [Deposit, Deposit, Deposit];
    await deposit([first]);
    const correct = (reverses: Deposit, by: Deposit) =>
      fresh.writer.write(LI, (tx) => correctDeposit(tx, reverses.achievementId, by, { ...ACTORS, reason: "成绩更正" }));
    expect(await correct(first, second)).toMatchObject({ kind: "posted" });
    expect(await correct(first, third)).toMatchObject({ code: "ALREADY_REVERSED" });
    expect(await correct(second, third)).toMatchObject({ kind: "posted" });
    expect(await correct(second, { ...third, credits: 1 })).toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
    expect(await account(24, "BANKED")).toEqual({ version: 5, balance: 300 });
    expect(await account(24, "ISSUED")).toEqual({ version: 5, balance: -300 });
    const rows =
      await fresh.sql`select credits, status from achievement where learner_id = ${learnerId(24)} order by 1`;
    expect(rows).toEqual([
      { credits: 300, status: "DEPOSITED" },
      { credits: 350, status: "REVERSED" },
      { credits: 400, status: "REVERSED" },
    ]);
  });

  test("what it is told by leaves the reason out, so that nobody can try out what was erased", async () => {
    await deposit([courseDeposit(26), courseDeposit(27)]);
    const because = (learner: number, reason: string) =>
      fresh.writer.write(LI, (tx) => post(tx, { ...withdrawal(learner, "EXPIRE", 400, "erasable"), reason }));
    const hashes = async (learner: number) =>
      fresh.sql<{ contentHash: string }[]>`select content_hash from ledger_transaction
        where learner_id = ${learnerId(learner)} and kind = 'EXPIRE'`;
    const said = (learner: number, reason: string) =>
      prepare({ ...withdrawal(learner, "EXPIRE", 400, "erasable"), reason });
    expect(await because(26, "一")).toMatchObject({ kind: "posted" });
    const [row] = await hashes(26);
    expect(row?.contentHash).toBe(said(26, "一").contentHash);
    expect(said(26, "二").contentHash).toBe(row?.contentHash);
    // yet the same posting for another reason is another one
    expect(await because(26, "一")).toMatchObject({ kind: "again" });
    expect(await because(26, "二")).toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
    await fresh.sql`update ledger_transaction set reason = null, reason_salt = null where learner_id = ${learnerId(26)}`;
    expect(await because(26, "一")).toMatchObject({ kind: "again" });
  });

  test("sent again after an upgrade, meets what was hashed with its reason", async () => {
    const because = (reason: string) =>
      fresh.writer.write(LI, (tx) => post(tx, { ...withdrawal(27, "EXPIRE", 400, "older"), reason }));
    expect(await because("一")).toMatchObject({ kind: "posted" });
    const older = prepare({ ...withdrawal(27, "EXPIRE", 400, "older"), reason: "一" }).hashWithReason;
    await fresh.sql`update ledger_transaction set content_hash = ${older}
      where learner_id = ${learnerId(27)} and kind = 'EXPIRE'`;
    expect(await because("一")).toMatchObject({ kind: "again" });
    expect(await because("二")).toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
  });

  test("an expiry that is reversed gives credits and standing back, and its reversal is final", async () => {
    await deposit([courseDeposit(25)]);
    const act = (key: string, command: Posting["command"]) =>
      fresh.writer.write(LI, (tx) => post(tx, { ...withdrawal(25, "EXPIRE", 400, key), command }));
    const { command, transactionId } = withdrawal(25, "EXPIRE", 400, "expiry");
    expect(await act("expiry", command)).toMatchObject({ kind: "posted" });
    const reversal = { kind: "REVERSE", reverses: transactionId } as const;
    const [{ transactionId: reversedBy }] = [withdrawal(25, "EXPIRE", 400, "reversal")];
    expect(await act("reversal", reversal)).toMatchObject({ kind: "posted" });
    expect(await account(25, "BANKED")).toEqual({ version: 3, balance: 400 });
    expect(await fresh.sql`select status from achievement where learner_id = ${learnerId(25)}`).toEqual([
      { status: "DEPOSITED" },
    ]);
    expect(await act("again", { kind: "REVERSE", reverses: reversedBy })).toMatchObject({ code: "NOT_REVERSIBLE" });
  });

  test("of something that was never posted is refused", async () => {
    const right = courseDeposit(23, { idempotencyKey: "corrected" });
    const answer = await fresh.writer.write(LI, (tx) =>
      correctDeposit(tx, idOf("nothing"), right, { ...ACTORS, reason: "成绩更正" }),
    );
    expect(answer).toMatchObject({ code: "NOT_FOUND" });
    expect(await rowsOf(23)).toEqual({ achievements: 0, transactions: 0, movements: 0 });
  });
});

describe("a hold", () => {
  const [application, other, registration] = [idOf("application"), idOf("other application"), idOf("registration/40")];
  const source = (n: number) =>
    ({ achievementId: courseDeposit(n).achievementId, unit: "SECONDARY", credits: 400 }) as const;
  const act = (n: number, key: string, command: Posting["command"]) =>
    fresh.writer.write(LI, (tx) => post(tx, { ...withdrawal(n, "EXPIRE", 400, key), command }));
  const hold = (n: number, applicationId: string, registrationId = registration) =>
    ({ kind: "HOLD", applicationId, registrationId, sources: [source(n)] }) as const;

  test("of one achievement towards one registration stays within what is banked, towards another it is free", async () => {
    await deposit([courseDeposit(40), courseDeposit(40, { idempotencyKey: "another course" })]);
    expect(await act(40, "hold", hold(40, application))).toMatchObject({ kind: "posted" });
    expect(await act(40, "hold", hold(40, application))).toMatchObject({ kind: "again" });
    expect(await act(40, "second hold", hold(40, other))).toMatchObject({ code: "HELD_ABOVE_BANKED" });
    expect(await act(40, "elsewhere", hold(40, other, idOf("registration/x")))).toMatchObject({ kind: "posted" });
    expect(await act(40, "release", { ...hold(40, application), kind: "RELEASE" })).toMatchObject({ kind: "posted" });
    expect(await act(40, "third hold", hold(40, other))).toMatchObject({ kind: "posted" });
  });

  test("of what was never banked is refused", async () => {
    expect(await act(41, "hold", hold(41, application))).toMatchObject({ code: "HELD_ABOVE_BANKED" });
    expect(await rowsOf(41)).toEqual({ achievements: 0, transactions: 0, movements: 0 });
  });

  test("that was recognised is used up for that registration", async () => {
    await deposit([courseDeposit(42)]);
    const lines = [{ line: 1, unit: "ASSOCIATE" as const, credits: 300 }];
    const recognise = { ...hold(42, application), kind: "RECOGNISE", decisionId: idOf("decision"), lines } as const;
    expect(await act(42, "too early", recognise)).toMatchObject({ code: "BALANCE_TOO_LOW" });
    await act(42, "hold", hold(42, application));
    expect(await act(42, "recognise", recognise)).toMatchObject({ kind: "posted" });
    expect(await account(42, "RECOGNISED")).toEqual({ version: 1, balance: 300 });
    expect(await act(42, "release", { ...hold(42, application), kind: "RELEASE" })).toMatchObject({
      code: "BALANCE_TOO_LOW",
    });
    expect(await act(42, "next hold", hold(42, other))).toMatchObject({ code: "HELD_ABOVE_BANKED" });
  });

  test("keeps its achievement from expiring, but not from being revoked or corrected: the truth goes first", async () => {
    await deposit([courseDeposit(43)]);
    await act(43, "hold", hold(43, application));
    expect(await act(43, "expiry", withdrawal(43, "EXPIRE", 400, "").command)).toMatchObject({
      code: "ACHIEVEMENT_HELD",
    });
    const right = courseDeposit(43, { credits: 100, idempotencyKey: "corrected" });
    const corrected = fresh.writer.write(LI, (tx) =>
      correctDeposit(tx, courseDeposit(43).achievementId, right, { ...ACTORS, reason: "成绩更正" }),
    );
    expect(await corrected).toMatchObject({ kind: "posted" });
    expect(await account(43, "BANKED")).toEqual({ version: 3, balance: 100 });
    expect(await account(43, "HELD")).toEqual({ version: 1, balance: 400 });
  });

  test("asked for by two applications at once is granted to one", async () => {
    await deposit([courseDeposit(44)]);
    const answers = await Promise.all([act(44, "one", hold(44, application)), act(44, "two", hold(44, other))]);
    expect(answers.map((answer) => ("code" in answer ? answer.code : answer.kind)).sort()).toEqual([
      "HELD_ABOVE_BANKED",
      "posted",
    ]);
  });
});

describe("who may touch the ledger", () => {
  test.each(["ledger_movement", "ledger_transaction"])(
    "no role of the application changes or deletes a %s",
    async (table) => {
      for (const role of ["guantong_app", "guantong_writer", "guantong_job", "guantong_auditor"]) {
        await fresh.sql.begin(async (sql) => {
          for (const [name, value] of Object.entries(NOBODY)) await sql`select set_config(${name}, ${value}, true)`;
          await sql.unsafe(`set local role ${role}`);
          await sql.savepoint((s) => s.unsafe(`update ${table} set learner_id = learner_id`)).catch(refused);
          await sql.savepoint((s) => s.unsafe(`delete from ${table}`)).catch(refused);
          await sql.savepoint((s) => s.unsafe(`truncate ${table}`)).catch(refused);
        });
      }
      expect.assertions(12);
    },
  );

  test("a student sees their own entries and nobody else's", async () => {
    await deposit([courseDeposit(30), courseDeposit(31)]);
    for (const table of ["achievement", "ledger_transaction", "ledger_movement", "ledger_account"]) {
      expect(await ownersSeen(student(30), table)).toEqual([learnerId(30)]);
    }
  });

  test("a registrar of another school sees no achievement, transaction, movement or balance", async () => {
    for (const table of ["achievement", "ledger_transaction", "ledger_movement", "ledger_account"]) {
      expect(await ownersSeen(ZHAO, table)).toEqual([]);
    }
  });

  test.each([
    ["a registrar", LI],
    ["a student", student(32)],
    ["the service itself", SYSTEM],
  ])("%s cannot deposit as the role of requests", async (_, viewer) => {
    const asked = fresh.db.write(viewer, (tx) => postDeposits(tx, [courseDeposit(32)], ACTORS));
    await expect(asked).rejects.toMatchObject({ code: "42501" });
    expect(await rowsOf(32)).toEqual({ achievements: 0, transactions: 0, movements: 0 });
  });
});

function refused(error: unknown): void {
  expect(error).toMatchObject({ code: "42501" });
}

async function ownersSeen(viewer: Viewer, table: string): Promise<string[]> {
  const tx = fresh.db.read(viewer);
  const rows = await tx.run(
    (sql) => sql<{ learnerId: string }[]>`select distinct learner_id from ${sql(table)} order by 1`,
  );
  tx.end();
  return rows.map((row) => row.learnerId);
}
