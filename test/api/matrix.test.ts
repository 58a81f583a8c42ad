import type { GraphQLObjectType } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildSchema } from "../../src/api/schema.ts";
import { openDatabase } from "../../src/db/client.ts";
import type { Database } from "../../src/db/transaction.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import {
  ACTORS,
  type Actor,
  arrangeWorld,
  MUTATIONS,
  OPEN_MUTATIONS,
  PARTS,
  PERSONAL,
  PUBLISHED_QUERIES,
  PUBLISHED_TYPES,
  QUERIES,
  type World,
} from "./matrix.ts";
import { askAs, codesOf, contentsOf, fieldsOf, foundAt, isObject, variablesOf } from "./matrix-asking.ts";

const actors = Object.keys(ACTORS) as Actor[];
const schema = buildSchema();
const rootFields = (root: GraphQLObjectType | null | undefined): string[] => Object.keys(root?.getFields() ?? {});

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

describe("nothing is left out", () => {
  test("every query is published, or says whom it is for", () => {
    const stated = new Set([...PUBLISHED_QUERIES, ...Object.keys(QUERIES)]);
    expect(rootFields(schema.getQueryType()).filter((name) => !stated.has(name))).toEqual([]);
  });

  test("every mutation says who succeeds", () => {
    const stated = new Set([...OPEN_MUTATIONS, ...Object.keys(MUTATIONS)]);
    expect(rootFields(schema.getMutationType()).filter((name) => !stated.has(name))).toEqual([]);
  });

  test("every type is published, personal, or a part of one", () => {
    const wrapped = /(Connection|Edge|Success|Problem)$|^(Query|Mutation|Subscription)$|^__/;
    const names = Object.values(schema.getTypeMap())
      .filter((type) => isObject(type) && !wrapped.test(type.name))
      .map(({ name }) => name);
    const stated = new Set([...PUBLISHED_TYPES, ...PARTS, ...Object.keys(PERSONAL)]);
    expect(names.filter((name) => !stated.has(name))).toEqual([]);
    expect([...stated].filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe.each(actors)("%s", (actor) => {
  test.each(Object.entries(QUERIES))("asks for %s", async (_, door) => {
    const answer = await askAs(api, actor, door.ask, variablesOf(door.ask, world));
    const reached = foundAt(answer.data, door.path).length > 0;
    expect({ reached, codes: reached ? codesOf(answer) : [] }).toEqual({
      reached: door.reached.includes(actor),
      codes: [],
    });
    expect(codesOf(answer).filter((code) => code === "INTERNAL" || code === "UNCODED")).toEqual([]);
  });

  test.each(Object.entries(PERSONAL))("asks for each field of %s", async (name, way) => {
    const type = schema.getType(name);
    if (!isObject(type)) throw new Error(`${name} is no type`);
    const wrong: string[] = [];
    for (const field of fieldsOf(type, schema)) {
      const document = way.ask.replace("FIELDS", field.selection);
      const answer = await askAs(api, actor, document, variablesOf(document, world));
      const may = (way.narrower?.[field.name] ?? way.reached).includes(actor);
      const codes = codesOf(answer);
      // a field that is refused takes its object along, or is null beside its error
      const reached = foundAt(answer.data, way.path).length > 0 && codes.length === 0;
      if (reached !== may || codes.includes("INTERNAL")) wrong.push(`${field.name}: ${reached} ${codes.join(" ")}`);
    }
    expect(wrong).toEqual([]);
  });
});

/** What fails for everyone alike, and so keeps nobody out. */
const NO_REFUSALS: ReadonlySet<string> = new Set([
  "INTERNAL",
  "UNCODED",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
]);

describe.each(Object.entries(MUTATIONS))("%s", (_, act) => {
  const strangers = actors.filter((actor) => !act.granted.includes(actor));

  test("is refused with a code to whom it is not for, and nothing changes", async () => {
    const before = await contentsOf(fresh.sql);
    const through: string[] = [];
    for (const actor of strangers) {
      const answer = await askAs(api, actor, act.ask, act.variables(world));
      const codes = codesOf(answer);
      const refused = codes.length > 0 && codes.every((code) => !NO_REFUSALS.has(code));
      if (!refused) through.push(`${actor}: ${JSON.stringify(answer).slice(0, 300)}`);
    }
    expect(through).toEqual([]);
    expect(await contentsOf(fresh.sql)).toEqual(before);
  });

  test("is done by whom it is for", async () => {
    for (const actor of act.granted) {
      const answer = await askAs(api, actor, act.ask, act.variables(world));
      const left = codesOf(answer).filter((code) => !(act.otherwise ?? []).includes(code));
      expect(left, actor).toEqual([]);
    }
  });
});
