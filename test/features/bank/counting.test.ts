import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Deposit } from "../../../src/features/bank/deposit.ts";
import { correctDeposit, post, postDeposits } from "../../../src/features/bank/posting.ts";
import { balancesAsOf } from "../../../src/features/bank/statement-store.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { unbalanced, unsound } from "./ledger-proof.ts";
import { COURSE, courseDeposit, idOf, LI, learnerId, NOW, openAccounts, openSchool, SCHOOL, WANG } from "./school.ts";

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase({ max: 6 });
  await openSchool(fresh.sql, 60);
  await openAccounts(fresh.sql);
});
afterAll(() => fresh.drop());

const ACTORS = {
  recordedBy: WANG.accountId ?? "",
  confirmedBy: LI.accountId ?? "",
  batchId: null,
  postedAt: NOW.toISOString(),
};
const deposit = (...deposits: readonly Deposit[]) => fresh.writer.write(LI, (tx) => postDeposits(tx, deposits, ACTORS));

/** A result of the course, by what tells it from others. */
function result(learner: number, name: string, scoreTenths: number, change: Partial<Deposit> = {}): Deposit {
  const passed = scoreTenths >= 600;
  const grade = { mode: "PERCENT", scoreTenths } as const;
  const said = { courseId: COURSE, grade, credits: passed ? 400 : 0, idempotencyKey: `COURSE/${name}`, ...change };
  return { ...courseDeposit(learner, said), achievementId: idOf(`${learner}/${name}`) };
}
const FIRST = { completedOn: "2025-01-10" };
const MAKEUP = { completedOn: "2025-03-01", attempt: "MAKEUP" } as const;
const RETAKE = { completedOn: "2026-01-10", attempt: "RETAKE" } as const;

/** What is banked of a learner, in hundredths. */
async function banked(learner: number, asOf = "2030-01-01"): Promise<number> {
  const tx = fresh.db.read(LI);
  const [row] = await balancesAsOf(tx, learnerId(learner), asOf, null).finally(() => tx.end());
  return row?.banked ?? 0;
}
async function statuses(learner: number): Promise<Record<string, string>> {
  const rows = await fresh.sql<{ id: string; status: string }[]>`
    select id, status from achievement where learner_id = ${learnerId(learner)}`;
  return Object.fromEntries(rows.map(({ id, status }) => [id, status]));
}
const statusOf = async (one: Deposit): Promise<string | undefined> => {
  const [row] = await fresh.sql<{ status: string }[]>`select status from achievement where id = ${one.achievementId}`;
  return row?.status;
};
const takingBack = (one: Deposit, kind: "REVERSE" | "REVOKE", effectiveOn: string) => {
  const { achievementId, learnerId: learner, unit, credits } = one;
  return fresh.writer.write(LI, (tx) =>
    post(tx, {
      learnerId: learner,
      transactionId: idOf(`${kind}/${achievementId}`),
      idempotencyKey: `${kind}/${achievementId}`,
      command: kind === "REVOKE" ? { kind, achievementId, unit, credits } : { kind, reverses: achievementId },
      institutionId: SCHOOL,
      homeInstitutionId: SCHOOL,
      actorId: LI.accountId ?? "",
      reason: "成绩更正",
      effectiveOn,
      postedAt: NOW.toISOString(),
    }),
  );
};

describe("of several results of one course", () => {
  test("a course passed again brings no second credit, and both results stay on record", async () => {
    const [first, retake] = [result(1, "first", 700, FIRST), result(1, "retake", 855, RETAKE)];
    await deposit(first);
    await deposit(retake);
    expect([await statusOf(first), await statusOf(retake)]).toEqual(["SUPERSEDED", "DEPOSITED"]);
    expect([await banked(1, "2025-06-01"), await banked(1)]).toEqual([400, 400]);
  });

  test("a lower result afterwards changes nothing but the record", async () => {
    const [first, retake] = [result(2, "first", 855, FIRST), result(2, "retake", 610, RETAKE)];
    await deposit(first, retake);
    expect([await statusOf(first), await statusOf(retake)]).toEqual(["DEPOSITED", "SUPERSEDED"]);
    expect(await banked(2)).toBe(400);
  });

  test("a make-up passed after a fail brings the credits", async () => {
    const [first, makeup] = [result(3, "first", 480, FIRST), result(3, "makeup", 600, MAKEUP)];
    await deposit(first);
    expect(await banked(3)).toBe(0);
    await deposit(makeup);
    expect([await statusOf(first), await statusOf(makeup), await banked(3)]).toEqual(["DEPOSITED", "DEPOSITED", 400]);
  });

  test("a retake of another worth counts for what it is worth where it is the better one", async () => {
    await deposit(result(4, "first", 700, FIRST), result(4, "retake", 855, { ...RETAKE, credits: 300 }));
    expect([await banked(4, "2025-06-01"), await banked(4)]).toEqual([400, 300]);
  });

  test("recorded again it is the same deposit, and nothing is weighed twice", async () => {
    const both = [result(5, "first", 700, FIRST), result(5, "retake", 855, RETAKE)];
    await deposit(...both);
    const count = () => fresh.sql`select count(*)::int from ledger_transaction where learner_id = ${learnerId(5)}`;
    const before = await count();
    await deposit(...both);
    expect(await count()).toEqual(before);
  });

  test("where the one that counted was a mistake, the next best counts as if it had never been", async () => {
    const [first, retake] = [result(6, "first", 700, FIRST), result(6, "retake", 855, RETAKE)];
    await deposit(first, retake);
    await takingBack(retake, "REVERSE", RETAKE.completedOn);
    expect([await statusOf(first), await statusOf(retake)]).toEqual(["DEPOSITED", "REVERSED"]);
    expect([await banked(6, "2026-03-01"), await banked(6)]).toEqual([400, 400]);
  });

  test("where it was withdrawn, the next best counts from that day", async () => {
    const [first, retake] = [result(7, "first", 700, FIRST), result(7, "retake", 855, { ...RETAKE, credits: 300 })];
    await deposit(first, retake);
    await takingBack(retake, "REVOKE", "2026-07-10");
    expect([await statusOf(first), await statusOf(retake)]).toEqual(["DEPOSITED", "REVOKED"]);
    expect([await banked(7, "2026-03-01"), await banked(7)]).toEqual([300, 400]);
  });

  test("a correction of one that does not count may make it the one that does", async () => {
    const [first, retake] = [result(8, "first", 700, FIRST), result(8, "retake", 855, RETAKE)];
    await deposit(first, retake);
    const right = {
      ...result(8, "first, corrected", 950, FIRST),
      idempotencyKey: `COURSE/first#${first.achievementId}`,
    };
    const corrected = await fresh.writer.write(LI, (tx) =>
      correctDeposit(tx, first.achievementId, right, { ...ACTORS, reason: "成绩更正" }),
    );
    expect(corrected).toMatchObject({ kind: "posted" });
    expect(await statuses(8)).toEqual({
      [first.achievementId]: "REVERSED",
      [retake.achievementId]: "SUPERSEDED",
      [right.achievementId]: "DEPOSITED",
    });
    expect([await banked(8, "2025-06-01"), await banked(8)]).toEqual([400, 400]);
  });

  test("a correction of the one that counted to a fail lets the next best count", async () => {
    const [first, retake] = [result(9, "first", 700, FIRST), result(9, "retake", 855, RETAKE)];
    await deposit(first, retake);
    const failed = {
      ...result(9, "retake, failed", 550, RETAKE),
      idempotencyKey: `COURSE/retake#${retake.achievementId}`,
    };
    await fresh.writer.write(LI, (tx) =>
      correctDeposit(tx, retake.achievementId, failed, { ...ACTORS, reason: "更正" }),
    );
    expect([await statusOf(first), await statusOf(failed), await banked(9)]).toEqual(["DEPOSITED", "DEPOSITED", 400]);
  });

  test("results of two courses, and of two learners, have nothing to do with each other", async () => {
    const other = idOf("course/WELD1");
    const detail = { ...result(10, "x", 700).detail, courseId: other, code: "WELD1" } as Deposit["detail"];
    await deposit(
      result(10, "first", 700),
      result(10, "other", 855, { courseId: other, detail }),
      result(11, "first", 855),
    );
    expect([await banked(10), await banked(11)]).toEqual([800, 400]);
  });

  test("a course taken elsewhere is told by who gave it, its code or else its title", async () => {
    const external = (name: string, code: string, title: string, completedOn: string, provider?: string) =>
      result(12, name, 700, {
        kind: "EXTERNAL_COURSE",
        title: { zh: title, en: title },
        courseId: null,
        completedOn,
        detail: {
          kind: "EXTERNAL_COURSE",
          courseId: null,
          code,
          group: null,
          requirement: null,
          subject: "ORDINARY",
          ...(provider === undefined ? {} : { provider }),
        },
      });
    await deposit(external("a", "E1", "高等数学", "2025-01-10"), external("b", "E1", "高等数学（一）", "2025-06-10"));
    expect(await banked(12)).toBe(400);
    await deposit(external("c", "E2", "高等数学", "2025-01-11"), external("d", "", "书法", "2025-01-12"));
    expect(await banked(12)).toBe(1200);
    await deposit(external("e", "", "书法", "2025-01-13"));
    expect(await banked(12)).toBe(1200);
  });
});

test("in whatever order results come in, what is banked as of any day is the same", async () => {
  let learner = 20;
  const days = ["2024-01-10", "2024-07-10", "2025-01-10", "2025-07-10"];
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          score: fc.constantFrom(500, 600, 750, 900),
          day: fc.constantFrom(...days),
          credits: fc.constantFrom(300, 400),
        }),
        { minLength: 2, maxLength: 5 },
      ),
      fc.infiniteStream(fc.nat()),
      async (scripts, order) => {
        const balances: number[][] = [];
        const named = scripts.map((script, n) => ({ ...script, n }));
        const shuffled = named.map((each) => [order.next().value ?? 0, each] as const).sort(([a], [b]) => a - b);
        for (const script of [named, shuffled.map(([, each]) => each)]) {
          learner += 1;
          for (const { n, score, day, credits } of script) {
            const change = { completedOn: day, credits: score >= 600 ? credits : 0 };
            // ids decide between equals, so both learners' have the same order
            const achievementId = idOf(`${learner}`).replace(/^.{2}/, `${n}0`);
            await deposit({ ...result(learner, `${n}`, score, change), learnerId: learnerId(learner), achievementId });
          }
          const asOf: number[] = [];
          for (const day of days) asOf.push(await banked(learner, day));
          balances.push(asOf);
        }
        expect(balances[1]).toEqual(balances[0]);
      },
    ),
    { numRuns: 12 },
  );
});

test("two who post results of the same course at the same moment leave one that counts", async () => {
  for (let learner = 50; learner < 60; learner += 1) {
    await Promise.all([
      deposit(result(learner, "first", 700, FIRST)),
      deposit(result(learner, "makeup", 650, MAKEUP)),
      deposit(result(learner, "retake", 855, RETAKE)),
    ]);
    expect(await banked(learner)).toBe(400);
    expect(Object.values(await statuses(learner)).sort()).toEqual(["DEPOSITED", "SUPERSEDED", "SUPERSEDED"]);
    expect(await banked(learner, "2025-06-01")).toBe(400);
  }
});

test("all that was posted here adds up", async () => {
  expect([await unsound(fresh.sql), await unbalanced(fresh.sql)]).toEqual([[], []]);
});
