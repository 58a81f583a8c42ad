import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

/** Where pictures of the pages go, for whoever wants to look at them. */
const PICTURES = process.env["PICTURES"];
type Page = Awaited<ReturnType<PortalUnderTest["open"]>>;

describe.skipIf(noBrowser)("a change of major", () => {
  let portal: PortalUnderTest;
  let today = "";
  beforeAll(async () => {
    portal = await openPortal();
    const [row] = await portal.server.fresh.sql<{ today: string }[]>`
      select (now() at time zone 'Asia/Shanghai')::date::text as today`;
    today = row?.today ?? expect.fail("the database has a clock");
  });
  afterAll(() => portal.close());

  const picture = async (page: Page, name: string) => {
    if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  };
  const sheetIn = (page: Page, name: RegExp) =>
    page.locator("section.sheet", { has: page.getByRole("heading", { name }) });

  test("is recorded by the registrar, who reads what it does and cannot confirm it", async () => {
    const page = await portal.open("/registrar/changes", { login: "registrar.jdsf" });
    await page.getByRole("combobox", { name: "学生" }).or(page.getByLabel(/^学生/)).first().fill("王思远");
    await page.getByRole("option", { name: /王思远/ }).click();
    await page.getByLabel(/^学籍/).selectOption({ index: 1 });
    // whoever is at school cannot come back
    expect(
      await page
        .getByLabel(/^异动种类/)
        .locator("option", { hasText: "复学" })
        .count(),
    ).toBe(0);
    await page.getByLabel(/^异动种类/).selectOption("CHANGE_OF_MAJOR");
    await page.getByLabel(/^转入专业/).selectOption({ label: "电气设备运行与控制(中职三年)" });
    await page.getByLabel(/^生效日期/).fill(today);
    await page.getByLabel(/^决定日期/).fill(today);
    await page.getByLabel(/^文号/).fill("包机校学〔2026〕21号");
    await page.getByLabel(/^事由/).fill("本人申请");
    await page.getByLabel(/^班级/).fill("99班");
    const record = page.getByRole("button", { name: "登记异动" });
    await record.click();
    await page.getByRole("alert").getByText("UNKNOWN_CLASS").waitFor();
    await page.getByLabel(/^班级/).fill("24电气1班");
    await record.click();
    const sheet = sheetIn(page, /王思远 · 转专业/);
    await sheet.getByText("失去").waitFor();
    await sheet.getByText(/电工基础与技能/).waitFor();
    expect(await sheet.getByRole("button", { name: "确认" }).count()).toBe(0);
    expect(await sheet.getByRole("button", { name: "退回" }).count()).toBe(1);
    await expectSound(page, "zh");
    await picture(page, "changes-recorded-zh-wide");
    await page.context().close();
  });

  test("is confirmed by another person, on a telephone in English", async () => {
    const page = await portal.open("/registrar/changes", { login: "confirmer.jdsf", language: "en", size: "narrow" });
    const sheet = sheetIn(page, /王思远 · Change of major/);
    await sheet.getByRole("button", { name: "Confirm" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Confirm" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await sheet.getByText("to be filed").waitFor();
    await expectSound(page, "en");
    await picture(page, "changes-confirmed-en-narrow");
    expect(await sheet.getByRole("button").count()).toBe(0);
    await page.context().close();
  });

  test("is filed by the registrar", async () => {
    const page = await portal.open("/registrar/changes", { login: "registrar.jdsf", language: "en" });
    const sheet = sheetIn(page, /王思远 · Change of major/);
    await sheet.getByRole("button", { name: "Note the filing" }).click();
    await page.getByRole("dialog").getByLabel(/^Date/).fill(today);
    await page.getByRole("dialog").getByRole("button", { name: "Note the filing" }).click();
    await sheet.getByText(/^filed/).waitFor();
    await picture(page, "changes-filed-en-wide");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.context().close();
  });

  test("is read by the learner, with the courses to make up", async () => {
    const page = await portal.open("/student/changes", { login: "student.wang", size: "narrow" });
    await page.getByRole("heading", { name: "王思远 · 转专业" }).waitFor();
    await page.getByText(/^直接带入的课程/).click();
    await expectSound(page, "zh");
    await picture(page, "changes-student-zh-narrow");
    expect(await page.getByRole("button", { name: /确认|退回|备案/ }).count()).toBe(0);
    await page.context().close();
  });
});
