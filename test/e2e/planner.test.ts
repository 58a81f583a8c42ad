import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

describe.skipIf(noBrowser)("an alliance planner", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  test("sees four alliances in five dimensions and follows one into a pathway's plan, norms and rules", async () => {
    const page = await portal.open("/planner", { login: "planner.alliance1" });
    await page.locator(".alignment").first().waitFor();
    expect(await page.locator(".alignment").count()).toBe(4);
    expect(await page.locator(".alignment").first().locator("li").count()).toBe(5);
    await expectSound(page, "zh");

    await page.locator(".pathway-links a").first().click();
    await page.locator(".matrix").first().waitFor();
    const [stage] = await page.locator(".chain-stage").all();
    await stage?.getByText("进入下一学段").waitFor();
    const first = page.locator(".matrix").first();
    expect(await first.getByRole("columnheader").count()).toBeGreaterThanOrEqual(4);
    await first.getByRole("rowheader", { name: /专业核心课/ }).waitFor();
    await page
      .getByRole("heading", { name: /对照国家规范/ })
      .first()
      .waitFor();
    expect(await page.locator(".rule").count()).toBeGreaterThan(0);
    for (const rule of await page.locator(".rule").all()) expect(await rule.locator("cite").count()).toBe(1);
    await expectSound(page, "zh");
  });

  test("reads a plan term by term on a phone, and every rule set in English", async () => {
    const page = await portal.open("/planner/pathways", { login: "planner.alliance2", language: "en", size: "narrow" });
    await page.locator(".term-list").first().waitFor();
    await expectSound(page, "en");
    const choice = page.getByLabel("Choose a pathway");
    await choice.selectOption({ index: (await choice.locator("option").count()) - 1 });
    await page.waitForURL(/\/planner\/pathways\/.+/);
    await page.locator(".chain-stage").first().waitFor();

    await page.getByRole("link", { name: "Rules" }).click();
    await page.locator(".rule").first().waitFor();
    await expectSound(page, "en");
  });
});
