import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { idOf } from "../../src/seed/id.ts";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

const LEARNER = idOf("learner", "bai-yifan");
/** Where pictures of the pages go, for whoever wants to look at them. */
const PICTURES = process.env["PICTURES"];

describe.skipIf(noBrowser)("erasure", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  const picture = async (page: Awaited<ReturnType<PortalUnderTest["open"]>>, name: string) => {
    if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  };

  test("is asked for by the learner, who sees before what it would do, and kept while they are at school", async () => {
    const page = await portal.open("/student/access", { login: "student.bai", size: "narrow" });
    await page.getByText("学籍在册", { exact: false }).waitFor();
    await page.locator("summary").click();
    await page
      .getByRole("row", { name: /证件|学习成果/ })
      .first()
      .waitFor();
    await picture(page, "ask-zh-narrow");
    await expectSound(page, "zh");
    await page.getByLabel("请求删除的理由").fill("毕业后不再使用");
    await page.getByRole("button", { name: "请求删除" }).click();
    await page.getByText("等待另一位教务人员执行", { exact: false }).waitFor();

    const office = await portal.open("/registrar/erasures", { login: "confirmer.jdsf", language: "en" });
    await office.getByRole("heading", { level: 2, name: "白一凡" }).waitFor();
    await office.getByText("毕业后不再使用", { exact: false }).waitFor();
    expect(await office.getByRole("button", { name: "Erase", exact: true }).isDisabled()).toBe(true);
    await office.locator("summary").click();
    await picture(office, "held-en-wide");
    await expectSound(office, "en");

    await page.getByRole("button", { name: "撤回请求" }).click();
    await page.getByLabel("请求删除的理由").waitFor();
  });

  test("is declined by an officer with a reason and its clause, which the learner reads, and may ask again", async () => {
    const page = await portal.open("/student/access", { login: "student.bai", size: "narrow" });
    await page.getByLabel("请求删除的理由").fill("不想留下记录");
    await page.getByRole("button", { name: "请求删除" }).click();
    await page.getByText("等待另一位教务人员执行", { exact: false }).waitFor();
    const office = await portal.open("/registrar/erasures", { login: "confirmer.jdsf" });
    await office.getByRole("button", { name: "不予删除" }).click();
    const dialog = office.getByRole("dialog", { name: "不予删除" });
    await dialog.getByLabel("不予删除的理由").fill("在籍期间档案须保存");
    await dialog.getByLabel("依据的文件").fill("学籍管理办法（演示）");
    await dialog.getByLabel("条款").fill("第三条");
    await picture(office, "decline-zh-wide");
    await expectSound(office, "zh");
    await dialog.getByRole("button", { name: "不予删除" }).click();
    await office.getByText("已答复不予删除", { exact: false }).waitFor();
    await office.getByText("没有待执行的删除请求").waitFor();
    await page.reload();
    await page.getByText("学校不予删除").waitFor();
    await page.getByText("在籍期间档案须保存", { exact: false }).waitFor();
    await page.getByText("学籍管理办法（演示）", { exact: false }).waitFor();
    await picture(page, "declined-zh-narrow");
    await expectSound(page, "zh");
    expect(await page.getByRole("button", { name: "请求删除" }).count()).toBe(1);
  });

  test("is carried out by another officer than who asked, after a second question, when nothing is in the way", async () => {
    const { sql } = portal.server.fresh;
    await sql`update registration set status = 'GRADUATED', left_on = '2010-07-01' where learner_id = ${LEARNER}`;
    await sql`update seat set host_state = 'DROPPED', home_state = 'DROPPED' where learner_id = ${LEARNER}`;
    const list = await portal.open("/registrar/learners", { login: "registrar.jdsf" });
    await list
      .getByLabel(/学号|姓名/)
      .first()
      .fill("白一凡");
    await list.getByRole("link", { name: "白一凡" }).click();
    await list.getByLabel("请求删除的理由").fill("本人来函请求删除");
    await list.getByRole("button", { name: "请求删除" }).click();
    await list.getByText("等待另一位教务人员执行", { exact: false }).waitFor();
    await list.goto(`${portal.server.url}/registrar/erasures`);
    await list.getByText("这是您提出的请求", { exact: false }).waitFor();
    expect(await list.getByRole("button", { name: "执行删除" }).count()).toBe(0);
    await picture(list, "own-zh-wide");

    const page = await portal.open("/registrar/erasures", { login: "confirmer.jdsf" });
    await page.getByRole("heading", { level: 2, name: "白一凡" }).waitFor();
    await page.getByRole("button", { name: "执行删除" }).click();
    await page.getByRole("dialog").getByText("不能恢复", { exact: false }).waitFor();
    await expectSound(page, "zh");
    await picture(page, "confirm-zh-wide");
    await page.getByRole("button", { name: "确认删除" }).click();
    await page.getByText("操作已记入审计日志", { exact: false }).waitFor();
    await page.getByText("没有待执行的删除请求").waitFor();
    await picture(page, "done-zh-wide");
    expect(await sql`select name from learner where id = ${LEARNER}`).toEqual([{ name: "***" }]);
    await list.goto(`${portal.server.url}/registrar/learners`);
    await list
      .getByLabel(/学号|姓名/)
      .first()
      .fill("白一凡");
    await list.getByText("没有", { exact: false }).first().waitFor();
    await expectSound(list, "zh");
  });
});
