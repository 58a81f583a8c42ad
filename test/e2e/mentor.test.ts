import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

describe.skipIf(noBrowser)("an enterprise mentor", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
    // the demonstration's day is not the browser's
    await portal.server.fresh.sql`update placement set starts_on = current_date - 60, ends_on = current_date + 60`;
  });
  afterAll(() => portal.close());

  test("starts with their apprentices, is told what is wrong, and reports how it went", async () => {
    const page = await portal.open("/", { login: "mentor.machinery" });
    await page.getByRole("heading", { name: "跟我实习的学生" }).waitFor();
    const sheet = page.locator("section", { has: page.getByRole("heading", { name: /李明哲/ }) });
    await sheet.getByLabel("成绩").fill("好极了");
    await sheet.getByRole("button", { name: "报告结果" }).click();
    await sheet.getByRole("alert").waitFor();
    await sheet.getByLabel("成绩").fill("良好");
    await sheet.getByLabel("实际工时").fill("480");
    await sheet.getByLabel("评语").fill("守时，肯学。");
    await sheet.getByRole("button", { name: "报告结果" }).click();
    await sheet.getByRole("button").waitFor({ state: "detached" });
    expect(await sheet.getByText("守时，肯学。", { exact: true }).count()).toBe(1);
    await expectSound(page, "zh");
    await page.context().close();
  });

  test("can read the page on a telephone in English", async () => {
    const page = await portal.open("/mentor", { login: "mentor.machinery", language: "en", size: "narrow" });
    await page.getByText("Good", { exact: true }).waitFor();
    await expectSound(page, "en");
    await page.context().close();
  });
});
