import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import { openDatabase } from "../../../src/db/client.ts";
import { enqueue } from "../../../src/db/jobs.ts";
import type { Database } from "../../../src/db/transaction.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import type { Deposit } from "../../../src/features/bank/deposit.ts";
import { postDeposits } from "../../../src/features/bank/posting.ts";
import { type Expiring, expireDue, post, remindOfExpiry } from "../../../src/features/bank/service.ts";
import { type Child, startNode } from "../../support/child.ts";
import { killBeforeChanging } from "../../support/crash.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { unbalanced, unsound } from "./ledger-proof.ts";
import { courseDeposit, idOf, LI, learnerId, NOW, openSchool, SCHOOL, WANG } from "./school.ts";

const TODAY = "2026-11-24";

let fresh: FreshDatabase;
let jobs: Database;
const children: Child[] = [];
beforeAll(async () => {
  fresh = await freshDatabase();
  jobs = openDatabase(fresh.url, { role: "guantong_job", max: 3 });
  await openSchool(fresh.sql, 40);
  await fresh.sql`insert into reminder_lead (kind, days, citation, certainty)
    select 'ACHIEVEMENT_EXPIRY', days, '{}', 'SETTING' from unnest('{90,30,7}'::int[]) as days on conflict do nothing`;
});
beforeEach(async () => {
  for (const table of ["ledger_movement", "ledger_transaction", "ledger_account", "achievement", "notice_event"])
    await fresh.sql`delete from ${fresh.sql(table)}`;
  await fresh.sql`delete from graphile_worker._private_jobs`;
});
afterEach(() => Promise.all(children.splice(0).map((each) => each.end("SIGKILL"))));
afterAll(async () => {
  await jobs.end();
  await fresh.drop();
});

function certificate(n: number, validUntil: string | null, name = "x"): Deposit {
  const idempotencyKey = `CERTIFICATE/${name}/${n}`;
  return courseDeposit(n, {
    achievementId: idOf(idempotencyKey),
    kind: "CERTIFICATE",
    unit: "ITEM",
    credits: 100,
    courseId: null,
    termCode: null,
    grade: null,
    detail: {
      kind: "CERTIFICATE",
      certificateId: idOf("certificate"),
      level: "INTERMEDIATE",
      number: `${name}${n}`,
      validUntil,
    },
    idempotencyKey,
  });
}

async function deposit(...deposits: Deposit[]): Promise<void> {
  const actors = { recordedBy: WANG.accountId ?? "", confirmedBy: LI.accountId ?? "", batchId: null };
  const done = await fresh.writer.write(SYSTEM, (tx) =>
    postDeposits(tx, deposits, { ...actors, postedAt: NOW.toISOString() }),
  );
  if (isProblem(done)) throw new Error(done.code);
}
const at = (today = TODAY): Expiring => ({
  jobs,
  writer: fresh.writer,
  now: new Date(`${today}T02:00:00Z`),
  today,
  chunk: 7,
});
const statuses = async () =>
  Object.fromEntries(
    (
      await fresh.sql<{ status: string; count: number }[]>`
      select status, count(*)::int as count from achievement group by 1`
    ).map(({ status, count }) => [status, count]),
  );
const events = () => fresh.sql<{ kind: string; facts: Record<string, unknown> }[]>`
  select kind, facts from notice_event order by kind, id`;
/** Every balance is what its movements say, and nothing was posted twice. */
async function expectSound(expired: number): Promise<void> {
  expect(await unbalanced(fresh.sql)).toEqual([]);
  expect(await unsound(fresh.sql)).toEqual([]);
  const [sum] = await fresh.sql<{ amount: number; rows: number }[]>`
    select coalesce(sum(amount), 0)::int as amount, count(*)::int as rows from ledger_movement m
    join ledger_transaction t on t.learner_id = m.learner_id and t.id = m.transaction_id where t.kind = 'EXPIRE'`;
  expect(sum).toEqual({ amount: expired * 100, rows: expired });
}

describe("what is past its validity", () => {
  test("leaves the bank the day after its last, is told of, and what has no end stays", async () => {
    await deposit(
      certificate(1, "2026-11-23"),
      certificate(1, "2026-11-22", "y"),
      certificate(2, "2026-11-24"),
      certificate(3, null),
      courseDeposit(4),
    );
    expect(await expireDue(at())).toEqual({ expired: 2, held: 0 });
    expect(await statuses()).toEqual({ EXPIRED: 2, DEPOSITED: 3 });
    const dated = await fresh.sql`select effective_on from ledger_transaction where kind = 'EXPIRE' order by 1`;
    expect(dated.map(({ effectiveOn }) => effectiveOn as string)).toEqual(["2026-11-23", "2026-11-24"]);
    expect(await events()).toEqual([{ kind: "ACHIEVEMENTS_EXPIRED", facts: { learnerId: learnerId(1), count: 2 } }]);
    expect(await expireDue(at("2026-11-25"))).toEqual({ expired: 1, held: 0 });
    await expectSound(3);
  });

  test("expires once, however often it is looked for", async () => {
    await deposit(...Array.from({ length: 20 }, (_, n) => certificate(n + 1, "2026-01-01")));
    expect(await expireDue(at())).toEqual({ expired: 20, held: 0 });
    await fresh.sql`update achievement set status = 'DEPOSITED'`;
    await expireDue(at());
    expect(await events()).toHaveLength(20);
    await expectSound(20);
  });

  test("waits while an application holds it, and expires when that lets it go", async () => {
    await deposit(certificate(1, "2026-11-01"), certificate(2, "2026-11-01"));
    const moved = (kind: "HOLD" | "RELEASE", name: string) =>
      fresh.writer.write(SYSTEM, (tx) =>
        post(tx, {
          learnerId: learnerId(1),
          transactionId: idOf(name),
          idempotencyKey: name,
          command: {
            kind,
            applicationId: idOf("application"),
            registrationId: idOf("registration/1"),
            sources: [{ achievementId: idOf("CERTIFICATE/x/1"), unit: "ITEM", credits: 100 }],
          },
          institutionId: SCHOOL,
          homeInstitutionId: SCHOOL,
          actorId: WANG.accountId ?? "",
          reason: null,
          effectiveOn: TODAY,
          postedAt: NOW.toISOString(),
        }),
      );
    expect(await moved("HOLD", "hold")).toMatchObject({ kind: "posted" });
    expect(await expireDue(at())).toEqual({ expired: 1, held: 1 });
    expect(await statuses()).toEqual({ EXPIRED: 1, DEPOSITED: 1 });
    await moved("RELEASE", "release");
    expect(await expireDue(at("2026-11-25"))).toEqual({ expired: 1, held: 0 });
    await expectSound(2);
  });

  test("is neither lost nor doubled where its transaction is killed in the midst", async () => {
    await deposit(...Array.from({ length: 20 }, (_, n) => certificate(n + 1, "2026-01-01")));
    expect(await killBeforeChanging(fresh, "achievement", () => expireDue(at()))).not.toBeNull();
    expect(await events()).toHaveLength(0);
    expect(await expireDue(at())).toEqual({ expired: 20, held: 0 });
    expect(await statuses()).toEqual({ EXPIRED: 20 });
    expect(await events()).toHaveLength(20);
    await expectSound(20);
  });

  test("is neither lost nor doubled where its worker is killed: the next one does the rest", async () => {
    await deposit(...Array.from({ length: 40 }, (_, n) => certificate(n + 1, "2026-01-01")));
    await fresh.db.write(SYSTEM, (tx) => enqueue(tx, "bank.expire", {}));
    const work = () => {
      const child = startNode(["test/support/expiry-child.ts", fresh.url, TODAY]);
      children.push(child);
      return child;
    };
    const first = work();
    expect(await first.line()).toBe("expired 7");
    await first.end("SIGKILL");
    const second = work();
    const left = async () => (await fresh.sql`select 1 from achievement where status = 'DEPOSITED'`).length;
    while ((await left()) > 0) {
      const line = await second.line();
      if (line === null) throw new Error(second.output());
    }
    expect(await statuses()).toEqual({ EXPIRED: 40 });
    expect(await events()).toHaveLength(40);
    await expectSound(40);
  });
});

describe("what runs out soon", () => {
  test("is told of once as each lead begins, also where a day was missed, and never of what is further away", async () => {
    await deposit(
      certificate(1, "2026-12-24"),
      certificate(1, "2026-12-24", "y"),
      certificate(2, "2027-03-01"),
      certificate(3, "2026-11-23"),
    );
    expect(await remindOfExpiry(at())).toBe(1);
    expect(await events()).toEqual([
      { kind: "ACHIEVEMENTS_EXPIRING", facts: { learnerId: learnerId(1), count: 2, until: "2026-12-24" } },
    ]);
    expect(await remindOfExpiry(at())).toBe(0);
    expect(await remindOfExpiry(at("2026-12-10"))).toBe(1);
    expect(await remindOfExpiry(at("2026-12-18"))).toBe(1);
    expect(await remindOfExpiry(at("2026-12-20"))).toBe(0);
  });

  test("is nobody's to tell of where no lead is set", async () => {
    await deposit(certificate(1, "2026-11-25"));
    await fresh.sql`create table kept as select * from reminder_lead`;
    await fresh.sql`delete from reminder_lead`;
    expect(await remindOfExpiry(at())).toBe(0);
    await fresh.sql`insert into reminder_lead select * from kept`;
    await fresh.sql`drop table kept`;
  });
});
