import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

describe.skipIf(noBrowser)("the education bureau", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  test("starts with figures by alliance and by school, and saves them as a sheet that computes nothing", async () => {
    const page = await portal.open("/", { login: "bureau.baotou" });
    await page.getByRole("heading", { name: "统计", level: 1 }).waitFor();
    await page.getByText("不公布", { exact: true }).first().waitFor();
    await page.getByRole("table", { name: "按联盟" }).waitFor();
    await page.getByText("人数不足 5 人的组不公布数字", { exact: false }).waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "下载表格: 按学校" }).click();
    const sheet = await readFile(await (await download).path(), "utf8");
    expect(sheet.split("\r\n").length).toBeGreaterThan(3);
    expect(sheet).not.toMatch(/(^|,)"?[=+@-]/m);
    await expectSound(page, "zh");
    await page.context().close();
  });

  test("reads them on a telephone in English", async () => {
    const page = await portal.open("/bureau", { login: "bureau.baotou", language: "en", size: "narrow" });
    await page.getByText("withheld", { exact: true }).first().waitFor();
    await expectSound(page, "en");
    await page.context().close();
  });
});
