import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ANONYMOUS } from "../../src/auth/viewer.ts";
import { authorise, authoriseWithin, may } from "../../src/auth/policy.ts";
import { openDatabase } from "../../src/db/client.ts";
import type { Database } from "../../src/db/transaction.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { type Actor, arrangeWorld, MUTATIONS, type World } from "./matrix.ts";
import { askAs, codesOf, contentsOf } from "./matrix-asking.ts";

// The service layer lets everyone do everything here: what still does not happen, the database does not let happen.
vi.mock(import("../../src/auth/policy.ts"), async (original) => ({
  ...(await original()),
  authorise: () => null,
  authoriseList: () => "any" as const,
  authoriseWithin: () => null,
  may: () => true,
  scopeOf: () => "any" as const,
}));

let fresh: FreshDatabase;
let writer: Database;
let api: TestApi;
let world: World;

beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  writer = openDatabase(fresh.url, { role: "guantong_writer", max: 2 });
  api = await openApi(fresh.db, { writer });
  world = await arrangeWorld(fresh.sql, api);
});
afterAll(async () => {
  await Promise.all([api.close(), writer.end()]);
  await fresh.drop();
});

test("the service's own checks are off", () => {
  expect(authorise(ANONYMOUS, "batch.confirm", {})).toBeNull();
  expect(authoriseWithin(ANONYMOUS, "account.revoke", {})).toBeNull();
  expect(may(ANONYMOUS, "file.add", {})).toBe(true);
});

/** Of the tables, those whose contents are not what they were. */
function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  return [...after].filter(([name, sum]) => before.get(name) !== sum).map(([name]) => name);
}

/** Who has nothing to do with 白一凡, their school, or the course they take. */
const FAR: readonly Actor[] = [
  "nobody",
  "schoolmate",
  "student elsewhere",
  "guardian of another",
  "reviewer elsewhere",
  "registrar elsewhere",
  "teacher elsewhere",
  "mentor of another",
  "planner",
  "signatory",
  "bureau",
  "auditor",
];

/** What answers with a success that holds nothing of anybody's but the one who asks. */
const EMPTY: Readonly<Record<string, string>> = {
  findLearnerByNumber: "nothing is found among the rows that the asker sees",
  findLearnerByRegistryNumber: "nothing is found among the rows that the asker sees",
  openAccounts: "no codes: of the class nobody is seen",
  remindOfOpenActs: "of a class nobody is seen, and nobody reminded",
  remindClass: "of a class nobody is seen, and nobody reminded",
  exportMyData: "the account of the one who asks",
};

/*
 * Those who do have to do with 白一凡 are not tried here: they see rows of theirs, and what they may do with them is the
 * service's to say. Of takeBackAchievement, the steps of an application, openPublicNotice, remindClass and
 * dropSeat the writer's role does the writing, for whoever sees the row that it begins with. The endings and reveals
 * (endPlacement, revealIdNumber, revealRegistryNumber, openAccounts) are let by the rows that a person or school has.
 */
describe.each(Object.entries(MUTATIONS))("%s", (name, act) => {
  test("changes nothing for a stranger, and tells them nothing, by the database alone", async () => {
    const told: string[] = [];
    const before = await contentsOf(fresh.sql);
    for (const actor of FAR.filter((each) => !act.granted.includes(each))) {
      const answer = await askAs(api, actor, act.ask, act.variables(world));
      if (codesOf(answer).length === 0 && !(name in EMPTY)) told.push(`${actor}: ${JSON.stringify(answer)}`);
    }
    expect(told).toEqual([]);
    expect(changed(before, await contentsOf(fresh.sql))).toEqual([]);
  });
});
