import { expect, test } from "vitest";
import { encodeId } from "../../src/api/node-id.ts";
import { openApi } from "../support/api.ts";
import { freshDatabase } from "../support/database.ts";

const ROUNDS = 600;
const STRANGER = "11111111-1111-4111-8111-111111111111";

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The same by the clock: asked in turn, so that whatever else the machine does falls on both alike. */
test("a learner of another school takes as long as one who is not there", { timeout: 300_000 }, async () => {
  const fresh = await freshDatabase({ demo: true });
  const api = await openApi(fresh.db);
  const [row] = await fresh.sql<{ id: string }[]>`select l.id from learner l
    join institution i on i.id = l.home_institution_id where i.key = 'qgsf' limit 1`;
  const ids = { foreign: encodeId("Learner", row?.id ?? ""), nobodys: encodeId("Learner", STRANGER) };
  const took: Record<keyof typeof ids, number[]> = { foreign: [], nobodys: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const whose of round % 2 === 0 ? (["foreign", "nobodys"] as const) : (["nobodys", "foreign"] as const)) {
      const began = performance.now();
      await api.ask("query ($id: ID!) { learner(id: $id) { id name } }", { id: ids[whose] }, { as: "registrar.btvtc" });
      // the first ones warm up
      if (round >= 100) took[whose].push(performance.now() - began);
    }
  }
  const ratio = median(took.foreign) / median(took.nobodys);
  expect(ratio).toBeGreaterThan(0.9);
  expect(ratio).toBeLessThan(1.1);
  await api.close();
  await fresh.drop();
});
