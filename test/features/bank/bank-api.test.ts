import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isProblem } from "../../../src/domain/problem.ts";
import { postDeposits } from "../../../src/features/bank/posting.ts";
import { readSheet } from "../../../src/features/bank/sheet-file.ts";
import { type Answer, openApi, type TestApi } from "../../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { courseDeposit, LI, NOW, openAccounts, openSchool, studentNo, WANG } from "./school.ts";
import { csv, HEADER, result, xlsx } from "./sheets.ts";

let fresh: FreshDatabase;
let api: TestApi;
beforeAll(async () => {
  fresh = await freshDatabase({ max: 6 });
  await openSchool(fresh.sql, 40);
  await openAccounts(fresh.sql);
  api = await openApi(fresh.db, { writer: fresh.writer, now: NOW });
  // Learner 1 owns three results of three days.
  const actors = { recordedBy: WANG.accountId ?? "", confirmedBy: LI.accountId ?? "", batchId: null };
  const days = ["2025-07-01", "2026-01-10", "2026-07-01"];
  const deposits = days.map((completedOn, n) => courseDeposit(1, { completedOn, idempotencyKey: `day ${n}` }));
  const others = Array.from({ length: 30 }, (_, n) => courseDeposit(n + 2));
  await fresh.writer.write(LI, (tx) =>
    postDeposits(tx, [...deposits, ...others], { ...actors, postedAt: NOW.toISOString() }),
  );
});
/** A page of a list, as far as the tests read it. */
interface Page {
  readonly edges: readonly {
    readonly node: { readonly id: string; readonly number: string; readonly completedOn: string };
  }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}
/** Asks for page after page of a list until there is no more. */
async function wholeList(
  field: string,
  document: string,
  first: number,
  as: string,
): Promise<Page["edges"][number]["node"][]> {
  const nodes: Page["edges"][number]["node"][] = [];
  for (let after: string | null = ""; after !== null; ) {
    const answer: Answer<Record<string, Page>> = await api.ask(
      document,
      { first, after: after === "" ? null : after },
      { as },
    );
    const page: Page | undefined = answer.data?.[field];
    if (page === undefined) throw new Error(JSON.stringify(answer.errors));
    nodes.push(...page.edges.map(({ node }) => node));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  }
  return nodes;
}

afterAll(async () => {
  await api.close();
  await fresh.drop();
});

const RECORD = `mutation ($input: RecordAchievementsInput!) { recordAchievements(input: $input) {
  __typename
  ... on RecordAchievementsSuccess { readyRows alreadyRecordedRows setAsideRows
    batch { id number status rowCount badRowCount recordedBy confirmable totals { unit rows credits }
      rows { edges { node { rowNo status learnerName title credits grade { text } problems { cell code } } } } } }
  ... on SheetProblem { code message path cellCount annotatedCopy rows { sheet cell rowNo column code message } }
  ... on Problem { code message } } }`;
const CONFIRM = `mutation ($id: ID!) { confirmBatch(batchId: $id) {
  __typename
  ... on ConfirmBatchSuccess { postedRows alreadyPostedRows batch { status confirmedBy confirmable } }
  ... on Problem { code message } } }`;

interface Named {
  readonly __typename: string;
  readonly code?: string;
  readonly batch?: { readonly id: string; readonly number: string };
  readonly cellCount?: number;
  readonly rows?: readonly { readonly cell: string; readonly message: string }[];
}
async function record(
  bytes: Buffer,
  options: { as?: string; language?: "zh" | "en"; aside?: boolean } = {},
): Promise<Named> {
  const input = {
    fileName: "成绩.xlsx",
    contentBase64: bytes.toString("base64"),
    setBadRowsAside: options.aside ?? false,
  };
  const answer = await api.ask<{ recordAchievements: Named }>(RECORD, { input }, { as: "wang", ...options });
  if (answer.data === null) throw new Error(JSON.stringify(answer.errors));
  return answer.data.recordAchievements;
}
async function confirm(id: string, as: string): Promise<Named> {
  const answer = await api.ask<{ confirmBatch: Named }>(CONFIRM, { id }, { as });
  if (answer.data === null) throw new Error(JSON.stringify(answer.errors));
  return answer.data.confirmBatch;
}

describe("recording and confirming", () => {
  test("a batch shows its totals and rows before anyone confirms it, and only another may", async () => {
    const recorded = await record(
      await xlsx([HEADER, result(studentNo(35), 88), result(studentNo(36), "优秀", "WELD1")]),
    );
    expect(recorded).toMatchObject({
      __typename: "RecordAchievementsSuccess",
      readyRows: 2,
      batch: {
        status: "OPEN",
        recordedBy: "wang",
        confirmable: false,
        totals: [{ unit: "SECONDARY", rows: 2, credits: 650 }],
        rows: {
          edges: [
            {
              node: {
                rowNo: 2,
                status: "READY",
                learnerName: "学生35",
                title: "数学",
                credits: 400,
                grade: { text: "88" },
              },
            },
            { node: { rowNo: 3, learnerName: "学生36", title: "焊接实训", grade: { text: "优秀" } } },
          ],
        },
      },
    });
    const id = recorded.batch?.id ?? "";
    const node = `query ($id: ID!) { node(id: $id) { __typename ... on DepositBatch { number } } }`;
    expect((await api.ask(node, { id }, { as: "li" })).data).toMatchObject({
      node: { number: recorded.batch?.number },
    });
    expect((await api.ask(node, { id }, { as: "zhao" })).data).toEqual({ node: null });
    expect(await confirm(id, "wang")).toMatchObject({ __typename: "ForbiddenProblem", code: "CONFIRMER_RECORDED" });
    expect(await confirm(id, "zhao")).toMatchObject({ __typename: "NotFoundProblem" });
    expect(await confirm(id, "student/1")).toMatchObject({ __typename: "ForbiddenProblem" });
    expect(await confirm(id, "li")).toMatchObject({ postedRows: 2, batch: { status: "CONFIRMED", confirmedBy: "li" } });
    expect(await confirm(id, "li")).toMatchObject({ __typename: "ConflictProblem", code: "BATCH_NOT_OPEN" });
    expect(await confirm("nonsense", "li")).toMatchObject({ __typename: "NotFoundProblem" });
  });

  test("bad rows are listed in the caller's language and nothing is written", async () => {
    const bytes = await xlsx([HEADER, result(studentNo(37), 188), result("no one", 60)]);
    const zh = await record(bytes);
    expect(zh).toMatchObject({
      __typename: "SheetProblem",
      code: "SHEET_HAS_BAD_ROWS",
      message: "表格中有 2 行错误，未写入任何内容。",
      rows: [
        { sheet: "成绩", cell: "E2", rowNo: 2, column: "成绩", code: "GRADE_OUTSIDE_MODE" },
        { cell: "A3", code: "UNKNOWN_LEARNER", message: "没有学号为“no one”的学生。" },
      ],
    });
    const en = await record(bytes, { language: "en" });
    expect(en.rows?.[1]?.message).toBe("There is no student with number “no one”.");
    const aside = await record(bytes, { aside: true });
    expect(aside).toMatchObject({ readyRows: 0, setAsideRows: 2, batch: { badRowCount: 2, totals: [] } });
  });

  test("of a sheet that is bad all through the first 500 cells are listed, and all are counted", async () => {
    const rows = Array.from({ length: 700 }, (_, index) => result(`no one ${index}`, 60));
    const answer = await record(await xlsx([HEADER, ...rows]));
    expect(answer).toMatchObject({ __typename: "SheetProblem", cellCount: 700 });
    // every one of them is marked in the copy
    const copy = await readSheet(
      Buffer.from(String((answer as { annotatedCopy?: string }).annotatedCopy), "base64"),
      "copy.xlsx",
    );
    expect(
      isProblem(copy) ? [] : copy.rows.filter(({ cells }) => /^[A-Z]+\d+: /.test(cells.at(-1) ?? "")),
    ).toHaveLength(700);
    expect(answer.rows).toHaveLength(500);
    expect(answer.rows?.at(-1)).toMatchObject({ rowNo: 501 });
  });

  test("what is no sheet is invalid input with a code", async () => {
    expect(await record(Buffer.from("\0\u0001\u0002"))).toMatchObject({
      __typename: "InvalidInputProblem",
      code: "SHEET_UNREADABLE",
    });
    expect(await record(csv([HEADER]), { as: "student/1" })).toMatchObject({ __typename: "ForbiddenProblem" });
  });

  test("one of any kind is recorded by what its kind needs, and says what it rests on", async () => {
    const document = `mutation ($input: RecordAchievementInput!) { recordAchievement(input: $input) { __typename
      ... on RecordAchievementsSuccess { readyRows batch { id } }
      ... on SheetProblem { rows { code column } } } }`;
    const input = { studentNo: studentNo(7), kind: "WORK", title: "钳工", completedOn: "2026-01-10", provider: "某厂" };
    const ask = (variables: object) =>
      api.ask<{ recordAchievement: Named }>(document, { input: variables }, { as: "wang", language: "en" });
    expect((await ask(input)).data?.recordAchievement).toMatchObject({
      __typename: "SheetProblem",
      rows: [{ code: "CELL_REQUIRED", column: "Months" }],
    });
    const recorded = (await ask({ ...input, months: 12 })).data?.recordAchievement;
    expect(recorded).toMatchObject({ __typename: "RecordAchievementsSuccess", readyRows: 1 });
    await api.ask(CONFIRM, { id: recorded?.batch?.id }, { as: "li" });
    const { data } = await api.ask(
      `{ achievements(first: 50) { edges { node { title { zh } evidence { key label value } } } } }`,
      {},
      { as: "li", language: "en" },
    );
    expect(JSON.stringify(data)).toContain(
      JSON.stringify([
        { key: "provider", label: "Provider", value: "某厂" },
        { key: "months", label: "Months", value: "12" },
      ]),
    );
  });

  test("one result is recorded by its fields", async () => {
    const one = `mutation ($input: RecordAchievementInput!) { recordAchievement(input: $input) {
      __typename ... on RecordAchievementsSuccess { readyRows alreadyRecordedRows batch { sourceName rowCount } }
      ... on SheetProblem { rows { column code } } ... on Problem { code } } }`;
    const input = {
      studentNo: studentNo(38),
      courseCode: "MATH1",
      termCode: "2025-2026-2",
      grade: "77.5",
      completedOn: "2026-06-30",
    };
    const ask = async (change: object) =>
      (await api.ask(one, { input: { ...input, ...change } }, { as: "wang", language: "en" })).data;
    expect(await ask({})).toMatchObject({ recordAchievement: { readyRows: 1, batch: { rowCount: 1 } } });
    expect(await ask({})).toMatchObject({ recordAchievement: { readyRows: 0, alreadyRecordedRows: 1, batch: null } });
    expect(await ask({ grade: "great", attempt: "RETAKE" })).toMatchObject({
      recordAchievement: { rows: [{ column: "Grade", code: "GRADE_OUTSIDE_MODE" }] },
    });
  });

  test("batches of the school are listed newest first, and another school sees none", async () => {
    const list = `query ($first: Int, $after: String) { depositBatches(first: $first, after: $after) {
      edges { node { number institution { name { zh } } } } pageInfo { hasNextPage endCursor } } }`;
    const numbers = (await wholeList("depositBatches", list, 1, "li")).map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    const [row] = await fresh.sql`select count(*) as n from deposit_batch`;
    expect(numbers.length).toBe(row?.["n"]);
    expect((await api.ask(list, {}, { as: "zhao" })).data).toMatchObject({ depositBatches: { edges: [] } });
    const refused = await api.ask(list, {}, { as: "student/1" });
    expect(refused.errors[0]?.extensions?.code).toBe("FORBIDDEN");
  });
});

describe("the school's list of achievements", () => {
  const LIST = `query ($first: Int!, $after: String) { achievements(first: $first, after: $after) {
    edges { node { id kind title { text } credits unit grade { text } completedOn termCode } }
    pageInfo { hasNextPage endCursor } } }`;

  test("pages through everything once, newest first", async () => {
    const seen = await wholeList("achievements", LIST, 7, "li");
    const [row] = await fresh.sql`select count(*) as n from achievement`;
    expect(seen.length).toBe(row?.["n"]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    const node = `query ($id: ID!) { node(id: $id) { ... on Achievement { title { text } } } }`;
    const [{ id } = { id: "" }] = seen;
    expect((await api.ask(node, { id }, { as: "li" })).data).toEqual({ node: { title: { text: "数学" } } });
    expect((await api.ask(node, { id }, { as: "zhao" })).data).toEqual({ node: null });
    const days = seen.map(({ completedOn }) => completedOn);
    expect(days).toEqual(days.toSorted().toReversed());
  });

  test("is for the school's own people", async () => {
    expect((await api.ask(LIST, { first: 5 }, { as: "zhao" })).data).toMatchObject({ achievements: { edges: [] } });
    expect((await api.ask(LIST, { first: 5 }, { as: "student/1" })).errors[0]?.extensions?.code).toBe("FORBIDDEN");
    expect((await api.ask(LIST, { first: 5 })).errors[0]?.extensions?.code).toBe("UNAUTHENTICATED");
    const bent = await api.ask(LIST, { first: 5, after: "WyJ4IiwieSJd" }, { as: "li" });
    expect(bent.errors[0]?.extensions?.code).toBe("INVALID_INPUT");
  });

  test("is one statement in the order of its index, row-level security and all", async () => {
    const school = LI.institutionId ?? "";
    await fresh.sql`create temporary table more as
      select a.* from achievement a, generate_series(1, 1000 / (select count(*)::int from achievement)) where institution_id = ${school}`;
    await fresh.sql`update more set id = gen_random_uuid()`;
    await fresh.sql`insert into achievement select * from more`;
    await fresh.sql`analyze achievement`;
    const tx = fresh.db.read(LI);
    const plan = await tx.run(
      (sql) => sql`explain select id from achievement where institution_id = ${school}
        order by completed_on desc nulls last, id desc nulls last limit 21`,
    );
    tx.end();
    await fresh.sql`delete from achievement where id in (select id from more)`;
    const text = plan.map((row) => row["queryPlan"] ?? row["QUERY PLAN"]).join("\n");
    expect(text).toContain("achievement_institution_idx");
    expect(text).not.toContain("Sort");
  });
});

describe("a learner's bank", () => {
  const BANK = `query ($id: ID!, $asOf: Date) { learner(id: $id) {
    statement(asOf: $asOf) { asOf balances { unit banked held used recognised }
      byInstitution { institution { id } unit credits }
      entries { kind effectiveOn amount balanceAfter achievement { title { text } } } }
    achievements(first: 2) { edges { node { completedOn } } pageInfo { hasNextPage } } } }`;
  interface Bank {
    readonly learner: {
      readonly statement: { readonly balances: readonly object[] };
      readonly achievements: object;
    } | null;
  }
  const ME = `{ viewer { capacity { learner { id } } } }`;
  const idOfLearner = async (): Promise<string> => {
    const { data } = await api.ask<{ viewer: { capacity: { learner: { id: string } } } }>(ME, {}, { as: "student/1" });
    return data?.viewer.capacity.learner.id ?? "";
  };

  test("adds up, today and as of an earlier day", async () => {
    const id = await idOfLearner();
    const ask = async (asOf?: string) => (await api.ask<Bank>(BANK, { id, asOf }, { as: "student/1" })).data?.learner;
    expect((await ask())?.statement).toMatchObject({
      asOf: "2026-07-10",
      balances: [{ unit: "SECONDARY", banked: 1200, held: 0, used: 0, recognised: 0 }],
      byInstitution: [{ unit: "SECONDARY", credits: 1200 }],
      entries: [{ amount: 400, balanceAfter: 1200 }, { balanceAfter: 800 }, { balanceAfter: 400, kind: "DEPOSIT" }],
    });
    expect((await ask("2026-01-10"))?.statement.balances).toMatchObject([{ banked: 800 }]);
    expect((await ask("2024-01-01"))?.statement).toMatchObject({ balances: [], byInstitution: [], entries: [] });
    expect((await ask())?.achievements).toEqual({
      edges: [{ node: { completedOn: "2026-07-01" } }, { node: { completedOn: "2026-01-10" } }],
      pageInfo: { hasNextPage: true },
    });
  });

  test("is open to the learner's registrar and hidden from another school's", async () => {
    const id = await idOfLearner();
    const own = await api.ask<Bank>(BANK, { id }, { as: "li" });
    expect(own.data?.learner?.statement.balances).toMatchObject([{ banked: 1200 }]);
    expect((await api.ask(BANK, { id }, { as: "zhao" })).data).toEqual({ learner: null });
  });
});
