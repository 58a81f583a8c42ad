import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, picture, type PortalUnderTest } from "./support.ts";

const HEADER = "学习账户号,姓名,成果类型,名称,代码,证书等级,证书编号,月数,完成日期";

describe.skipIf(noBrowser)("somebody without a registration", () => {
  let portal: PortalUnderTest;
  let number = "";
  let code = "";
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  test("is opened an account by a registrar who has seen their document, and found by the number", async () => {
    const page = await portal.open("/registrar/learners", { login: "registrar.btvtc" });
    await page.getByRole("button", { name: "开户", exact: true }).click();
    await page.locator("input[name=name]").fill("郭建军");
    await page.getByLabel("证件类型").selectOption({ label: "护照" });
    await page.getByLabel("证件号码", { exact: false }).fill("E1234567");
    await page.getByLabel("出生日期", { exact: false }).fill("1986-05-12");
    await page.getByLabel("无学籍的缘由").selectOption({ label: "其他" });
    await page.locator("input[name=remark]").fill("社区推荐");
    await expectSound(page, "zh");
    await picture(page, "open-learner-form-wide-zh");
    await page.getByRole("button", { name: "开户并生成登录码" }).click();
    await page.getByText("已为 郭建军 开户").waitFor();
    number = (await page.getByRole("status").locator("code").first().textContent()) ?? "";
    expect(number).toMatch(/^XF\d{10}$/);
    code = (await page.locator(".slip-code").textContent()) ?? "";
    await expectSound(page, "zh");
    await picture(page, "open-learner-done-wide-zh");
    await page.getByRole("searchbox").fill(number);
    await page.getByRole("row", { name: new RegExp(`郭建军.*${number}`) }).waitFor();
    await page.getByLabel("只看有学习账户号的学习者").check();
    await page.getByRole("searchbox").fill("");
    await page.getByRole("row", { name: /罗建国/ }).waitFor();
    expect(await page.getByRole("row", { name: /黄诗涵/ }).count()).toBe(0);
    await picture(page, "open-learner-list-wide-zh");
  });

  test("is found again and not opened twice; the form keeps what was wrong", async () => {
    const page = await portal.open("/registrar/learners", { login: "deputy.btvtc", language: "en", size: "narrow" });
    await page.getByRole("button", { name: "Open an account" }).click();
    await page.locator("input[name=name]").fill("Guo Jianjun");
    await page.getByLabel("Number of the document", { exact: false }).fill("150203209912310011");
    await page.getByRole("button", { name: "Open it, with a sign-in code" }).click();
    await page.getByText("The check digit of the number is wrong").waitFor();
    await page.getByLabel("Kind of document").selectOption({ label: "Passport" });
    await page.getByLabel("Number of the document", { exact: false }).fill("e1234567");
    await page.getByLabel("Date of birth", { exact: false }).fill("1986-05-12");
    await picture(page, "open-learner-form-narrow-en");
    await page.getByRole("button", { name: "Open it, with a sign-in code" }).click();
    await page.getByText("Your school has a record of 郭建军 already").waitFor();
    await page.getByText("They have a way into the portal").waitFor();
    expect(await page.locator(".slip-code").count()).toBe(0);
    await expectSound(page, "en");
    await page.getByRole("link", { name: "See the learner" }).click();
    await page.getByText(number).first().waitFor();
    await expectSound(page, "en");
    await picture(page, "open-learner-page-narrow-en");
  });

  test("has a certificate and years of work deposited by their number, by two people", async () => {
    const rows = [
      HEADER,
      `${number},郭建军,工作经历,电工,,,,36,2026-06-30`,
      `${number},,证书,,lab-electrician,高级,DEMO2739190395,,2024-11-20`,
    ].join("\r\n");
    const page = await portal.open("/registrar/record", { login: "registrar.btvtc" });
    const buffer = Buffer.from(`\uFEFF${rows}\r\n`);
    await page.locator("input[type=file]").setInputFiles({ name: "achievements.csv", mimeType: "text/csv", buffer });
    await page.getByRole("button", { name: "检查并登记" }).click();
    await page.getByRole("heading", { name: /已形成批次/ }).waitFor();
    const deputy = await portal.open("/registrar/batches", { login: "deputy.btvtc" });
    await deputy.locator(".batch-card").getByRole("link").first().click();
    await deputy.getByRole("button", { name: "确认存入" }).click();
    await deputy.getByText(/已存入 2 项/).waitFor();
    const [row] = await portal.server.fresh.sql`
      select count(*)::int as n from achievement a join bank_number b on b.learner_id = a.learner_id where b.number = ${number}`;
    expect(row).toEqual({ n: 2 });
  });

  test("signs in with the code, sees what was deposited, and what it is worth in a programme", async () => {
    const page = await portal.open("/", { size: "narrow" });
    await page.getByLabel("登录码", { exact: false }).first().fill(code);
    await page.getByRole("button", { name: "登录", exact: true }).last().click();
    await page.getByRole("heading", { name: "我的账号" }).waitFor();
    await page.goto(`${portal.server.url}/student/achievements`);
    await page.getByText("电工").first().waitFor();
    await expectSound(page, "zh");
    await picture(page, "open-learner-bank-narrow-zh");

    await page.goto(`${portal.server.url}/student`);
    await page.getByText("请先选择想去的专业").waitFor();
    await page.getByText(number).waitFor();
    await expectSound(page, "zh");
    await page.getByLabel("想去的专业").selectOption("btvtc-460301-2y");
    // three years of work and the certificate together are worth a course there
    await page.getByText("机电综合技能实训").first().waitFor();
    await expectSound(page, "zh");
    await picture(page, "open-learner-check-narrow-zh");
    for (const path of [
      "/student/sections",
      "/student/applications",
      "/student/access",
      "/inbox",
      "/student/changes",
    ]) {
      await page.goto(`${portal.server.url}${path}`);
      await page.locator("h1:not(.visually-hidden)").waitFor();
      await expectSound(page, "zh");
      await picture(page, `open-learner-${path.slice(1).replace("/", "-")}-narrow-zh`);
    }
    await page.goto(`${portal.server.url}/student/applications`);
    const way = page.getByLabel("想去的专业");
    const option = way.locator("option", { hasText: "机电一体化技术(高职专科两年" }).first();
    await way.selectOption(await option.getAttribute("value"));
    await page.getByText(/现行规则最多可认定/).waitFor();
    await expectSound(page, "zh");
    await page.getByRole("button", { name: "提交申请" }).click();
    await page.getByRole("heading", { name: /待核实事实/ }).waitFor();
    await expectSound(page, "zh");
    await picture(page, "open-learner-applied-narrow-zh");
  });
});
