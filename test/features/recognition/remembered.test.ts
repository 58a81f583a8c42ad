import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import type { Tx } from "../../../src/db/transaction.ts";
import { rulesOf } from "../../../src/features/recognition/remembered.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

let fresh: FreshDatabase;
let sets: readonly string[];
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  sets = (await fresh.sql<{ id: string }[]>`select id from rule_set order by id`).map(({ id }) => id);
});
afterAll(() => fresh.drop());

/** The rules of all sets, and how many statements it took. */
async function read(ids = sets) {
  let statements = 0;
  const rules = await fresh.db.write(SYSTEM, (tx) => {
    const counting: Tx = {
      ...tx,
      run: (statement) => {
        statements += 1;
        return tx.run(statement);
      },
    };
    return rulesOf(counting, ids);
  });
  return { rules, statements };
}
const ids = ({ rules }: Awaited<ReturnType<typeof read>>) => rules.map(({ id }) => id).toSorted();

describe("remembered rules", () => {
  test("are all there are, and are read once", async () => {
    const all = (await fresh.sql<{ id: string }[]>`select id from rule`).map(({ id }) => id).toSorted();
    const first = await read();
    const second = await read();
    expect(ids(first)).toEqual(all);
    expect(second.rules).toEqual(first.rules);
    expect([first.statements, second.statements]).toEqual([2, 1]);
    expect(await read([])).toEqual({ rules: [], statements: 0 });
  });

  test("are read again when one changed, came or went, whoever changed it", async () => {
    const before = await read();
    const [one] = before.rules;
    if (one === undefined) throw new Error("a rule");
    await fresh.sql`update rule set document = jsonb_set(document, '{priority}', '77') where id = ${one.id}`;
    const changed = await read();
    expect(changed.rules.find(({ id }) => id === one.id)?.document.priority).toBe(77);
    await fresh.sql`delete from rule where id = ${one.id}`;
    expect(ids(await read())).toEqual(ids(before).filter((id) => id !== one.id));
    const row = { ruleSetId: one.ruleSetId, id: one.id, key: "back", version: 1 };
    await fresh.sql`insert into rule ${fresh.sql({ ...row, document: fresh.sql.json(one.document as never) })}`;
    expect(ids(await read())).toEqual(ids(before));
  });

  test("that a transaction changed and gave up are not remembered", async () => {
    const before = await read();
    const [one] = before.rules;
    if (one === undefined) throw new Error("a rule");
    await fresh.sql
      .begin(async (sql) => {
        await sql`update rule set document = jsonb_set(document, '{priority}', '5') where id = ${one.id}`;
        throw new Error("given up");
      })
      .catch(() => undefined);
    expect((await read()).rules).toEqual(before.rules);
  });
});
