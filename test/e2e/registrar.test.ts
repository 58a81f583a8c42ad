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
    const [copy] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "下载标出问题的副本" }).click(),
    ]);
    expect(copy.suggestedFilename()).toBe("results-有问题.xlsx");
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

  test("corrects a result, sees what it was before, and a colleague confirms it", async () => {
    const page = await portal.open("/registrar", { login: "registrar.jdsf" });
    await page
      .getByRole("row", { name: /张晓雨.*91/ })
      .getByRole("link", { name: "更正" })
      .click();
    await page.getByLabel("成绩", { exact: true }).fill("优秀啊");
    await page.getByLabel("更正理由").fill("试卷第三题漏记分");
    await page.getByLabel("成绩更正单编号").fill("更正 2026-14");
    await page.getByRole("button", { name: "提交待确认" }).click();
    await page.getByText("成绩“优秀啊”不符合该课程的成绩记录方式（百分制）。").waitFor();
    await expectSound(page, "zh");
    await page.getByLabel("成绩", { exact: true }).fill("95");
    await page.getByRole("button", { name: "提交待确认" }).click();
    await page.getByText(/等待另一位教务人员确认/).waitFor();
    await expectSound(page, "zh");

    const deputy = await portal.open("/registrar/batches", { login: "deputy.jdsf", language: "en", size: "narrow" });
    await deputy.locator(".batch-card").getByRole("link").first().click();
    await deputy.getByText(/Corrected; it was 91, [\d.]+ credits\. 更正 2026-14: 试卷第三题漏记分/).waitFor();
    await expectSound(deputy, "en");
    await deputy.getByRole("button", { name: "Confirm and deposit" }).click();
    await deputy.getByText("1 achievement deposited.").waitFor();

    await page.getByRole("link", { name: "返回本校成果" }).click();
    await page.getByRole("row", { name: /张晓雨.*95/ }).waitFor();
    await page
      .getByRole("row", { name: /张晓雨.*91/ })
      .getByText("已冲正")
      .waitFor();
  });

  test("reviews what rested on something taken back, and closes the case with a finding", async () => {
    await portal.server.fresh
      .sql`insert into review_case (learner_id, id, achievement_id, title_zh, title_en, unit, credits,
        registration_id, programme_id, institution_id, corrected_by, kind, reason, opened_at)
      select r.learner_id, r.id, r.id, '焊接实训', 'Welding', 'SECONDARY', 300, r.id, r.programme_id, r.institution_id,
        r.institution_id, 'REVERSE', '更正 2026-15 登记到了别人名下', '2026-11-20'
      from registration r join learner l on l.id = r.learner_id where l.name = '王思远' limit 1`;
    const page = await portal.open("/registrar/reviews", { login: "registrar.jdsf", size: "narrow" });
    await page.getByText("登记到了别人名下").waitFor();
    await expectSound(page, "zh");
    await page.getByLabel("复核意见").fill("维持原认定，另行补修。");
    await page.getByRole("button", { name: "办结" }).click();
    await page.getByText("没有待复核的事项").waitFor();
    await page.getByLabel("也显示已办结的").check();
    await page.getByText("维持原认定，另行补修。").waitFor();
    await expectSound(page, "zh");
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
