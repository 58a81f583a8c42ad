import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../src/api/node-id.ts";
import type { Database, Sql } from "../../src/db/transaction.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

/**
 * Whether an id is anyone's at all must not show in what is answered, nor in the work it takes: a caller could measure
 * either. Work is counted in statements, by name and order, which a clock on a busy machine could not tell so surely.
 */
let fresh: FreshDatabase;
let api: TestApi;
const statements: string[] = [];

/** The database, with every statement noted by what it begins with. */
function noted(db: Database): Database {
  const watch =
    <T>(statement: (sql: Sql) => PromiseLike<T>) =>
    (sql: Sql): PromiseLike<T> => {
      const told = new Proxy(sql, {
        apply(target, self, args: [TemplateStringsArray, ...unknown[]]) {
          const [text] = args;
          if (Array.isArray(text) && "raw" in text) statements.push(text.join("?").replace(/\s+/g, " ").slice(0, 80));
          return Reflect.apply(target, self, args) as unknown;
        },
      });
      return statement(told);
    };
  return {
    ...db,
    read(viewer) {
      const tx = db.read(viewer);
      return { run: (statement) => tx.run(watch(statement)), end: () => tx.end() };
    },
    write: (viewer, act) => db.write(viewer, (tx) => act({ run: (statement) => tx.run(watch(statement)) })),
  };
}

beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(noted(fresh.db));
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

const STRANGER = "11111111-1111-4111-8111-111111111111";

async function idOf(query: Promise<readonly { readonly id: string }[]>): Promise<string> {
  const [row] = await query;
  if (row === undefined) throw new Error("the demonstration has none");
  return row.id;
}

/** What a caller gets, and what it took. */
async function looked(as: string, query: string, id: string) {
  await api.ask("{ viewer { id } }", {}, { as });
  statements.length = 0;
  const { status, data, errors } = await api.ask(query, { id }, { as });
  const said = JSON.stringify({ data, errors }).replaceAll(id, "ID");
  return { status, said, bytes: said.length, statements: [...statements] };
}

const LOOKS = [
  ["student.wang", "query ($id: ID!) { learner(id: $id) { id name } }"],
  ["student.wang", "query ($id: ID!) { node(id: $id) { id __typename } }"],
  ["registrar.btvtc", "query ($id: ID!) { learner(id: $id) { id name achievements { edges { cursor } } } }"],
  ["registrar.btvtc", "query ($id: ID!) { node(id: $id) { id __typename } }"],
  ["teacher.btvtc", "query ($id: ID!) { learner(id: $id) { id name } }"],
  ["admin", "query ($id: ID!) { node(id: $id) { id __typename } }"],
] as const;

describe("a learner of another school", () => {
  let foreign: string;
  beforeAll(async () => {
    foreign = await idOf(
      fresh.sql<{ id: string }[]>`select l.id from learner l join institution i on i.id = l.home_institution_id
        where i.key = 'qgsf' order by l.id limit 1`,
    );
  });

  test.each(LOOKS)("looks to %s like one who is not there: %s", async (as, query) => {
    const theirs = await looked(as, query, encodeId("Learner", foreign));
    const nobodys = await looked(as, query, encodeId("Learner", STRANGER));
    expect(theirs.statements.length).toBeGreaterThan(0);
    expect(theirs).toEqual(nobodys);
  });

  test("is refused a check just as one who is not there", async () => {
    const query = `query ($id: ID!) { recognitionCheck(learnerId: $id, programId: "${encodeId("Programme", STRANGER)}") { __typename ... on Problem { code message } } }`;
    for (const as of ["student.wang", "registrar.btvtc", "teacher.btvtc"]) {
      const theirs = await looked(as, query, encodeId("Learner", foreign));
      expect(theirs).toEqual(await looked(as, query, encodeId("Learner", STRANGER)));
    }
  });
});

describe("a batch of another school", () => {
  const ACTS = [
    "mutation ($id: ID!) { confirmBatch(batchId: $id) { __typename ... on Problem { code message } } }",
    "mutation ($id: ID!) { discardBatch(batchId: $id) { __typename ... on Problem { code message } } }",
    "query ($id: ID!) { depositBatch(id: $id) { number } }",
    "query ($id: ID!) { node(id: $id) { __typename } }",
  ];
  let foreign: string;
  beforeAll(async () => {
    const institution = await idOf(fresh.sql<{ id: string }[]>`select id from institution where key = 'qgsf'`);
    const account = await idOf(fresh.sql<{ id: string }[]>`select id from account where login = 'registrar.qgsf'`);
    await fresh.sql`insert into deposit_batch ${fresh.sql({ institutionId: institution, id: STRANGER, number: "Q-1", sourceName: "q.csv", sourceHash: "0".repeat(64), status: "OPEN", rowCount: 0, badRowCount: 0, recordedBy: account, recordedByName: "康老师", recordedAt: "2026-11-01T00:00:00Z" } as never)}`;
    foreign = encodeId("DepositBatch", institution, STRANGER);
  });

  test.each(ACTS)("looks like one that is not there: %s", async (query) => {
    const theirs = await looked("registrar.btvtc", query, foreign);
    const [, institution = ""] = Buffer.from(foreign, "base64url").toString().split(":");
    const nobodys = await looked("registrar.btvtc", query, encodeId("DepositBatch", institution, institution));
    expect(theirs.statements.length).toBeGreaterThan(0);
    expect(theirs).toEqual(nobodys);
  });
});

test("an id that is none costs no look-up at all", async () => {
  for (const id of ["x", btoa("Learner:1"), "漢字"]) {
    const malformed = await looked("registrar.btvtc", "query ($id: ID!) { node(id: $id) { id } }", id);
    expect(malformed.said).toContain("MALFORMED_ID");
    expect(malformed.statements).toEqual([]);
  }
});
