import { afterAll, beforeAll, describe, test } from "vitest";
import { idOf } from "../../src/seed/id.ts";
import { expectSound, noBrowser, openPortal, picture, type PortalUnderTest } from "./support.ts";

let portal: PortalUnderTest;

describe.skipIf(noBrowser)("an administrator of a school", () => {
  const login = "admin.periods";
  beforeAll(async () => {
    portal = await openPortal();
    const { sql } = portal.server.fresh;
    const accountId = idOf("account", login);
    await sql`insert into account (id, login, display_name, demo) values (${accountId}, ${login}, '管理员', 'yes')`;
    const role = { role: "ADMINISTRATOR", institutionId: idOf("institution", "jdsf"), validFrom: "2020-01-01" };
    await sql`insert into capacity ${sql({ accountId, id: accountId, ...role })}`;
  }, 180_000);
  afterAll(() => portal.close());

  test("sets the periods of steps and of public notices, each by a clause of the school", async () => {
    const page = await portal.open("/staff/periods", { login });
    const steps = page.getByRole("form", { name: "设置办理期限" });
    await steps.getByLabel("事项").selectOption({ label: "接收院系审核" });
    await steps.getByLabel("工作日").fill("3");
    await steps.getByLabel("规定名称").fill("学分认定办法");
    await steps.getByLabel("条款").fill("第五条");
    await steps.getByRole("button", { name: "设置办理期限" }).click();
    await steps.getByText("已保存。").waitFor();
    await page.getByRole("row").filter({ hasText: "接收院系审核" }).filter({ hasText: "3 个工作日" }).waitFor();

    const notices = page.getByRole("form", { name: "设置公示期限" });
    await notices.getByLabel("事项").selectOption({ label: "获奖与证书" });
    await notices.getByLabel("公示工作日").fill("7");
    await notices.getByLabel("异议答复工作日").fill("4");
    await notices.getByLabel("规定名称").fill("公示办法");
    await notices.getByLabel("条款").fill("第二条");
    await notices.getByRole("button", { name: "设置公示期限" }).click();
    await notices.getByText("已保存。").waitFor();
    const row = page.getByRole("row").filter({ hasText: "获奖与证书" });
    await row.filter({ hasText: /7 个工作日.*4 个工作日.*公示办法/ }).waitFor();
    await expectSound(page, "zh");
    await picture(page, "periods-zh-wide");
    await page.context().close();

    const other = await portal.open("/staff/periods", { login, language: "en", size: "narrow" });
    await other.getByText("The receiving department reviews").first().waitFor();
    await expectSound(other, "en");
    await picture(other, "periods-en-narrow");
    await other.context().close();
  });
});
