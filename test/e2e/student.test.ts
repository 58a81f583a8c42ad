import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

/** Where pictures of the pages are kept, to be looked at; nowhere where it is not set. */
const PICTURES = process.env["PICTURES"];

describe.skipIf(noBrowser)("a student", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  test("signs in with one click and reads what credits are worth, and why, by keyboard", async () => {
    const page = await portal.open("/");
    await expectSound(page, "zh");
    await page.getByRole("searchbox").fill("student.wang");
    await page.getByRole("button", { name: "王思远" }).click();
    await page.getByRole("heading", { level: 1, name: "我的学分值多少？" }).waitFor();
    const figures = page.locator(".headline-figures .figure-number");
    await figures.first().waitFor();
    const [recognised = 0, passed = 0, remaining = 0, required = 0] = (await figures.allTextContents()).map(Number);
    expect(recognised).toBeGreaterThan(0);
    expect(recognised + passed + remaining).toBe(required);
    await expectSound(page, "zh");

    const ribbon = page.getByRole("button", { name: /认定为.*学分/ }).first();
    await ribbon.focus();
    await page.keyboard.press("Enter");
    const why = page.getByRole("dialog", { name: "为什么这样认定" });
    for (const part of ["依据的成果", "认定为", "学分如何换算", "记录的成绩", "逐项条件", "依据的规则"]) {
      await why.getByRole("heading", { name: part, exact: true }).waitFor();
    }
    await why.locator("cite").first().waitFor();
    await expectSound(page, "zh");
    await page.keyboard.press("Escape");
    await why.waitFor({ state: "detached" });
    expect(await ribbon.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test("finds the picture and the list to say the same", async () => {
    const page = await portal.open("/student", { login: "student.wang" });
    await page.locator(".ribbon").first().waitFor();
    const ribbons = await page.locator(".ribbon").count();
    await page.getByText("列表", { exact: true }).click();
    await page.locator(".line-card").first().waitFor();
    expect(await page.locator(".line-card").count()).toBe(ribbons);
    await page.getByText("English", { exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "What are my credits worth?" }).waitFor();
    await page.locator(".line-card").first().waitFor();
    await expectSound(page, "en");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "What are my credits worth?" }).waitFor();
  });

  test("asks on a phone, for another programme and another day, and keeps the question in the address", async () => {
    const page = await portal.open("/student", { login: "student.wang", language: "en", size: "narrow" });
    await page.locator(".line-card").first().waitFor();
    await expectSound(page, "en");
    expect(await page.locator(".flow").count()).toBe(0);
    await page.locator(".line-card").first().click();
    await page.getByRole("dialog", { name: "Why this is recognised" }).waitFor();
    await expectSound(page, "en");
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "What is left" }).waitFor();
    expect(await page.getByText(/\blost\b/).count()).toBe(0);
    const choice = page.getByLabel("Programme", { exact: true });
    await choice.selectOption({ index: (await choice.locator("option").count()) - 1 });
    await page.getByLabel(/As of/).fill("2026-09-01");
    await page.waitForURL(/programme=.+asOf=2026-09-01/);
    await page.getByText("Sep 1, 2026").waitFor();
  });

  test("looks through achievements and the statement of the bank", async () => {
    const page = await portal.open("/student/achievements", { login: "student.wang" });
    await page.locator(".balance").first().waitFor();
    await page.getByRole("button", { name: "下一页" }).click();
    await page.getByText("第 2 页").waitFor();
    await expectSound(page, "zh");
  });

  test("asks the statement of two days, and prints all of it with its seal", async () => {
    const page = await portal.open("/student/achievements", { login: "student.wang" });
    await page.getByText(/平均学分绩点 \d\.\d{2}/).waitFor();
    const banked = page.locator(".balance", { hasText: "中职层次" }).locator(".figure-number");
    const first = await banked.innerText();
    await page.getByLabel("生效截至").fill("2025-06-30");
    await page.getByText("2025年6月30日").waitFor();
    const earlier = Number(await banked.innerText());
    expect(earlier).toBeLessThan(Number(first));
    // the demonstration was posted at once: before that day the ledger knew of nothing
    await page.getByLabel("记账截至").fill("2020-01-01");
    await page.getByText("账户里还没有记录。").waitFor();
    await page.getByLabel("生效截至").fill("");
    await page.getByLabel("记账截至").fill("");
    await page.locator(".balance").first().waitFor();
    const rows = page.getByRole("table", { name: "往来明细" }).locator("tbody tr");
    expect(await rows.filter({ visible: true }).count()).toBe(8);
    await expectSound(page, "zh");
    await page.emulateMedia({ media: "print" });
    expect(await rows.filter({ visible: true }).count()).toBe(await rows.count());
    await page.getByText(/账本(封存至第|尚未封存)/).waitFor();
    expect(await page.getByRole("heading", { name: "学分银行对账单" }).isVisible()).toBe(true);
    if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, "statement-print.png"), fullPage: true });
    await page.emulateMedia({ media: "screen" });
    if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, "statement-zh.png"), fullPage: true });
  });

  test("reads the statement on a phone, in English", async () => {
    const page = await portal.open("/student/achievements", { login: "student.wang", language: "en", size: "narrow" });
    await page.getByText(/grade point average/).waitFor();
    await expectSound(page, "en");
    if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, "statement-en.png"), fullPage: true });
  });

  test("sees what a section counts for at home, takes a seat, and gives it up", async () => {
    const page = await portal.open("/student/sections", { login: "student.jiang", size: "narrow" });
    const open = page.locator(".section-card", { has: page.getByRole("button", { name: "选课", exact: true }) });
    await open.first().waitFor();
    await expectSound(page, "zh");
    expect(await page.getByRole("heading", { name: "在本校能算什么" }).count()).toBeGreaterThan(0);
    const title = await takeFirstFree(page);
    const card = page.locator(".section-card", { hasText: title });
    await card.getByText("已选", { exact: true }).waitFor();
    await card.getByRole("button", { name: "退课" }).click();
    await card.getByRole("button", { name: "选课", exact: true }).waitFor();
  });
});

/** Takes a seat in the first section that lets one; those that refuse say why in words. */
async function takeFirstFree(page: Awaited<ReturnType<PortalUnderTest["open"]>>): Promise<string> {
  const cards = page.locator(".section-card");
  for (let index = 0; index < (await cards.count()); index += 1) {
    const card = cards.nth(index);
    const button = card.getByRole("button", { name: "选课", exact: true });
    if ((await button.count()) === 0) continue;
    await button.click();
    const taken = card.getByRole("button", { name: "退课" });
    const refused = card.getByRole("alert");
    await taken.or(refused).first().waitFor();
    if ((await taken.count()) > 0)
      return (await card.getByRole("heading", { level: 2 }).innerText()).split("\n").at(-1) ?? "";
    expect((await refused.innerText()).length).toBeGreaterThan(8);
  }
  throw new Error("no section lets the student in");
}
