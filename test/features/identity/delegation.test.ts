import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ANONYMOUS, type Viewer } from "../../../src/auth/viewer.ts";
import { connect } from "../../../src/db/client.ts";
import { News } from "../../../src/db/news.ts";
import { encodeId } from "../../../src/api/node-id.ts";
import { IMPORTS } from "../../../src/features/bank/importers/index.ts";
import { idOf } from "../../../src/seed/id.ts";
import { openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { testKeys } from "../../support/keys.ts";
import { csv } from "../bank/sheets.ts";

const TODAY = "2026-11-24";
const DELEGATE = `mutation ($input: DelegateCapacityInput!) { delegateCapacity(input: $input) { __typename
  ... on DelegationSuccess { delegation { id givenBy heldBy since until mayEnd capacity { role delegated validUntil institution { key } } } }
  ... on Problem { code message } } }`;
const END = `mutation ($id: ID!) { endDelegation(id: $id) { __typename ... on Problem { code } } }`;
const LIST = "{ delegations { id givenBy heldBy mayEnd capacity { role } } }";
const CAPACITIES = "{ viewer { capacities { id role delegated } } }";
const CONFIRM = `mutation ($id: ID!) { confirmBatch(batchId: $id) { __typename ... on Problem { code } } }`;

interface Outcome {
  readonly __typename: string;
  readonly code?: string;
  readonly delegation?: {
    readonly id: string;
    readonly givenBy: string;
    readonly heldBy: string;
    readonly until: string;
  };
}

describe("a role handed on", () => {
  let fresh: FreshDatabase;
  let api: TestApi;
  beforeAll(async () => {
    fresh = await freshDatabase({ demo: true });
    api = await openApi(fresh.db, { writer: fresh.writer });
  });
  afterAll(async () => {
    await api.close();
    await fresh.drop();
  });

  /** Hands the first role of a login on; to what the answer was. */
  async function delegate(as: string, toLogin: string, until = "2026-12-31", capacity?: string): Promise<Outcome> {
    const input = { toLogin, until, reason: "出差" };
    const asked = capacity === undefined ? { as } : { as, capacity };
    const answer = await api.ask<{ delegateCapacity: Outcome }>(DELEGATE, { input }, asked);
    if (answer.data === null) throw new Error(JSON.stringify(answer.errors));
    return answer.data.delegateCapacity;
  }
  const end = async (as: string, id: string) =>
    (await api.ask<{ endDelegation: Outcome }>(END, { id }, { as })).data?.endDelegation;
  const capacitiesOf = async (as: string) =>
    (
      await api.ask<{ viewer: { capacities: { id: string; role: string; delegated: boolean }[] } }>(
        CAPACITIES,
        {},
        { as },
      )
    ).data?.viewer.capacities ?? [];
  const capacityOf = async (as: string, role: string) =>
    (await capacitiesOf(as)).find((each) => each.role === role)?.id ?? "";

  test("is held by a colleague from that request on, beside their own, and marked as handed on", async () => {
    expect((await capacitiesOf("classteacher.jdsf")).map(({ role }) => role)).toEqual(["CLASS_TEACHER"]);
    const made = await delegate("confirmer.jdsf", "classteacher.jdsf");
    expect(made).toMatchObject({
      __typename: "DelegationSuccess",
      delegation: {
        givenBy: "白校长(复核)",
        heldBy: "谷老师(班主任)",
        since: TODAY,
        until: "2026-12-31",
        mayEnd: true,
      },
    });
    expect((await capacitiesOf("classteacher.jdsf")).map(({ role, delegated }) => [role, delegated])).toEqual([
      ["CLASS_TEACHER", false],
      ["REGISTRAR_CONFIRMER", true],
    ]);
  });

  test("cannot be handed on again", async () => {
    const held = await capacityOf("classteacher.jdsf", "REGISTRAR_CONFIRMER");
    expect(await delegate("classteacher.jdsf", "reviewer.jdsf", "2026-12-01", held)).toMatchObject({
      code: "ROLE_NOT_HANDED_ON",
    });
  });

  test("is seen by both and by the school's administrator, and by nobody else", async () => {
    const seenBy = async (as: string) =>
      (await api.ask<{ delegations: { mayEnd: boolean; heldBy: string }[] }>(LIST, {}, { as })).data?.delegations;
    expect(await seenBy("confirmer.jdsf")).toMatchObject([{ mayEnd: true, heldBy: "谷老师(班主任)" }]);
    expect(await seenBy("classteacher.jdsf")).toMatchObject([{ mayEnd: false }]);
    expect(await seenBy("admin.jdsf")).toMatchObject([{ mayEnd: true }]);
    expect(await seenBy("admin")).toMatchObject([{ mayEnd: true }]);
    for (const as of ["registrar.jdsf", "registrar.btvtc", "auditor", "student.wang"])
      expect(await seenBy(as)).toEqual([]);
    expect((await api.ask(LIST)).errors[0]?.extensions?.code).toBe("UNAUTHENTICATED");
  });

  test("lets nobody confirm what they recorded themselves", async () => {
    const recorder = "registrar.jdsf";
    await delegate("confirmer.jdsf", recorder);
    const batch = await batchOf(recorder);
    const confirmer = await capacityOf(recorder, "REGISTRAR_CONFIRMER");
    const confirmAs = async (as: string, capacity: string) =>
      (await api.ask<{ confirmBatch: Outcome }>(CONFIRM, { id: batch }, { as, capacity })).data?.confirmBatch;
    expect(await confirmAs(recorder, confirmer)).toMatchObject({ code: "CONFIRMER_RECORDED" });
    // someone else may, through the same role handed on to them
    const other = await capacityOf("classteacher.jdsf", "REGISTRAR_CONFIRMER");
    expect((await confirmAs("classteacher.jdsf", other))?.code).toBeUndefined();
  });

  /** A batch that someone recorded, and its global id. */
  async function batchOf(recorder: string): Promise<string> {
    const school = idOf("institution", "jdsf");
    const id = idOf("batch", recorder);
    await fresh.sql`insert into deposit_batch (institution_id, id, number, source_name, source_hash, status, row_count,
        bad_row_count, recorded_by, recorded_by_name, recorded_at)
      values (${school}, ${id}, 'AAAA-BBBB', 'x', 'x', 'OPEN', 0, 0, ${idOf("account", recorder)}, 'x', now())`;
    return encodeId("DepositBatch", school, id);
  }

  test("opens nothing from the next request on once its giver ends it", async () => {
    const made = await delegate("reviewer.jdsf", "classteacher.jdsf");
    const held = await capacityOf("classteacher.jdsf", "DEPARTMENT_REVIEWER");
    const asked = { as: "classteacher.jdsf", capacity: held };
    expect((await api.ask(CAPACITIES, {}, asked)).status).toBe(200);
    expect(await end("classteacher.jdsf", made.delegation?.id ?? "")).toMatchObject({ code: "FORBIDDEN" });
    expect(await end("registrar.btvtc", made.delegation?.id ?? "")).toMatchObject({ code: "NOT_FOUND" });
    expect(await end("reviewer.jdsf", made.delegation?.id ?? "")).toEqual({ __typename: "EndDelegationSuccess" });
    const [row] =
      await fresh.sql`select valid_until from capacity where id = ${Buffer.from(held, "base64url").toString().split(":").at(-1) ?? ""}`;
    expect(row).toEqual({ validUntil: "2026-11-23" });
    expect((await api.ask(CAPACITIES, {}, asked)).status).toBe(403);
    expect(await end("reviewer.jdsf", made.delegation?.id ?? "")).toMatchObject({ code: "NOT_FOUND" });
  });

  test("is ended by the administrator of the school, and by none of another", async () => {
    const made = await delegate("registrar.jdsf", "reviewer.jdsf");
    await fresh.sql`insert into account (id, login, display_name, demo) values (${idOf("account", "admin.btvtc")}, 'admin.btvtc', '管理员', 'yes')`;
    await fresh.sql`insert into capacity (account_id, id, role, institution_id, valid_from)
      values (${idOf("account", "admin.btvtc")}, ${idOf("capacity", "admin.btvtc")}, 'ADMINISTRATOR', ${idOf("institution", "btvtc")}, '2020-01-01')`;
    expect(await end("admin.btvtc", made.delegation?.id ?? "")).toMatchObject({ code: "NOT_FOUND" });
    expect(await end("admin.jdsf", made.delegation?.id ?? "")).toEqual({ __typename: "EndDelegationSuccess" });
  });

  test.each([
    ["to someone of another school", "registrar.jdsf", "registrar.btvtc", "2026-12-31", "UNKNOWN_COLLEAGUE"],
    ["to a student", "registrar.jdsf", "student.wang", "2026-12-31", "UNKNOWN_COLLEAGUE"],
    ["to nobody", "registrar.jdsf", "no.such.login", "2026-12-31", "UNKNOWN_COLLEAGUE"],
    ["to oneself", "registrar.jdsf", "registrar.jdsf", "2026-12-31", "UNKNOWN_COLLEAGUE"],
    ["to whoever holds it already", "registrar.jdsf", "deputy.jdsf", "2026-12-31", "COLLEAGUE_HOLDS_ROLE"],
    ["until a day gone by", "registrar.jdsf", "classteacher.jdsf", "2026-11-23", "INVALID_INPUT"],
    ["by a student", "student.wang", "classteacher.jdsf", "2026-12-31", "FORBIDDEN"],
    ["by an auditor", "auditor", "classteacher.jdsf", "2026-12-31", "FORBIDDEN"],
    ["by an administrator", "admin.jdsf", "classteacher.jdsf", "2026-12-31", "FORBIDDEN"],
  ])("is not handed on %s", async (_, as, to, until, code) => {
    expect(await delegate(as, to, until)).toMatchObject({ code });
  });

  test("ends no later than its giver's own", async () => {
    await fresh.sql`update capacity set valid_until = '2026-12-15' where account_id = ${idOf("account", "deputy.jdsf")}`;
    expect(await delegate("deputy.jdsf", "classteacher.jdsf", "2026-12-16")).toMatchObject({ code: "OWN_ROLE_ENDS" });
    expect(await delegate("deputy.jdsf", "classteacher.jdsf", "2026-12-15")).toMatchObject({
      __typename: "DelegationSuccess",
    });
  });

  describe("as long as its giver holds it", () => {
    const CAPACITY = "{ viewer { capacity { role } } }";
    const given = idOf("account", "confirmer.jdsf");
    const end = (until: string | null) =>
      fresh.sql`update capacity set valid_until = ${until} where account_id = ${given} and delegated_by is null`;
    afterAll(() => end(null));

    test("is gone from whoever it was handed on to on the day its giver's role ends, long before its own last day", async () => {
      const news = new News(() => connect(fresh.url, { max: 1 }));
      const follower = await openApi(fresh.db, { news });
      await delegate("confirmer.jdsf", "reviewer.jdsf");
      const held = await capacityOf("reviewer.jdsf", "REGISTRAR_CONFIRMER");
      const asked = { as: "reviewer.jdsf", capacity: held };
      expect((await follower.ask(CAPACITY, {}, asked)).data).toEqual({
        viewer: { capacity: { role: "REGISTRAR_CONFIRMER" } },
      });
      const listed = async () =>
        (
          await follower.ask<{ delegations: { capacity: { role: string } }[] }>(LIST, {}, { as: "reviewer.jdsf" })
        ).data?.delegations.filter(({ capacity }) => capacity.role === "REGISTRAR_CONFIRMER").length;
      expect(await listed()).toBe(1);
      await end("2026-11-23");
      await vi.waitFor(async () => expect((await follower.ask(CAPACITY, {}, asked)).status).toBe(403));
      expect(await listed()).toBe(0);
      await end(null);
      await vi.waitFor(async () => expect((await follower.ask(CAPACITY, {}, asked)).status).toBe(200));
      await follower.close();
      await news.end();
    });

    test("is gone once the administrator's staff sheet ends its giver's role, in every process", async () => {
      const news = new News(() => connect(fresh.url, { max: 1 }));
      const follower = await openApi(fresh.db, { news });
      const held = await capacityOf("reviewer.jdsf", "REGISTRAR_CONFIRMER");
      const asks = [
        { as: "reviewer.jdsf", capacity: held },
        { as: "confirmer.jdsf", capacity: await capacityOf("confirmer.jdsf", "REGISTRAR_CONFIRMER") },
      ];
      const statuses = async () =>
        Promise.all(asks.map(async (asked) => (await follower.ask(CAPACITY, {}, asked)).status));
      expect(await statuses()).toEqual([200, 200]);
      const administrator: Viewer = {
        ...ANONYMOUS,
        accountId: idOf("account", "admin.jdsf"),
        role: "ADMINISTRATOR",
        institutionId: idOf("institution", "jdsf"),
      };
      const sheet = csv([
        ["登录名", "姓名", "角色", "失效日期"],
        ["confirmer.jdsf", "白校长(复核)", "教务复核", "2026-11-23"],
      ]);
      const input = { bytes: sheet, fileName: "a.csv", setBadRowsAside: false, today: TODAY, keys: await testKeys() };
      const done = await fresh.db.write(administrator, (tx) => IMPORTS.staff(tx, administrator, input));
      expect(done).toMatchObject({ kind: "imported", updated: 1 });
      await vi.waitFor(async () => expect(await statuses()).toEqual([403, 403]));
      await end(null);
      await follower.close();
      await news.end();
    });

    test("is told of nobody else's row", async () => {
      const [row] = await fresh.sql<{ accountId: string; id: string }[]>`
        select account_id, id from capacity where delegated_by = ${given} limit 1`;
      const asks = (viewer: Viewer) =>
        fresh.db.write(viewer, (tx) =>
          tx.run((sql) => sql`select giver_holds(${row?.accountId ?? ""}, ${row?.id ?? ""}, ${TODAY}) as holds`),
        );
      expect(await asks({ ...ANONYMOUS, accountId: given })).toEqual([{ holds: true }]);
      const student: Viewer = { ...ANONYMOUS, accountId: idOf("account", "student.wang"), role: "STUDENT" };
      expect(await asks(student)).toEqual([{ holds: false }]);
    });
  });

  describe("in the database alone", () => {
    const school = idOf("institution", "jdsf");
    const [giver, colleague] = [idOf("account", "classteacher.jdsf"), idOf("account", "reviewer.jdsf")];
    const ownClass = idOf("class-group", "jdsf/24机电1班");
    const teacher: Viewer = {
      ...ANONYMOUS,
      accountId: giver,
      role: "CLASS_TEACHER",
      institutionId: school,
      classId: ownClass,
      handsOnUntil: "2027-06-30",
    };
    const insert = (viewer: Viewer, change: Readonly<Record<string, string | null>> = {}) => {
      const row = {
        accountId: colleague,
        id: crypto.randomUUID(),
        role: "CLASS_TEACHER",
        institutionId: school,
        classId: ownClass,
        validFrom: TODAY,
        validUntil: "2027-06-30",
        delegatedBy: giver,
        delegationReason: "x",
        ...change,
      };
      return fresh.db.write(viewer, (tx) => tx.run((sql) => sql`insert into capacity ${sql(row)}`));
    };
    const refused = { code: "42501" };

    test("goes as it is held", async () => {
      await expect(insert(teacher)).resolves.toBeDefined();
    });

    test.each<[string, Partial<Viewer>, Readonly<Record<string, string | null>>]>([
      ["again", { handsOnUntil: null }, {}],
      ["for longer than it is held", {}, { validUntil: "2027-07-01" }],
      ["for another class", {}, { classId: idOf("class-group", "jdsf/24机电2班") }],
      ["for another school", {}, { institutionId: idOf("institution", "btvtc") }],
      ["as another role", {}, { role: "REGISTRAR" }],
      ["in another's name", {}, { delegatedBy: idOf("account", "registrar.jdsf") }],
      ["with an alliance beside it", {}, { allianceId: idOf("alliance", "equipment") }],
    ])("is not handed on %s", async (_, viewer, change) => {
      await expect(insert({ ...teacher, ...viewer }, change)).rejects.toMatchObject(refused);
    });

    test("is shortened by its giver and not lengthened", async () => {
      const until = (viewer: Viewer, day: string) =>
        fresh.db.write(viewer, (tx) =>
          tx.run(
            (sql) =>
              sql`update capacity set valid_until = ${day} where delegated_by = ${giver} and role = 'CLASS_TEACHER'`,
          ),
        );
      await expect(until(teacher, "2027-07-01")).rejects.toMatchObject(refused);
      await expect(until({ ...teacher, handsOnUntil: null }, TODAY)).rejects.toMatchObject(refused);
      await expect(until({ ...teacher, handsOnUntil: TODAY }, "2026-11-23")).resolves.toMatchObject({ count: 1 });
    });

    test("tells the names of a school's staff to nobody who hands nothing on", async () => {
      const ask = (viewer: Viewer) =>
        fresh.db.write(viewer, (tx) =>
          tx.run((sql) => sql`select display_name from colleague_by_login('reviewer.jdsf', ${TODAY}::date)`),
        );
      expect(await ask(teacher)).toHaveLength(1);
      expect(await ask({ ...teacher, handsOnUntil: null })).toEqual([]);
      expect(await ask({ ...teacher, institutionId: idOf("institution", "btvtc") })).toEqual([]);
    });
  });
});
