import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

/** One course result that is in order, and one of a student whom the school does not have. */
const SHEET = [
  "学号,姓名,代码,学期,成绩,完成日期",
  "2024010002,张晓雨,JD0129,2026-2027-1,91,2026-11-20",
  "2099999999,无此人,JD0129,2026-2027-1,80,2026-11-20",
].join("\r\n");
const FILE = { name: "results.csv", mimeType: "text/csv", buffer: Buffer.from(`\uFEFF${SHEET}\r\n`) };

describe.skipIf(noBrowser)("a registrar", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  test("records a sheet, hears of its bad cells, sets them aside, and cannot confirm it alone", async () => {
    const page = await portal.open("/registrar/record", { login: "registrar.jdsf" });
    await page.locator("input[type=file]").setInputFiles(FILE);
    await page.getByRole("button", { name: "检查并登记" }).click();
    const faults = page.getByRole("table", { name: /有问题的单元格/ });
    await faults.waitFor();
    expect(await faults.getByRole("rowheader").first().innerText()).toMatch(/^A3\b/);
    expect(await faults.innerText()).toContain("2099999999");
    await expectSound(page, "zh");

    await page.getByLabel("搁置有问题的行").check();
    await page.getByRole("button", { name: "检查并登记" }).click();
    await page.getByRole("heading", { name: /已形成批次/ }).waitFor();
    await page.getByRole("link", { name: "查看批次" }).click();
    await page.getByText(/须由本校另一位教务人员确认/).waitFor();
    expect(await page.getByRole("button", { name: "确认存入" }).isDisabled()).toBe(true);
    await expectSound(page, "zh");
  });

  test("confirms on a phone what a colleague recorded", async () => {
    const page = await portal.open("/registrar/batches", { login: "deputy.jdsf", language: "en", size: "narrow" });
    await page.locator(".batch-card").first().waitFor();
    await expectSound(page, "en");
    await page.locator(".batch-card").getByRole("link").first().click();
    await page.getByRole("button", { name: "Confirm and deposit" }).click();
    await page.getByText("1 achievement deposited.").waitFor();
    await expectSound(page, "en");
    await page.getByRole("link", { name: "Achievements" }).click();
    await page
      .getByRole("row", { name: /张晓雨/ })
      .first()
      .waitFor();
    await expectSound(page, "en");
  });

  test("asks for a learner what their credits are worth", async () => {
    const page = await portal.open("/registrar/learners", { login: "registrar.jdsf" });
    await page.getByRole("searchbox").fill("王思远");
    await page.getByRole("link", { name: "王思远" }).click();
    await page.locator(".ribbon").first().waitFor();
    await expectSound(page, "zh");
  });

  test("confirms the grades that a host school returned", async () => {
    // grades come after selection has closed
    await portal.server.fresh.sql`update section set opens_at = '2026-01-01', closes_at = '2026-02-01'
      where number = 'BG0907-01'`;
    const host = await portal.open("/teaching", { login: "teacher.btis", language: "en", size: "narrow" });
    const grade = host.getByLabel(/^Grade of 蒋一诚/).first();
    await grade.selectOption("优秀");
    const sheet = host.locator(".sheet", { has: grade });
    await sheet.getByLabel("Completed on").fill("2026-11-20");
    await expectSound(host, "en");
    await sheet.getByRole("button", { name: "Return the grades" }).click();
    await sheet.getByText("Grades of 1 student returned.").waitFor();

    const home = await portal.open("/registrar/grades", { login: "registrar.btvtc" });
    const returned = home.locator(".sheet", { has: home.getByText("1 人待确认") });
    await returned.getByText("优秀").waitFor();
    await expectSound(home, "zh");
    await returned.getByRole("button", { name: "确认成绩并存入" }).click();
    await home.getByText(/已存入 1 项/).waitFor();
    await home.getByText("已存入并认定").first().waitFor();
  });
});
