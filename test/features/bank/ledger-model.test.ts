import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../../src/db/client.ts";
import type { Database } from "../../../src/db/transaction.ts";
import type { Id } from "../../../src/domain/id.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import { openLedgerDesk, type LedgerDesk } from "../../../src/features/bank/ledger-desk.ts";
import {
  type PostingCommand,
  prepare,
  prepareCorrection,
  prepareDeposit,
} from "../../../src/features/bank/preparing.ts";
import type { Prepared } from "../../../src/features/bank/settling.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { Model, registrationOf, type Step, steps } from "./ledger-model.ts";
import { unbalanced, unsound } from "./ledger-proof.ts";
import { courseDeposit, idOf, LI, learnerId, SCHOOL, WANG } from "./school.ts";

let fresh: FreshDatabase;
let pools: readonly [Database, Database];
let desks: readonly [LedgerDesk, LedgerDesk];
beforeAll(async () => {
  fresh = await freshDatabase();
  const open = () => openDatabase(fresh.url, { role: "guantong_writer", max: 2 });
  pools = [open(), open()];
  desks = [openLedgerDesk([pools[0]]), openLedgerDesk([pools[1]])];
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await fresh.drop();
});

/** The n-th second of the ledger, and the day it is effective. */
const secondOf = (n: number): string => new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();
const dayOf = (n: number): string => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);

let learners = 0;

/** One learner's script on its way through the real ledger, each step under the name of its place. */
class Bank {
  readonly number = (learners += 1);
  readonly learnerId = learnerId(this.number);
  readonly #desk: LedgerDesk;
  readonly #sent = new Map<string, Prepared>();

  constructor(desk: LedgerDesk) {
    this.#desk = desk;
  }

  idOf(name: string): Id {
    return idOf(`${this.number}/${name}`);
  }

  /**
   * Asks for a step as the model stands before it.
   * @returns what became of it, or the code of the problem; null where the step names what is not there
   */
  async ask(name: string, n: number, step: Step, model: Model): Promise<string | null> {
    const earlier = "step" in step ? model.accepted[step.step] : undefined;
    const sent = earlier === undefined ? undefined : this.#sent.get(earlier.name);
    if (step.do === "replay" || step.do === "forge") {
      if (sent === undefined) return null;
      const forged = { ...sent, contentHash: `${sent.contentHash} forged` };
      return this.#submit(name, step.do === "replay" ? sent : forged);
    }
    const prepared = this.#prepared(name, n, step, model);
    return prepared === null ? null : this.#submit(name, prepared);
  }

  async #submit(name: string, prepared: Prepared): Promise<string> {
    const answer = await this.#desk.submit(prepared);
    if (isProblem(answer)) return answer.code;
    this.#sent.set(name, prepared);
    return answer.kind;
  }

  #prepared(name: string, n: number, step: Step, model: Model): Prepared | null {
    if (step.do === "deposit" || step.do === "correct") {
      const change = { credits: step.credits, idempotencyKey: name, completedOn: dayOf(n) };
      const deposit = { ...courseDeposit(this.number, change), achievementId: this.idOf(name) };
      const people = { recordedBy: WANG.accountId ?? "", confirmedBy: LI.accountId ?? "", batchId: null };
      const actors = { ...people, postedAt: secondOf(n), reason: "成绩更正" };
      if (step.do === "deposit") return prepareDeposit(deposit, actors);
      const earlier = model.accepted[step.step];
      return earlier === undefined ? null : prepareCorrection(this.idOf(earlier.name), deposit, actors);
    }
    const command = this.#command(step, model);
    if (command === null) return null;
    const acting = { institutionId: SCHOOL, homeInstitutionId: SCHOOL, actorId: LI.accountId ?? "", reason: "why" };
    const when = { effectiveOn: dayOf(n), postedAt: secondOf(n) };
    return prepare({
      learnerId: this.learnerId,
      transactionId: this.idOf(name),
      idempotencyKey: name,
      command,
      ...acting,
      ...when,
    });
  }

  #command(step: Step, model: Model): PostingCommand | null {
    if (step.do === "reverse") {
      const earlier = model.accepted[step.step];
      return earlier === undefined ? null : { kind: "REVERSE", reverses: this.idOf(earlier.name) };
    }
    if (!("of" in step)) return null;
    const fact = model.facts[step.of];
    if (fact === undefined) return null;
    const source = { achievementId: this.idOf(fact.name), unit: "SECONDARY" as const, credits: fact.credits };
    if (step.do === "expire" || step.do === "revoke")
      return { kind: step.do === "expire" ? "EXPIRE" : "REVOKE", ...source };
    const { application = 0 } = step;
    const towards = {
      applicationId: this.idOf(`application ${application}`),
      registrationId: this.idOf(`registration ${registrationOf(application)}`),
      sources: [source],
    };
    if (step.do === "hold" || step.do === "release")
      return { kind: step.do === "hold" ? "HOLD" : "RELEASE", ...towards };
    const lines = [{ line: 1, unit: "ASSOCIATE" as const, credits: fact.credits }];
    return { kind: "RECOGNISE", ...towards, decisionId: idOf("decision"), lines };
  }

  /** What lies in the accounts of each kind. */
  async totals(): Promise<Readonly<Record<string, number>>> {
    const rows = await fresh.sql<{ kind: string; sum: number }[]>`
      select kind, sum(balance)::int as sum from ledger_account where learner_id = ${this.learnerId} group by kind`;
    const found = new Map(rows.map(({ kind, sum }) => [kind, sum]));
    return Object.fromEntries(
      ["BANKED", "EXPIRED", "REVOKED", "HELD", "USED"].map((kind) => [kind, found.get(kind) ?? 0]),
    );
  }

  /** What was banked by the n-th second, and by the n-th day. */
  async bankedBy(n: number): Promise<readonly number[]> {
    const [row] = await fresh.sql<{ posted: number; effective: number }[]>`
      select coalesce(sum(change) filter (where t.posted_at <= ${secondOf(n)}), 0)::int as posted,
        coalesce(sum(change) filter (where t.effective_on <= ${dayOf(n)}), 0)::int as effective
      from ledger_transaction t join ledger_movement m on m.learner_id = t.learner_id and m.transaction_id = t.id,
        lateral (values (case when m.credit_kind = 'BANKED' then m.amount when m.debit_kind = 'BANKED' then -m.amount else 0 end))
          as v (change)
      where t.learner_id = ${this.learnerId}`;
    return [row?.posted ?? 0, row?.effective ?? 0];
  }

  async transactions(): Promise<number> {
    const [row] = await fresh.sql<{ n: number }[]>`
      select count(*)::int as n from ledger_transaction where learner_id = ${this.learnerId}`;
    return row?.n ?? 0;
  }
}

/** Scripts that are tried; many more by `npm run test:deep`. */
const RUNS = process.env["MODE"] === "deep" ? 200 : 12;

describe("whatever is asked of a learner's ledger in whatever order", () => {
  test("it is granted and refused as a plain model of the rules says, and every account stands where the model has it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 18 }), async (script) => {
        const [bank, model] = [new Bank(desks[0]), new Model()];
        const banked: number[] = [];
        for (const [n, step] of script.entries()) {
          const name = `step ${n}`;
          const before = model.accepted.length;
          const answer = await bank.ask(name, n, step, model);
          const granted = model.take(name, step);
          if (answer === null) expect(granted).toBe(false);
          else if (step.do === "replay") expect(answer).toBe("again");
          else if (step.do === "forge") expect(answer).toBe("IDEMPOTENCY_MISMATCH");
          else expect([step, answer === "posted"]).toEqual([step, granted]);
          expect(model.accepted.length - before).toBe(answer === "posted" ? 1 : 0);
          banked.push(model.totals()["BANKED"] ?? 0);
        }
        expect(await bank.totals()).toEqual(model.totals());
        expect(await bank.transactions()).toBe(model.accepted.length);
        // what was true at a moment stays true of it, whatever came later
        for (const n of script.keys()) expect(await bank.bankedBy(n)).toEqual([banked[n], banked[n]]);
      }),
      { numRuns: RUNS },
    );
    expect([await unsound(fresh.sql), await unbalanced(fresh.sql)]).toEqual([[], []]);
  });
});

test("many callers at two desks on the same learners leave sums at zero, versions without gaps, and holds within what is banked", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(steps, { minLength: 4, maxLength: 8 }), { minLength: 6, maxLength: 6 }),
      async (scripts) => {
        const shared = [new Bank(desks[0]), new Bank(desks[1])] as const;
        Object.defineProperty(shared[1], "number", { value: shared[0].number });
        Object.defineProperty(shared[1], "learnerId", { value: shared[0].learnerId });
        const model = new Model();
        for (const n of [0, 1, 2, 3]) {
          const step = { do: "deposit", credits: 200 } as const;
          await shared[0].ask(`base ${n}`, 0, step, model);
          model.take(`base ${n}`, step);
        }
        // every caller names what the model knew at the start; what they do to it meanwhile is what they race for
        await Promise.all(
          scripts.map(async (script, caller) => {
            const bank = shared[caller % 2] as Bank;
            for (const [n, step] of script.entries()) await bank.ask(`caller ${caller} step ${n}`, n, step, model);
          }),
        );
        const wrong = await fresh.sql`
        with position as (
          select m.achievement_id, s.kind, s.ref, sum(s.change) as credits from ledger_movement m
          cross join lateral (values (m.credit_kind, m.credit_ref, m.amount), (m.debit_kind, m.debit_ref, -m.amount))
            as s (kind, ref, change)
          where m.learner_id = ${shared[0].learnerId} and m.achievement_id is not null group by 1, 2, 3)
        select * from position where credits < 0 and kind not in ('ISSUED', 'CLAIM') or credits > 0 and kind = 'CLAIM'`;
        expect(wrong).toEqual([]);
      },
    ),
    { numRuns: Math.ceil(RUNS / 3) },
  );
  expect([await unsound(fresh.sql), await unbalanced(fresh.sql)]).toEqual([[], []]);
});
