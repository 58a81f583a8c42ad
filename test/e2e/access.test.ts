import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

/** Where pictures of the pages go, for whoever wants to look at them. */
const PICTURES = process.env["PICTURES"];

describe.skipIf(noBrowser)("who may look, and who looked", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
    const desk = await portal.open("/registrar/learners", { login: "registrar.jdsf" });
    await desk.getByRole("searchbox").fill("王思远");
    await desk.getByRole("link", { name: "王思远" }).click();
    await desk.getByRole("heading", { level: 1, name: "学生的学分认定" }).waitFor();
    await desk.locator(".headline-figures").waitFor();
    await portal.server.audit();
    await desk.context().close();
  });
  afterAll(() => portal.close());

  const picture = async (page: Awaited<ReturnType<PortalUnderTest["open"]>>, name: string) => {
    if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  };

  test("the learner finds the registrar's look with the role, and none of their own", async () => {
    const own = await portal.open("/student/achievements", { login: "student.wang" });
    await own.locator(".balance").first().waitFor();
    await portal.server.audit();
    const page = await portal.open("/student/access", { login: "student.wang" });
    const looks = page.getByRole("table", { name: "访问记录" });
    await looks.getByRole("row", { name: /教务/ }).first().waitFor();
    expect(await looks.getByRole("row", { name: /学生/ }).count()).toBe(0);
    expect(await looks.textContent()).not.toContain("贾老师");
    await picture(page, "access-zh-wide");
    await expectSound(page, "zh");
  });

  test("the learner shares the record with a school, and takes that back", async () => {
    const page = await portal.open("/student/access", { login: "student.wang", language: "en", size: "narrow" });
    const sheet = page.locator("section", { has: page.getByRole("heading", { name: "Sharing with other schools" }) });
    await sheet.getByText("Nothing is shared with any school.").waitFor();
    const choice = sheet.getByLabel("Share with");
    const own = await choice.getByRole("option", { name: /School of Mechatronics/ }).count();
    await choice.selectOption({ index: 2 });
    const school = await choice.evaluate((element: HTMLSelectElement) => element.selectedOptions[0]?.text ?? "");
    await sheet.getByRole("button", { name: "Share", exact: true }).click();
    const take = sheet.getByRole("button", { name: `Take back: ${school}` });
    await take.waitFor();
    await picture(page, "access-shared-en-narrow");
    await expectSound(page, "en");
    expect(await choice.getByRole("option", { name: school, exact: true }).count()).toBe(0);
    await take.click();
    await sheet.getByText(/Taken back/).waitFor();
    expect([own, await take.count()]).toEqual([0, 0]);
  });

  test("a guardian finds the same for the child, and gives and takes back as well", async () => {
    const page = await portal.open("/student/access", { login: "guardian.wang" });
    const sheet = page.locator("section", { has: page.getByRole("heading", { name: "与其他学校共享" }) });
    await sheet.getByText(/已撤回/).waitFor();
    await sheet.getByLabel("共享给哪所学校").selectOption({ index: 1 });
    await sheet.getByLabel("最后一天").fill("2000-01-01");
    await sheet.getByRole("button", { name: "同意共享" }).click();
    await sheet.getByRole("alert").waitFor();
    await sheet.getByLabel("最后一天").fill("2099-12-31");
    await sheet.getByRole("button", { name: "同意共享" }).click();
    await sheet.getByText("共享中", { exact: true }).waitFor();
    await expectSound(page, "zh");
    await sheet.getByRole("button", { name: /撤回同意：/ }).click();
    await sheet.getByText("共享中", { exact: true }).waitFor({ state: "detached" });
    expect(await sheet.getByText(/已撤回/).count()).toBe(2);
  });

  test("the auditor searches for that look and finds it, and reaches no learner's page", async () => {
    const page = await portal.open("/", { login: "auditor" });
    await page.getByRole("heading", { level: 1, name: "审计日志" }).waitFor();
    await page.getByLabel("操作账号").fill("registrar.jdsf");
    await page.getByRole("button", { name: "查询" }).click();
    const found = page.getByRole("row", { name: /教务/ });
    await found.first().waitFor();
    await picture(page, "audit-zh-wide");
    await expectSound(page, "zh");
    await found.getByRole("button", { name: "只看该学生" }).first().click();
    await page.getByRole("heading", { name: "涉及这名学生的条目" }).waitFor();
    await found.first().waitFor();

    for (const address of ["/student", "/student/achievements", "/student/access", "/registrar/learners"]) {
      await page.goto(portal.server.url + address);
      await page
        .locator("[role=status][aria-busy=true], .mantine-Skeleton-root")
        .first()
        .waitFor({ state: "detached" });
      expect(await page.getByText("王思远").count(), address).toBe(0);
      expect(await page.getByRole("navigation", { name: "页面" }).getByRole("link", { name: "本校学生" }).count()).toBe(
        0,
      );
    }
    await expectSound(page, "zh");
  });

  test("the log is legible on a telephone in English", async () => {
    const page = await portal.open("/audit", { login: "auditor", language: "en", size: "narrow" });
    await page.getByLabel("Account (login)").fill("registrar.jdsf");
    await page.getByRole("button", { name: "Search" }).click();
    await page
      .getByRole("row", { name: /Registrar/ })
      .first()
      .waitFor();
    await picture(page, "audit-en-narrow");
    await expectSound(page, "en");
    expect(await page.getByText("undefined").count()).toBe(0);
  });
});
