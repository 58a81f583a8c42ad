import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../src/api/node-id.ts";
import { idOf } from "../../src/seed/id.ts";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

/** Where pictures of the pages go, for whoever wants to look at them. */
const PICTURES = process.env["PICTURES"];
type Page = Awaited<ReturnType<PortalUnderTest["open"]>>;

describe.skipIf(noBrowser)("a transfer list", () => {
  let portal: PortalUnderTest;
  let today = "";
  beforeAll(async () => {
    portal = await openPortal();
    const { sql } = portal.server.fresh;
    const [row] = await sql<{ today: string }[]>`select (now() at time zone 'Asia/Shanghai')::date::text as today`;
    today = row?.today ?? expect.fail("the database has a clock");
  });
  afterAll(() => portal.close());

  const picture = async (page: Page, name: string) => {
    if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  };
  const sheetIn = (page: Page) => page.locator("section.sheet", { has: page.locator("table.rows") }).first();

  test("holds whoever was placed in its pathway, which waits for a minor's guardian", async () => {
    for (const [language, size] of [
      ["zh", "wide"],
      ["en", "narrow"],
    ] as const) {
      const id = encodeURIComponent(encodeId("Learner", idOf("learner", "wang-siyuan")));
      const page = await portal.open(`/registrar/learners/${id}`, { login: "registrar.jdsf", language, size });
      const sheet = page.locator("section.sheet", { has: page.getByRole("heading", { name: /^(贯通培养|Pathway)$/ }) });
      await sheet.getByRole("combobox").selectOption({ index: 2 });
      await sheet.getByRole("button").click();
      await sheet.getByText("GUARDIAN_CONSENT_REQUIRED").waitFor();
      await expectSound(page, language);
      if (PICTURES !== undefined) await sheet.screenshot({ path: join(PICTURES, `pathway-${language}-${size}.png`) });
      await page.context().close();
    }
  });

  test("is made by the sending school's registrar, who reads of everyone whether they qualify", async () => {
    const page = await portal.open("/registrar/transfers", { login: "registrar.jdsf" });
    const stages = page.getByLabel(/^贯通培养路径/);
    const ours = stages.locator("option", { hasText: "机电技术应用至机电一体化技术" }).first();
    await stages.selectOption((await ours.getAttribute("value")) ?? "");
    await page.getByLabel(/^年级/).fill("2024");
    await page.getByLabel(/^班级/).fill("24机电1班");
    await page.getByLabel(/^下一学段开始日期/).fill(today);
    await page.getByLabel(/^决定日期/).fill(today);
    await page.getByLabel(/^文号/).fill("包机校转〔2026〕1号");
    await page.getByLabel(/^转段考核成绩/).fill("2024010001 82.5\n王思远");
    const make = page.getByRole("button", { name: "制定名单" });
    await make.click();
    await page.getByRole("alert").getByText("无法识别这一行：王思远").waitFor();
    await page.getByLabel(/^转段考核成绩/).fill("2024010001 82.5\n2024010002 35");
    await make.click();
    const sheet = sheetIn(page);
    const row = (name: string) => sheet.getByRole("row", { name: new RegExp(name) });
    await row("王思远").getByText("符合条件", { exact: true }).waitFor();
    await row("张晓雨").getByText("转段考核成绩 35，不低于 40").waitFor();
    expect(await sheet.getByRole("button", { name: "确认并公示" }).count()).toBe(0);
    await expectSound(page, "zh");
    await picture(page, "transfers-made-zh-wide");
    await page.context().close();
  });

  test("is published by another person, on a telephone in English", async () => {
    const page = await portal.open("/registrar/transfers", {
      login: "confirmer.jdsf",
      language: "en",
      size: "narrow",
    });
    await expectSound(page, "en");
    await picture(page, "transfers-waiting-en-narrow");
    await sheetIn(page).getByRole("button", { name: "Confirm and publish" }).click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByLabel(/^Contact/)
      .first()
      .fill("教务科");
    await dialog.getByLabel(/^How to reach/).fill("行政楼 101");
    await dialog.getByRole("button", { name: "Confirm and publish" }).click();
    await dialog.waitFor({ state: "detached" });
    await sheetIn(page)
      .getByText(/^published/)
      .waitFor();
    await picture(page, "transfers-published-en-narrow");
    await page.context().close();
  });

  test("is taken in by the receiving school when the notice is over, with a number for each", async () => {
    const page = await portal.open("/registrar/transfers", { login: "registrar.btvtc" });
    const sheet = sheetIn(page);
    await sheet.getByLabel("王思远的本校学号").fill("202601001");
    await sheet.getByRole("button", { name: "接收 1 人" }).click();
    await page.getByRole("alert").getByText("PUBLIC_NOTICE_OPEN").waitFor();
    await expectSound(page, "zh");
    await picture(page, "transfers-accepting-zh-wide");
    // the notice has run out
    await portal.server.fresh
      .sql`update public_notice set closes_at = now() - interval '1 minute' where kind = 'TRANSFER_LIST'`;
    await sheet.getByRole("button", { name: "接收 1 人" }).click();
    await sheet.getByText("已接收", { exact: true }).waitFor();
    await picture(page, "transfers-accepted-zh-wide");
    expect(await sheet.getByLabel("王思远的本校学号").count()).toBe(0);
    await page.context().close();
  });

  test("tells whoever is not on it why, on a telephone", async () => {
    const page = await portal.open("/student/changes", { login: "student.zhang", size: "narrow" });
    await page.getByText("转段考核成绩 35，不低于 40").waitFor();
    await expectSound(page, "zh");
    await picture(page, "transfers-student-zh-narrow");
    await page.context().close();
  });
});
