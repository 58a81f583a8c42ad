import fc from "fast-check";
import { expect } from "vitest";
import { encodeId } from "../../src/api/node-id.ts";
import { buildSchema } from "../../src/api/schema.ts";
import { openDatabase } from "../../src/db/client.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { fuzzedFields } from "../support/fuzz.ts";

/** Who tries. */
const ROLES = [
  undefined,
  "student.wang",
  "registrar.btvtc",
  "teacher.btvtc",
  "reviewer.btvtc",
  "planner.alliance1",
  "admin",
];

/** The service with data that inputs can hit: ids, codes and numbers that are really there. */
export interface Fuzzing {
  readonly api: TestApi;
  readonly known: readonly string[];
  close(): Promise<void>;
}

export async function openFuzzing(): Promise<Fuzzing> {
  const fresh = await freshDatabase({ demo: true });
  const writer = openDatabase(fresh.url, { role: "guantong_writer", max: 2 });
  const api = await openApi(fresh.db, { writer });
  return {
    api,
    known: await knownIn(fresh),
    async close() {
      await api.close();
      await writer.end();
      await fresh.drop();
    },
  };
}

async function knownIn({ sql }: FreshDatabase): Promise<string[]> {
  const found = await Promise.all([
    sql<{ id: string }[]>`select id from section limit 5`.then((rows) => rows.map(({ id }) => encodeId("Section", id))),
    sql<{ id: string }[]>`select id from learner limit 5`.then((rows) => rows.map(({ id }) => encodeId("Learner", id))),
    sql<{ id: string }[]>`select id from programme limit 5`.then((rows) =>
      rows.map(({ id }) => encodeId("Programme", id)),
    ),
    sql<{ code: string }[]>`select code from course limit 8`.then((rows) => rows.map(({ code }) => code)),
    sql<{ code: string }[]>`select distinct code from term limit 4`.then((rows) => rows.map(({ code }) => code)),
    sql<{ studentNo: string }[]>`select student_no from registration limit 8`.then((rows) =>
      rows.map((row) => row.studentNo),
    ),
    sql<{ key: string }[]>`select key from institution limit 5`.then((rows) => rows.map(({ key }) => key)),
  ]);
  return [...found.flat(), "student.wang", "btvtc", encodeId("DepositBatch", STRANGER, STRANGER)];
}
const STRANGER = "11111111-1111-4111-8111-111111111111";

/**
 * Whatever is sent, by whomever, is answered with data or with a code that is not a fault of ours.
 * @returns how many were sent
 */
export async function tryField(
  fuzzing: Fuzzing,
  root: "mutation" | "query",
  name: string,
  runs: number,
): Promise<number> {
  let sent = 0;
  const field = fuzzedFields(buildSchema(), root, fuzzing.known).find((each) => each.name === name);
  if (field === undefined) throw new Error(`no field ${name}`);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ROLES), field.variables, async (as, variables) => {
      const asked = as === undefined ? {} : { as };
      sent += 1;
      const { data, errors, status } = await fuzzing.api.ask(field.document, variables, asked);
      const codes = errors.map(({ extensions }) => extensions?.code);
      for (const code of codes) expect(code).toMatch(/^[A-Z][A-Z_]+$/);
      expect(codes).not.toContain("INTERNAL");
      expect(JSON.stringify(data) ?? "").not.toContain('"INTERNAL"');
      expect(status).toBeLessThan(500);
      expect(data !== null || errors.length > 0).toBe(true);
    }),
    { numRuns: runs },
  );
  return sent;
}

export const fieldsOf = (root: "mutation" | "query"): string[] =>
  fuzzedFields(buildSchema(), root, ["x"]).map(({ name }) => name);
