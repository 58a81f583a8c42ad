import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANONYMOUS, type Viewer } from "../../src/auth/viewer.ts";
import { DATABASE_ROLES, openDatabase } from "../../src/db/client.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { PUBLISHED } from "./published.ts";

/** Rows that are never changed or taken away once they are written. */
const APPEND_ONLY = [
  "guardian_consent",
  "consent_request",
  "ledger_transaction",
  "ledger_movement",
  "decision",
  "audit_entry",
  "seal_link",
  "seal_head",
];

interface Table {
  readonly name: string;
  readonly enabled: boolean;
  readonly forced: boolean;
  readonly readPolicies: number;
}

describe("row-level security", () => {
  let fresh: FreshDatabase;
  let tables: readonly Table[];

  beforeAll(async () => {
    fresh = await freshDatabase();
    tables = await fresh.sql<Table[]>`
      select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
        (select count(*)::int from pg_policy p where p.polrelid = c.oid and p.polcmd in ('r', '*')) as read_policies
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by c.relname`;
  });
  afterAll(() => fresh.drop());

  test("is forced on every table that is not published", () => {
    const open = tables.filter(
      (table) => !PUBLISHED.has(table.name) && !(table.enabled && table.forced && table.readPolicies > 0),
    );
    expect(open).toEqual([]);
  });

  test("knows no table that is gone", () => {
    const names = new Set(tables.map((table) => table.name));
    expect([...PUBLISHED].filter((name) => !names.has(name))).toEqual([]);
  });

  test.each(APPEND_ONLY)("no role of the application may change or delete a row of %s", async (table) => {
    const rights = await fresh.sql<{ role: string; update: boolean; delete: boolean }[]>`
      select role, has_table_privilege(role, ${table}, 'UPDATE') as update, has_table_privilege(role, ${table}, 'DELETE') as delete
      from unnest(${[...DATABASE_ROLES]}::text[]) as role`;
    expect(rights.filter((right) => right.update || right.delete)).toEqual([]);
  });

  test("no role of the application may take away a row of any table but its own working copies", async () => {
    const rights = await fresh.sql<{ tableName: string; role: string }[]>`
      select c.relname as table_name, role from pg_class c, unnest(${[...DATABASE_ROLES]}::text[]) as role
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and has_table_privilege(role, c.oid, 'DELETE')`;
    // bells: a school that has fewer periods than before takes the last ones away, its own alone
    const allowed = new Set(["bell/guantong_app", "plan_course/guantong_app", "seat_meeting/guantong_writer"]);
    expect(rights.map((right) => `${right.tableName}/${right.role}`).filter((right) => !allowed.has(right))).toEqual(
      [],
    );
  });

  test("without its settings a connection sees nothing at all", async () => {
    const [bare] = [openDatabase(fresh.url, { role: "guantong_app", max: 1 })];
    try {
      const nobody = bare.read(ANONYMOUS);
      const rows = await nobody.run((sql) => sql<{ count: number }[]>`select count(*)::int as count from achievement`);
      nobody.end();
      expect(rows).toEqual([{ count: 0 }]);
    } finally {
      await bare.end();
    }
  });

  const ledgerRow = (kind: string, ref: string) => ({
    learnerId: "00000000-0000-4000-8000-0000000000c9",
    kind,
    ref,
    unit: "SECONDARY",
    homeInstitutionId: "00000000-0000-4000-8000-00000000000a",
    version: 1,
    balance: kind === "ISSUED" ? -400 : 400,
  });

  test("of the application's roles only the writer puts rows into the ledger, decides and grades", async () => {
    const tables = ["achievement", "ledger_account", "ledger_transaction", "ledger_movement"].concat([
      "decision",
      "decision_line",
      "seat",
      "seat_meeting",
    ]);
    const rights = await fresh.sql<{ role: string; tableName: string }[]>`
      select role, name as table_name from unnest(${[...DATABASE_ROLES]}::text[]) as role, unnest(${tables}::text[]) as name
      where has_any_column_privilege(role, name, 'INSERT')`;
    expect(rights.filter(({ role }) => role !== "guantong_writer")).toEqual([]);
    expect(rights.map(({ tableName }) => tableName).sort()).toEqual([...tables].sort());
    const columns = await fresh.sql`
      select role, name as table_name from unnest(${[...DATABASE_ROLES]}::text[]) as role,
        unnest(${["achievement", "ledger_account", "seat", "batch_row"]}::text[]) as name
      where role <> 'guantong_writer' and has_any_column_privilege(role, name, 'UPDATE')`;
    expect(columns).toEqual([]);
  });

  test("no request can say that a batch was confirmed", async () => {
    const school = "00000000-0000-4000-8000-00000000000a";
    const [batch, recorder] = ["00000000-0000-4000-8000-0000000000ba", "00000000-0000-4000-8000-0000000000d1"];
    await fresh.sql`insert into deposit_batch (institution_id, id, number, source_name, source_hash, status, row_count,
        bad_row_count, recorded_by, recorded_by_name, recorded_at)
      values (${school}, ${batch}, 'AAAA-BBBB', 'x', 'x', 'OPEN', 1, 0, ${recorder}, 'x', now())`;
    const registrar: Viewer = { ...ANONYMOUS, role: "REGISTRAR", accountId: school, institutionId: school };
    const set = (status: string) =>
      fresh.db.write(registrar, (tx) =>
        tx.run((sql) => sql`update deposit_batch set status = ${status} where id = ${batch} returning status`),
      );
    await expect(set("CONFIRMED")).rejects.toMatchObject({ code: "42501" });
    const signed = fresh.db.write(registrar, (tx) =>
      tx.run((sql) => sql`update deposit_batch set confirmed_by = ${school} where id = ${batch}`),
    );
    await expect(signed).rejects.toMatchObject({ code: "42501" });
    expect(await set("DISCARDED")).toEqual([{ status: "DISCARDED" }]);
  });

  test("the grade of a seat is written by neither its home school nor its host as they ask", async () => {
    const [host, home] = ["00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"];
    for (const institutionId of [host, home]) {
      for (const role of ["REGISTRAR", "HOST_TEACHER"] as const) {
        const who: Viewer = { ...ANONYMOUS, role, accountId: institutionId, institutionId };
        for (const column of ["grade", "graded_by", "graded_on", "grade_confirmed_by", "host_state", "home_state"]) {
          const write = fresh.db.write(who, (tx) =>
            tx.run((sql) => sql`update seat set ${sql(column)} = null where host_institution_id = ${host}`),
          );
          await expect(write).rejects.toMatchObject({ code: "42501" });
        }
      }
    }
  });

  test("another school's registrar reads nothing of a ledger", async () => {
    const [home, other] = ["00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"];
    const nil = "00000000-0000-0000-0000-000000000000";
    const rows = [
      ledgerRow("ISSUED", home),
      ledgerRow("BANKED", nil),
      ledgerRow("HELD", nil),
      ledgerRow("RECOGNISED", nil),
    ];
    await fresh.sql`insert into ledger_account ${fresh.sql(rows)}`;
    const kindsSeenBy = async (institutionId: string): Promise<string[]> => {
      const tx = fresh.db.read({ ...ANONYMOUS, role: "REGISTRAR", accountId: institutionId, institutionId });
      const seen = await tx.run((sql) => sql<{ kind: string }[]>`select kind from ledger_account order by kind`);
      tx.end();
      return seen.map(({ kind }) => kind);
    };
    expect(await kindsSeenBy(home)).toEqual(["BANKED", "HELD", "ISSUED", "RECOGNISED"]);
    expect(await kindsSeenBy(other)).toEqual([]);
  });

  const school = "00000000-0000-4000-8000-00000000000a";
  const other = "00000000-0000-4000-8000-00000000000b";
  const department = "00000000-0000-4000-8000-0000000000d1";
  const learner = "00000000-0000-4000-8000-0000000000c1";
  const stranger = "00000000-0000-4000-8000-0000000000c2";
  const viewer = (change: Partial<Viewer>): Viewer => ({ ...ANONYMOUS, accountId: school, ...change });
  const cases: readonly (readonly [string, Viewer, number])[] = [
    ["the learner", viewer({ role: "STUDENT", learnerId: learner }), 1],
    ["another learner", viewer({ role: "STUDENT", learnerId: stranger }), 0],
    ["the home school's registrar", viewer({ role: "REGISTRAR", institutionId: school }), 1],
    ["their guardian", viewer({ role: "GUARDIAN", learnerId: learner }), 1],
    ["their class teacher", viewer({ role: "CLASS_TEACHER", institutionId: school, wardIds: [learner] }), 1],
    ["another class's teacher", viewer({ role: "CLASS_TEACHER", institutionId: school, wardIds: [stranger] }), 0],
    ["their mentor at the enterprise", viewer({ role: "ENTERPRISE_MENTOR", wardIds: [learner] }), 1],
    ["the home school's confirmer", viewer({ role: "REGISTRAR_CONFIRMER", institutionId: school }), 1],
    [
      "their department's reviewer",
      viewer({ role: "DEPARTMENT_REVIEWER", institutionId: school, departmentId: department }),
      1,
    ],
    [
      "another department's reviewer",
      viewer({ role: "DEPARTMENT_REVIEWER", institutionId: school, departmentId: other }),
      0,
    ],
    ["a reviewer of no department", viewer({ role: "DEPARTMENT_REVIEWER", institutionId: school }), 0],
    ["a role that lists learners but must not", viewer({ role: "PLANNER", wardIds: [learner] }), 0],
    ["the bureau", viewer({ role: "BUREAU", institutionId: school }), 0],
    ["an auditor", viewer({ role: "AUDITOR", institutionId: school }), 0],
    ["the home school's host teacher", viewer({ role: "HOST_TEACHER", institutionId: school }), 0],
    ["a planner of the same school", viewer({ role: "PLANNER", institutionId: school }), 0],
    [
      "the registrar of the school that succeeded the home school",
      viewer({ role: "REGISTRAR", institutionId: other, predecessorIds: [school] }),
      1,
    ],
    ["another school's registrar", viewer({ role: "REGISTRAR", institutionId: other }), 0],
    ["an administrator", viewer({ role: "ADMINISTRATOR", institutionId: school }), 0],
    ["nobody", ANONYMOUS, 0],
  ];

  test.each(cases)("%s sees of a learner what is theirs to see", async (_, who, expected) => {
    await fresh.sql`insert into learner (id, name, home_institution_id, home_department_id)
      values (${learner}, '演示', ${school}, ${department}) on conflict do nothing`;
    const tx = fresh.db.read(who);
    const rows = await tx.run((sql) => sql<{ id: string }[]>`select id from learner`);
    tx.end();
    expect(rows).toHaveLength(expected);
  });
});
