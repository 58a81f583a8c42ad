import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { buildSchema } from "../../src/api/schema.ts";
import { authorise, authoriseList } from "../../src/auth/policy.ts";
import { ANONYMOUS } from "../../src/auth/viewer.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { ACTORS, type Actor, arrangeWorld, PERSONAL, QUERIES, type World } from "./matrix.ts";
import { askAs, fieldsOf, foundAt, isObject, variablesOf } from "./matrix-asking.ts";

// The service layer lets everyone do everything here: what is still hidden, the database hides.
vi.mock(import("../../src/auth/policy.ts"), async (original) => ({
  ...(await original()),
  authorise: () => null,
  authoriseList: () => "any" as const,
  scopeOf: () => "any" as const,
}));

const actors = Object.keys(ACTORS) as Actor[];
const schema = buildSchema();
let fresh: FreshDatabase;
let api: TestApi;
let world: World;

beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db);
  world = await arrangeWorld(fresh.sql, api);
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

test("the service's own checks are off", () => {
  expect(authorise(ANONYMOUS, "batch.confirm", {})).toBeNull();
  expect(authoriseList(ANONYMOUS, "learner.read")).toBe("any");
});

describe.each(actors)("%s", (actor) => {
  test.each(Object.entries(QUERIES))("learns nothing by asking for %s", async (_, door) => {
    if (door.reached.includes(actor) || door.own?.includes(actor) === true) return;
    const answer = await askAs(api, actor, door.ask, variablesOf(door.ask, world));
    expect(foundAt(answer.data, door.rows ?? door.path)).toEqual([]);
  });

  test.each(Object.entries(PERSONAL))("learns nothing of any field of %s", async (name, way) => {
    const type = schema.getType(name);
    if (way.reached.includes(actor) || !isObject(type)) return;
    const learnt: string[] = [];
    for (const field of fieldsOf(type, schema)) {
      if (way.made !== undefined && !way.made.includes(field.name)) continue;
      const document = way.ask.replace("FIELDS", field.selection);
      const answer = await askAs(api, actor, document, variablesOf(document, world));
      const path = way.made === undefined ? way.path : [...way.path, field.name];
      if (foundAt(answer.data, path).length > 0) learnt.push(field.name);
    }
    expect(learnt).toEqual([]);
  });
});
