import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PersonalExport } from "../../../src/features/personal/service.ts";
import { PERSONAL_TABLES } from "../../../src/features/personal/tables.ts";
import { writeDocuments, writeRegistryNumbers } from "../../../src/features/registry/service.ts";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

let fresh: FreshDatabase;
let api: TestApi;
let wang: { learnerId: string; accountId: string; homeInstitutionId: string };
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db);
  const [found] = await fresh.sql<(typeof wang)[]>`
    select c.learner_id, a.id as account_id, l.home_institution_id from account a join capacity c on c.account_id = a.id
    join learner l on l.id = c.learner_id where a.login = 'student.wang'`;
  if (found === undefined) throw new Error("no student.wang");
  wang = found;
  const document = { kind: "RESIDENT_ID", number: "150203209912310010", birthOn: "2099-12-31" } as const;
  await fresh.db.write(SYSTEM, (tx) =>
    writeDocuments(tx, api.keys, wang.homeInstitutionId, new Map([[wang.learnerId, document]]), "2026-11-26"),
  );
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

const EXPORT = `mutation { exportMyData { __typename
  ... on ExportMyDataSuccess { fileName content } ... on Problem { code } } }`;

async function exported(as: string): Promise<PersonalExport> {
  const answer = await api.ask<{ exportMyData: { content: string } }>(EXPORT, {}, { as });
  return JSON.parse(answer.data?.exportMyData.content ?? "null") as PersonalExport;
}

describe("every table that is about a learner or an account", () => {
  test("is given to them, or left out with a reason", async () => {
    const found = await fresh.sql<{ name: string }[]>`
      select distinct c.table_name as name from information_schema.columns c
      join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
        and (c.column_name in ('learner_id', 'account_id') or c.table_name in ('learner', 'account'))`;
    expect(Object.keys(PERSONAL_TABLES).sort()).toEqual(found.map(({ name }) => name).sort());
  });

  test("is given without what proves who they are", async () => {
    for (const [table, coverage] of Object.entries(PERSONAL_TABLES)) {
      if ("leftOut" in coverage) continue;
      const columns = await fresh.sql<{ name: string }[]>`select column_name as name from information_schema.columns
        where table_schema = 'public' and table_name = ${table}`;
      const names = columns.map(({ name }) => name);
      const { withheld = [] } = coverage;
      expect({ table, gone: withheld.filter((name) => !names.includes(name)) }).toEqual({ table, gone: [] });
      const secret = names.filter((name) => /secret|ciphertext|nonce|^hash$|selector|lookup$/.test(name));
      expect({ table, told: secret.filter((name) => !withheld.includes(name)) }).toEqual({ table, told: [] });
    }
  });
});

describe("what a student takes along", () => {
  test("is every row of theirs in every table, and of nobody else", async () => {
    const { tables, leftOut } = await exported("student.wang");
    for (const [table, coverage] of Object.entries(PERSONAL_TABLES)) {
      if ("leftOut" in coverage) {
        expect(leftOut.map((each) => each.table)).toContain(table);
        continue;
      }
      const id = coverage.of === "learner" ? wang.learnerId : wang.accountId;
      const rows = await fresh.sql`select 1 from ${fresh.sql(table)} where ${fresh.sql(coverage.by)} = ${id}`;
      const given = tables[table] ?? [];
      expect({ table, rows: given.length }).toEqual({ table, rows: rows.length });
      expect(given.filter((row) => row[coverage.by] !== id)).toEqual([]);
    }
    expect(tables["achievement"]?.length).toBeGreaterThan(5);
    expect(tables["ledger_movement"]?.length).toBeGreaterThan(5);
  });

  test("is of every record of theirs, where several were found to be one person's", async () => {
    const [twin] = await fresh.sql<{ id: string; achievements: number }[]>`
      select l.id, (select count(*)::int from achievement a where a.learner_id = l.id) as achievements
      from learner l where l.name = '张晓雨'`;
    if (twin === undefined) throw new Error("no 张晓雨");
    const [own] = await fresh.sql<{ achievements: number }[]>`
      select count(*)::int as achievements from achievement where learner_id = ${wang.learnerId}`;
    await fresh.sql`update learner set merged_into = ${wang.learnerId} where id = ${twin.id}`;
    try {
      // whose records belong together is kept with whoever was met before; the guardian has not been
      const { tables } = await exported("guardian.wang");
      expect(tables["achievement"]).toHaveLength((own?.achievements ?? 0) + twin.achievements);
      expect(tables["learner"]).toHaveLength(2);
    } finally {
      await fresh.sql`update learner set merged_into = null where id = ${twin.id}`;
    }
  });

  test("holds their document opened, for it is theirs", async () => {
    const { identityDocument, tables } = await exported("student.wang");
    expect(identityDocument).toEqual({ kind: "RESIDENT_ID", number: "150203209912310010", birthOn: "2099-12-31" });
    expect(Object.keys(tables["identity_document"]?.[0] ?? {})).not.toContain("ciphertext");
  });

  test("holds their registry number opened, and their requests to be erased", async () => {
    await fresh.db.write(SYSTEM, (tx) =>
      writeRegistryNumbers(tx, api.keys, wang.homeInstitutionId, new Map([[wang.learnerId, "L909911223344"]])),
    );
    const asked = { id: wang.learnerId, learnerId: wang.learnerId, institutionId: wang.homeInstitutionId };
    await fresh.sql`insert into erasure_request ${fresh.sql({ ...asked, requestedBy: wang.accountId, requestedAt: new Date() })}`;
    const { registryNumber, tables } = await exported("student.wang");
    expect(registryNumber).toBe("L909911223344");
    expect(tables["registry_number"]).toMatchObject([{ masked: "*********3344" }]);
    expect(tables["erasure_request"]).toHaveLength(1);
  });

  test("is not to be had by a registrar, nor by nobody", async () => {
    const registrar = await api.ask<{ exportMyData: { code: string } }>(EXPORT, {}, { as: "registrar.jdsf" });
    expect(registrar.data?.exportMyData).toMatchObject({ __typename: "ForbiddenProblem", code: "FORBIDDEN" });
    const nobody = await api.ask(EXPORT);
    expect(JSON.stringify(nobody)).toContain("UNAUTHENTICATED");
  });
});

describe("a document in the API", () => {
  const SEEN = `query ($id: ID!) { learner(id: $id) { identityDocument { kind maskedNumber } ageBelow18 } }`;
  const FIND = `mutation ($number: String!) { findLearnerByNumber(input: { number: $number }) { __typename
    ... on FindLearnerByNumberSuccess { learner { id } } ... on Problem { code } } }`;
  const idOf = (): string => Buffer.from(`Learner:${wang.learnerId}`).toString("base64url");

  test("is shown by its end, to the learner and the registrar, with the fact of minority instead of a birth date", async () => {
    for (const as of ["student.wang", "registrar.jdsf"]) {
      const { data } = await api.ask(SEEN, { id: idOf() }, { as });
      expect(data).toEqual({
        learner: {
          identityDocument: { kind: "RESIDENT_ID", maskedNumber: "**************0010" },
          ageBelow18: true,
        },
      });
    }
  });

  test("is found by no wrong number, and never stands in an answer", async () => {
    const { data } = await api.ask(FIND, { number: "150203209912310011" }, { as: "registrar.jdsf" });
    expect(data).toEqual({
      findLearnerByNumber: { __typename: "InvalidInputProblem", code: "ID_NUMBER_CHECK_DIGIT" },
    });
    const student = await api.ask(FIND, { number: "150203209912310011" }, { as: "student.wang" });
    expect(JSON.stringify(student)).not.toContain("15020320991231");
  });
});

describe("the audit log", () => {
  beforeAll(async () => {
    const passport = { kind: "PASSPORT", number: "E7654321", birthOn: null } as const;
    await fresh.db.write(SYSTEM, (tx) =>
      writeDocuments(tx, api.keys, wang.homeInstitutionId, new Map([[wang.learnerId, passport]]), "2026-11-26"),
    );
  });
  /** What was done before is of no account. */
  const forget = async () => {
    await api.audit();
    await fresh.sql`truncate audit_entry`;
  };
  const logged = async (action: string) => {
    await api.audit();
    return fresh.sql`select e.action, e.outcome, e.learner_ids, a.login from audit_entry e
      join account a on a.id = e.account_id where e.action = ${action} order by e.id`;
  };

  test("says who took everything along, and of whom", async () => {
    await forget();
    await exported("student.wang");
    await exported("registrar.jdsf");
    expect(await logged("personal.export")).toEqual([
      { action: "personal.export", outcome: "DONE", learnerIds: [wang.learnerId], login: "student.wang" },
      { action: "personal.export", outcome: "REFUSED", learnerIds: [], login: "registrar.jdsf" },
    ]);
  });

  test.each([
    ["a document number", "findLearnerByNumber(input: { kind: PASSPORT, number: $number })", "E7654321"],
    ["a registry number", "findLearnerByRegistryNumber(number: $number)", "L909911223344"],
  ])("says who searched by %s, and whom they found, but not the number", async (_, field, number) => {
    await forget();
    const find = `mutation ($number: String!) { ${field} { ... on FindLearnerByNumberSuccess { learner { id } } } }`;
    const answer = await api.ask(find, { number }, { as: "registrar.jdsf" });
    expect(JSON.stringify(answer.data)).toContain(Buffer.from(`Learner:${wang.learnerId}`).toString("base64url"));
    await api.ask(find, { number }, { as: "registrar.qgsf" });
    await api.ask(find, { number }, { as: "student.wang" });
    expect(await logged("document.find")).toEqual([
      { action: "document.find", outcome: "DONE", learnerIds: [wang.learnerId], login: "registrar.jdsf" },
      { action: "document.find", outcome: "DONE", learnerIds: [], login: "registrar.qgsf" },
      { action: "document.find", outcome: "REFUSED", learnerIds: [], login: "student.wang" },
    ]);
    const texts = await fresh.sql<{ text: string }[]>`select e::text as text from audit_entry e`;
    expect(texts.map(({ text }) => text).join()).not.toContain(number);
  });

  test("says who was told a whole registry number, and why", async () => {
    const reveal = `mutation ($learner: ID!) { revealRegistryNumber(learnerId: $learner, reason: "核对学籍信息") {
      __typename ... on RevealRegistryNumberSuccess { number } } }`;
    const learner = Buffer.from(`Learner:${wang.learnerId}`).toString("base64url");
    const told = await api.ask(reveal, { learner }, { as: "registrar.jdsf" });
    expect(told.data).toMatchObject({ revealRegistryNumber: { number: "L909911223344" } });
    expect(await logged("registryNumber.reveal")).toMatchObject([{ outcome: "DONE", learnerIds: [wang.learnerId] }]);
    const [entry] = await fresh.sql`select detail from audit_entry where action = 'registryNumber.reveal'`;
    expect(entry).toMatchObject({ detail: { reason: "核对学籍信息" } });
  });
});
