import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDays } from "../../src/domain/date.ts";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

/** Where pictures of the pages go, for whoever wants to look at them. */
const PICTURES = process.env["PICTURES"];
type Page = Awaited<ReturnType<PortalUnderTest["open"]>>;

describe.skipIf(noBrowser)("placing a minor at an enterprise", () => {
  let portal: PortalUnderTest;
  let desk: Page;
  let today = "";
  beforeAll(async () => {
    portal = await openPortal();
    const [row] = await portal.server.fresh.sql<{ today: string }[]>`
      select (now() at time zone 'Asia/Shanghai')::date::text as today`;
    today = row?.today ?? expect.fail("the database has a clock");
    desk = await portal.open("/registrar/placements", { login: "registrar.jdsf" });
  });
  afterAll(() => portal.close());

  const picture = async (page: Page, name: string) => {
    if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  };
  const place = async () => {
    await desk.getByRole("combobox", { name: "学生" }).or(desk.getByLabel(/^学生/)).first().fill("王思远");
    await desk.getByRole("option", { name: /王思远/ }).click();
    await desk.getByLabel(/^企业 ?\*?$/).selectOption({ index: 1 });
    await desk.getByLabel(/企业导师的登录名/).fill("mentor.machinery");
    await desk.getByLabel(/^岗位/).fill("设备点检员");
    await desk.getByLabel(/第一天/).fill(today);
    await desk.getByLabel(/最后一天/).fill(addDays(today, 60));
    await desk.getByRole("button", { name: "安排", exact: true }).click();
  };

  test("the registrar is told in a sentence that no guardian has consented, and where to find the consents", async () => {
    await desk
      .getByRole("row", { name: /韩师傅/ })
      .first()
      .waitFor();
    await place();
    await desk
      .getByRole("alert")
      .getByText(/监护人/)
      .waitFor();
    expect(await desk.getByRole("row", { name: /王思远/ }).count()).toBe(0);
    expect(await desk.getByRole("link", { name: "查看或登记监护人同意" }).count()).toBe(1);
    await picture(desk, "placements-refused-zh-wide");
    await expectSound(desk, "zh");
  });

  test("the guardian consents", async () => {
    const page = await portal.open("/student/consents", { login: "guardian.wang" });
    const give = page.getByRole("button", { name: "同意：岗位实习" });
    await give.click();
    await page.getByRole("button", { name: "撤回：岗位实习" }).waitFor();
    expect(await give.count()).toBe(0);
    await page.context().close();
  });

  test("then the registrar places the learner, and the mentor finds them", async () => {
    await desk.getByRole("button", { name: "安排", exact: true }).click();
    await desk.getByText(/已安排王思远的实习/).waitFor();
    const line = desk.getByRole("row", { name: /王思远/ });
    await line.getByText("设备点检员").waitFor();
    expect(await line.textContent()).toContain("韩师傅");
    await expectSound(desk, "zh");
    const mentor = await portal.open("/mentor", { login: "mentor.machinery" });
    await mentor.getByRole("heading", { name: "王思远 · 设备点检员" }).waitFor();
    await picture(mentor, "mentor-zh-wide");
    await mentor.context().close();
  });

  test("a second enterprise at the same time is refused, and the first one ended early", async () => {
    await place();
    await desk
      .getByRole("alert")
      .getByText(/同一时间|同时|已有/)
      .waitFor();
    const line = desk.getByRole("row", { name: /王思远/ });
    await line.getByRole("button", { name: "提前结束：王思远" }).click();
    const dialog = desk.getByRole("dialog", { name: "提前结束：王思远" });
    await dialog.getByLabel(/最后一天/).fill(addDays(today, 20));
    await picture(desk, "placements-end-zh-wide");
    await expectSound(desk, "zh");
    await dialog.getByRole("button", { name: "提前结束", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    await line.locator(`time[datetime="${addDays(today, 20)}"]`).waitFor();
    expect(await line.locator("time").count()).toBe(2);
  });

  test("whoever confirms reads the list on a telephone in English, and places nobody", async () => {
    const page = await portal.open("/registrar/placements", {
      login: "confirmer.jdsf",
      language: "en",
      size: "narrow",
    });
    await page.getByText("设备点检员").waitFor();
    await picture(page, "placements-en-narrow");
    await expectSound(page, "en");
    expect(await page.getByRole("button", { name: /End early|^Place$/ }).count()).toBe(0);
  });
});
