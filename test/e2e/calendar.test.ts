import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

/** Where pictures of the pages go, for whoever wants to look at them. */
const PICTURES = process.env["PICTURES"];

describe.skipIf(noBrowser)("the office's", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  const picture = async (page: Awaited<ReturnType<PortalUnderTest["open"]>>, name: string) => {
    if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  };

  test("calendar is set by a registrar: term, window, own day and bells, each wrong entry told in words", async () => {
    const page = await portal.open("/registrar/calendar", { login: "registrar.jdsf" });
    const sheet = (name: string) =>
      page.locator("section", { has: page.getByRole("heading", { level: 2, name, exact: true }) });
    const terms = sheet("学期");
    await terms.getByLabel("学期").fill("2027-2028-1");
    await terms.getByLabel("第一教学周的星期一").fill("2027-08-31");
    await terms.getByLabel("教学周数").fill("20");
    await terms.getByLabel("考试周").fill("19, 20");
    await terms.getByRole("button", { name: "保存学期" }).click();
    await terms.getByText("NOT_A_MONDAY").waitFor();
    await terms.getByLabel("第一教学周的星期一").fill("2027-08-30");
    await terms.getByRole("button", { name: "保存学期" }).click();
    await terms.getByRole("row", { name: /2027-2028-1.*20.*19, 20/ }).waitFor();

    const windows = sheet("办理时间");
    await windows.getByLabel("学期").selectOption("2027-2028-1");
    await windows.getByLabel("开始").fill("2027-08-23T08:00");
    await windows.getByLabel("结束").fill("2027-09-10T18:00");
    await windows.getByLabel("依据的文件").fill("关于跨校选课的通知");
    await windows.getByLabel("条款").fill("第二条");
    await windows.getByRole("button", { name: "保存办理时间" }).click();
    await windows.getByRole("row", { name: /跨校选课.*2027-2028-1/ }).waitFor();

    const days = sheet("本校的放假与调课");
    await days.getByLabel("日期").fill("2026-12-01");
    await days.getByLabel("依据的文件").fill("运动会通知");
    await days.getByLabel("条款").fill("一");
    await days.getByRole("button", { name: "保存这一天" }).click();
    await days.getByRole("row", { name: /运动会通知/ }).waitFor();

    const bells = sheet("作息时间");
    await bells.getByLabel("季节").selectOption("SUMMER");
    await bells.getByLabel("每年从哪一天起（月-日）").fill("05-01");
    await bells.getByLabel("各节时间").fill("07:40-08:25\n08:35-09:20");
    await bells.getByRole("button", { name: "保存作息" }).click();
    await bells.getByText("1: 07:40–08:25", { exact: false }).waitFor();
    await picture(page, "calendar-zh-wide");
    await expectSound(page, "zh");
    await page.context().close();

    const english = await portal.open("/registrar/calendar", {
      login: "registrar.jdsf",
      language: "en",
      size: "narrow",
    });
    await english.getByText("2027-2028-1").first().waitFor();
    await picture(english, "calendar-en-narrow");
    await expectSound(english, "en");
    await english.context().close();
  });

  test("dead jobs are shown to an administrator, who lets one begin anew", async () => {
    const { sql } = portal.server.fresh;
    await sql`select graphile_worker.add_job('notice.sweep', '{}')`;
    await sql`update graphile_worker._private_jobs set attempts = max_attempts, last_error = 'EENVELOPE', locked_at = null`;
    const page = await portal.open("/jobs", { login: "admin", language: "en", size: "narrow" });
    await page.getByText("notice.sweep").waitFor();
    expect(await page.getByText("EENVELOPE").count()).toBe(1);
    await picture(page, "jobs-en-narrow");
    await expectSound(page, "en");
    await page.getByRole("button", { name: "Begin anew: notice.sweep" }).click();
    await page.getByText("None has failed.").waitFor();
    await page.context().close();

    const empty = await portal.open("/jobs", { login: "admin" });
    await empty.getByText("没有失败的任务。").waitFor();
    await picture(empty, "jobs-zh-wide");
    await expectSound(empty, "zh");
    await empty.context().close();
  });
});
