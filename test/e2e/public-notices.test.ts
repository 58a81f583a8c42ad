import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

/** Where pictures of the pages go, for whoever wants to look at them. */
const PICTURES = process.env["PICTURES"];
/** A Tuesday: five working days later it is Tuesday, 1 December. */
let now = new Date("2026-11-24T02:00:00Z");

describe.skipIf(noBrowser)("a public notice", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal(undefined, () => now);
  });
  afterAll(() => portal.close());

  const picture = async (page: Awaited<ReturnType<PortalUnderTest["open"]>>, name: string) => {
    if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  };
  const search = (path: string) => fetch(portal.server.url + path, { headers: { accept: "text/html" } });
  let address = "";
  let code = "";

  test("is opened by a registrar from the learners of the school, and refused where it tells too much", async () => {
    const page = await portal.open("/registrar/public-notices", { login: "registrar.jdsf" });
    await page.getByLabel("标题").fill("2026 年秋季学期免修公示");
    await page.getByLabel("联系人").fill("王老师");
    await page.getByLabel("联系方式").fill("教务科 0472-5150001");
    for (const [name, item] of [
      ["王思远", "免修《电工基础》，电话 13800000000"],
      ["白一凡", "免修《机械制图》"],
    ] as const) {
      await page.getByRole("combobox", { name: "学生" }).fill(name);
      await page.getByRole("option", { name }).click();
      await page.getByLabel("公示事项").fill(item);
      await page.getByRole("button", { name: "加入名单" }).click();
    }
    await page.getByRole("button", { name: "发布", exact: true }).click();
    await page.getByText("PUBLIC_NOTICE_PHONE").waitFor();
    await page.getByRole("button", { name: /移除：王思远/ }).click();
    await page.getByRole("button", { name: "发布", exact: true }).click();
    await page.getByText("已发布公示：2026 年秋季学期免修公示").waitFor();
    await page.getByText("公示中", { exact: true }).waitFor();
    await picture(page, "public-notices-desk-zh-wide");
    await expectSound(page, "zh");
    await page.context().close();
  });

  test("is read by anyone without signing in, masked, and hidden from search engines", async () => {
    const page = await portal.open("/public-notices", { size: "narrow" });
    await picture(page, "public-notices-zh-narrow");
    await expectSound(page, "zh");
    await page.getByRole("link", { name: "2026 年秋季学期免修公示" }).click();
    await page.getByText("白**", { exact: true }).waitFor();
    address = new URL(page.url()).pathname;
    expect(await page.content()).not.toContain("白一凡");
    await picture(page, "public-notice-zh-narrow");
    await expectSound(page, "zh");
    await page.context().close();

    for (const path of ["/public-notices", address]) {
      const answer = await search(path);
      expect(answer.headers.get("x-robots-tag")).toContain("noindex");
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(await answer.text()).toContain('<meta name="robots" content="noindex');
    }
    expect((await search("/registrar")).headers.get("x-robots-tag")).toBeNull();
  });

  test("is objected to by somebody nameless, who gets a code and reads with it how it stands", async () => {
    const page = await portal.open(address, { language: "en" });
    await page.getByLabel("What you object to").fill("他没有参加考试");
    await page.getByLabel("Against").selectOption({ index: 1 });
    await page.getByRole("button", { name: "Object", exact: true }).click();
    code = (await page.getByRole("status").locator("code").textContent()) ?? "";
    await picture(page, "public-notice-en-wide");
    await expectSound(page, "en");
    await page.context().close();

    const office = await portal.open("/registrar/public-notices", {
      login: "registrar.jdsf",
      language: "en",
      size: "narrow",
    });
    await office.getByText("他没有参加考试").waitFor();
    await office.getByRole("button", { name: "Begin to look into it" }).click();
    await office.getByLabel("Dismissed").click();
    await office.getByLabel("Answer and reasons").fill("已核对考勤与成绩。");
    await picture(office, "public-notices-desk-en-narrow");
    await expectSound(office, "en");
    await office.getByRole("button", { name: "Answer", exact: true }).click();
    await office.getByText("已核对考勤与成绩。", { exact: false }).waitFor();
    await office.context().close();
  });

  test("is gone after its last day, while the answer stays with the code", async () => {
    now = new Date("2026-12-01T16:00:00Z");
    const page = await portal.open(address);
    await page.getByRole("heading", { name: "这里没有公示" }).waitFor();
    expect(await page.content()).not.toContain("免修");
    await page.getByRole("link", { name: "查看正在公示的内容" }).click();
    await page.getByText("目前没有正在公示的内容。").waitFor();
    await page.getByRole("link", { name: "查询异议的答复" }).click();
    await page.getByLabel("查询码").fill(code.toLowerCase());
    await page.getByRole("button", { name: "查询" }).click();
    await page.getByText("已核对考勤与成绩。").waitFor();
    await picture(page, "objection-answer-zh-wide");
    await expectSound(page, "zh");
    await page.context().close();
  });
});
