import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

describe.skipIf(noBrowser)("the education bureau", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  test("starts with figures by school, and saves them as a sheet that computes nothing", async () => {
    const page = await portal.open("/", { login: "bureau.baotou" });
    await page.getByRole("heading", { name: "各校统计" }).waitFor();
    await page.getByText("不足 5 人", { exact: true }).first().waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "下载表格" }).click();
    const sheet = await readFile(await (await download).path(), "utf8");
    expect(sheet.split("\r\n").length).toBeGreaterThan(3);
    expect(sheet).not.toMatch(/(^|,)"?[=+@-]/m);
    await expectSound(page, "zh");
    await page.context().close();
  });

  test("reads them on a telephone in English", async () => {
    const page = await portal.open("/bureau", { login: "bureau.baotou", language: "en", size: "narrow" });
    await page.getByText("fewer than 5", { exact: true }).first().waitFor();
    await expectSound(page, "en");
    await page.context().close();
  });
});
