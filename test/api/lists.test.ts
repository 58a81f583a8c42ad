import {
  type GraphQLFieldMap,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isScalarType,
  type GraphQLOutputType,
} from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildSchema } from "../../src/api/schema.ts";
import { SYSTEM } from "../../src/auth/viewer.ts";
import type { Id } from "../../src/domain/id.ts";
import { writeDocuments, writeRegistryNumbers } from "../../src/features/registry/service.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { ACTORS, type Actor, arrangeWorld, type World } from "./matrix.ts";
import { askAs, variablesOf } from "./matrix-asking.ts";
import { OF_NOBODY, OUTSIDE_LISTS, PERSONAL } from "./personal-fields.ts";

const schema = buildSchema();
/** Amounts and answers of yes and no; every other scalar is a text, a day or an id. */
const FIGURES = new Set(["Int", "Float", "Boolean", "Credits", "Hours"]);

const bare = (type: GraphQLOutputType): GraphQLOutputType => (isNonNullType(type) ? bare(type.ofType) : type);
const objectsOf = (type: GraphQLNamedType) =>
  isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];

/** The texts, days and ids that can stand in a list, as `Type.field`: whatever a list leads to, however far. */
function fieldsInLists(): readonly string[] {
  const within = new Map<string, boolean>();
  function visit(type: GraphQLOutputType, isListed: boolean): void {
    for (const each of objectsOf(getNamedType(type))) {
      const before = within.get(each.name);
      if (before === true || before === isListed) continue;
      within.set(each.name, isListed);
      for (const field of Object.values(each.getFields())) visit(field.type, isListed || isListType(bare(field.type)));
    }
  }
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
    if (root) visit(root, false);
  return [...within].flatMap(([name, isListed]) => (isListed ? textsOf(name) : [])).sort();
}

const fieldsOf = (name: string): string[] => {
  const type = schema.getType(name);
  return isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${name}.${field}`) : [];
};

function textsOf(name: string): string[] {
  const type = schema.getType(name);
  const fields: GraphQLFieldMap<unknown, unknown> = isObjectType(type) ? type.getFields() : {};
  return Object.values(fields)
    .filter(({ type: of }) => isScalarType(getNamedType(of)) && !FIGURES.has(getNamedType(of).name))
    .map((field) => `${name}.${field.name}`);
}

const stated = new Map([
  ...Object.keys(PERSONAL).map((field) => [field, "personal"] as const),
  ...Object.entries(OF_NOBODY).flatMap(([type, fields]) =>
    fields.split(" ").map((field) => [`${type}.${field}`, "of nobody"] as const),
  ),
]);

describe("what can stand in a list", () => {
  test("every text, day and id says whether it tells of a person", () => {
    const fields = fieldsInLists();
    expect(fields.filter((field) => !stated.has(field))).toEqual([]);
    expect([...stated.keys()].filter((field) => !fields.includes(field))).toEqual([]);
    expect(stated.size).toBe(Object.keys(PERSONAL).length + Object.values(OF_NOBODY).join(" ").split(" ").length);
  });

  test("no field anywhere answers with a birth date, and none in a list with a whole number of a document", () => {
    const types = Object.keys(schema.getTypeMap());
    const all = types.flatMap((name) => fieldsOf(name));
    expect(all.length).toBeGreaterThan(500);
    expect(all.filter((field) => /birth|born|\.dob|\.age$/i.test(field))).toEqual([]);
    const whole = types
      .flatMap(textsOf)
      .filter((field) => /(id|identity|registry|document|paper)_?(number|no)$|^Reveal.*number$/i.test(field));
    expect(whole.sort()).toEqual(["RevealIdNumberSuccess.number", "RevealRegistryNumberSuccess.number"]);
    expect(fieldsInLists().filter((field) => whole.includes(field))).toEqual([]);
  });
});

/** Fields to ask for; null is a leaf. */
type Tree = Map<string, Tree | null>;

/**
 * The ways from a root field to the personal fields behind it. A field that leads on is followed once, from where it is
 * met first.
 */
function waysFrom(root: string): Tree {
  const tree: Tree = new Map();
  const followed = new Set<string>();
  const field = schema.getQueryType()?.getFields()[root];
  let level = field === undefined ? [] : [{ type: field.type, at: tree }];
  for (let depth = 0; depth < DEPTH; depth += 1) {
    level = level.flatMap(({ type, at }) => {
      const named = getNamedType(type);
      return objectsOf(named).flatMap((object) =>
        follow(object, isAbstractType(named) ? branch(at, `... on ${object.name}`) : at, followed),
      );
    });
  }
  return tree;
}
/** Further than this from its root no query of good will goes. */
const DEPTH = 6;

function follow(object: GraphQLObjectType, at: Tree, followed: Set<string>) {
  return Object.values(object.getFields()).flatMap(({ name, args, type }) => {
    const key = `${object.name}.${name}`;
    if (key in PERSONAL || OUTSIDE_LISTS.has(key)) at.set(name, null);
    if (
      followed.has(key) ||
      objectsOf(getNamedType(type)).length === 0 ||
      args.some((each) => isRequiredArgument(each))
    )
      return [];
    followed.add(key);
    return [{ type, at: branch(at, name) }];
  });
}

function branch(tree: Tree, name: string): Tree {
  const found = tree.get(name) ?? new Map<string, Tree | null>();
  tree.set(name, found);
  return found;
}

/** A tree as a selection, without the ways that led to nothing. */
function written(tree: Tree): string {
  const parts = [...tree].flatMap(([name, inner]) => {
    const selection = inner === null ? "" : written(inner);
    return inner === null || selection !== "" ? [`${name} ${selection}`] : [];
  });
  return parts.length === 0 ? "" : `{ ${parts.join(" ")} }`;
}
/** Each way of a tree as a selection of its own. */
const apart = (tree: Tree): string[] =>
  [...tree].flatMap(([name, inner]) =>
    inner === null ? [`{ ${name} }`] : apart(inner).map((selection) => `{ ${name} ${selection} }`),
  );

const queries = Object.values(schema.getQueryType()?.getFields() ?? {});
/** What a root field that names one thing is asked about: 白一凡, a plan, a section. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  learnerId: "$learner",
  programId: "$programme",
};
const ONE: Readonly<Record<string, string>> = {
  learner: "$learner",
  node: "$learner",
  depositBatch: "$batch",
  section: "$section",
};

interface Asking {
  readonly name: string;
  readonly all: string;
  readonly apart: readonly string[];
}

/** A root field asked for everything personal behind it, at once and apart; null where there is nothing. */
function askingOf({ name, args }: (typeof queries)[number]): Asking | null {
  const given = args.flatMap((each) => {
    if (each.name === "first") return ["first: 100"];
    const value = each.name === "id" ? ONE[name] : ARGUMENTS[each.name];
    return isRequiredArgument(each) && value !== undefined ? [`${each.name}: ${value}`] : [];
  });
  const ways = waysFrom(name);
  const lacks =
    args.filter((each) => isRequiredArgument(each)).length > given.filter((text) => text.includes("$")).length;
  if (written(ways) === "" || lacks) return null;
  const variables = (given.join(" ").match(/\$\w+/g) ?? []).map((each) => `${each}: ID!`);
  const document = (selection: string) => `query ${variables.length === 0 ? "" : `(${variables.join(", ")})`} {
    ${name} ${given.length === 0 ? "" : `(${given.join(", ")})`} ${selection} }`;
  return { name, all: document(written(ways)), apart: apart(ways).map(document) };
}

/** Names, days and numbers that are found nowhere by chance. */
const NAMED = /测名\d{4}/g;
/** Which actor was told a name by which root field. */
const told = new Set<string>();
/** Lists that hold somebody's name for whoever has to do with them. */
const SURELY_TOLD = [
  "registrar learners",
  "registrar achievements",
  "registrar placements",
  "confirmer erasureRequests",
  "class teacher learners",
  "reviewer learners",
  "mentor placements",
  "host registrar sections",
  "host teacher sections",
  "registrar elsewhere sharedRecord",
  "self mySeats",
];

let fresh: FreshDatabase;
let api: TestApi;
let world: World;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db, { writer: fresh.writer });
  await fresh.sql`update learner l set name = n.name
    from (select id, '测名' || lpad((row_number() over (order by id))::text, 4, '0') as name from learner) n where n.id = l.id`;
  await fresh.sql`update seat s set learner_name = l.name from learner l where l.id = s.learner_id`;
  await fresh.sql`update account a set display_name = l.name
    from capacity c join learner l on l.id = c.learner_id where c.account_id = a.id and c.role = 'STUDENT'`;
  world = await arrangeWorld(fresh.sql, api);
  await putOnPaper();
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

/** Gives every learner a birth date in 2099 and two numbers that nobody else has. */
async function putOnPaper(): Promise<void> {
  const learners = await fresh.sql<{ id: Id; home: Id }[]>`
    select id, home_institution_id as home from learner where home_institution_id is not null order by id`;
  const numbered = learners.map((row, at) => ({ ...row, at }));
  for (const school of new Set(learners.map(({ home }) => home))) {
    const rows = numbered.filter(({ home }) => home === school);
    const number = (kind: string, at: number) => `${kind}99${String(at).padStart(5, "0")}`;
    const birthOn = (at: number) => `2099-0${1 + (at % 9)}-${String(1 + (at % 28)).padStart(2, "0")}`;
    await fresh.db.write(SYSTEM, async (tx) => {
      const paper = ({ at }: { readonly at: number }) =>
        ({ kind: "PASSPORT", number: number("E", at), birthOn: birthOn(at) }) as const;
      await writeDocuments(tx, api.keys, school, new Map(rows.map((row) => [row.id, paper(row)])), "2026-11-26");
      await writeRegistryNumbers(tx, api.keys, school, new Map(rows.map(({ id, at }) => [id, number("G", at)])));
    });
  }
}

/** The names of the learners an actor has to do with, by what is in the database and not by what the service says. */
async function reachOf(actor: Actor): Promise<ReadonlySet<string>> {
  const login = ACTORS[actor];
  const rows = await fresh.sql<{ name: string }[]>`
    with mine as (select c.* from capacity c join account a on a.id = c.account_id
      where a.login = ${login} and c.delegated_by is null)
    select l.name from learner l where exists (select 1 from mine c where l.id = c.learner_id
      or (c.role in ('REGISTRAR', 'REGISTRAR_CONFIRMER') and (l.home_institution_id = c.institution_id
        or exists (select 1 from seat s where s.learner_id = l.id and s.host_institution_id = c.institution_id)))
      or (c.role in ('REGISTRAR', 'DEPARTMENT_REVIEWER') and exists (select 1 from sharing_consent s
        where s.learner_id = l.id and s.institution_id = c.institution_id and s.revoked_at is null))
      or (c.role = 'DEPARTMENT_REVIEWER' and l.home_department_id = c.department_id)
      or (c.role = 'CLASS_TEACHER' and exists (select 1 from registration r where r.learner_id = l.id and r.class_id = c.class_id))
      or (c.role = 'HOST_TEACHER' and exists (select 1 from seat s join section n on n.id = s.section_id
        where s.learner_id = l.id and n.teacher_account_id = c.account_id))
      or (c.role = 'ENTERPRISE_MENTOR' and exists (select 1 from placement p
        where p.learner_id = l.id and p.mentor_account_id = c.account_id)))`;
  return new Set(rows.map(({ name }) => name));
}

describe("what a list tells", () => {
  const askings = queries.map(askingOf).filter((each) => each !== null);

  /** All that an actor is told of persons, root field by root field. What is refused at once is asked for apart. */
  async function* answersTo(actor: Actor) {
    for (const asking of askings) {
      const whole = await askAs(api, actor, asking.all, variablesOf(asking.all, world));
      let text = JSON.stringify(whole);
      if (whole.errors.length > 0)
        for (const document of asking.apart)
          text += JSON.stringify(await askAs(api, actor, document, variablesOf(document, world)));
      expect(text, asking.name).not.toMatch(/"(INTERNAL|GRAPHQL_VALIDATION_FAILED|QUERY_TOO_\w+)"/);
      yield { name: asking.name, text };
    }
  }

  test.each(Object.keys(ACTORS) as Actor[])(
    "%s is told no name of a learner they have nothing to do with",
    async (actor) => {
      const reach = await reachOf(actor);
      const wrong: string[] = [];
      for await (const { name, text } of answersTo(actor)) {
        if (name !== "demoLogins") {
          const names = [...new Set(text.match(NAMED))];
          wrong.push(...names.filter((each) => !reach.has(each)).map((each) => `${name} ${each}`));
          if (names.length > 0) told.add(`${actor} ${name}`);
        }
        // no birth date in whatever shape, and no whole number of a document
        wrong.push(...(text.match(/2099-?0[0-9]-?\d\d|[EG]99\d{5}/g) ?? []).map((each) => `${name} ${each}`));
      }
      expect(wrong).toEqual([]);
    },
  );

  test("whoever has to do with a learner is told the name", () => {
    expect(SURELY_TOLD.filter((each) => !told.has(each))).toEqual([]);
  });

  test("to everybody: a name that is masked, where its school has not said otherwise", async () => {
    const { data } = await api.ask("{ alliances { agreements { parties { signatory } } } }");
    const names = [...new Set(JSON.stringify(data).match(/"signatory":"[^"]+"/g))];
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((each) => !each.includes("*"))).toEqual([]);
  });
});
