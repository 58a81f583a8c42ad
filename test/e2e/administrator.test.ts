import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, picture, type PortalUnderTest } from "./support.ts";

describe.skipIf(noBrowser)("a school's administrator, in the browser", { timeout: 90_000 }, () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  test("finds a colleague, ends their sessions, and gives them a new way in with a printed code", async () => {
    const owner = await portal.open("/registrar", { login: "registrar.jdsf" });
    const page = await portal.open("/planner", { login: "admin.jdsf" });
    await page.getByRole("link", { name: "教职工账号" }).click();
    await page.getByLabel("登录名或姓名").fill("registrar.jd");
    const line = page.locator(".access-list > li");
    await page.getByText("confirmer", { exact: false }).first().waitFor({ state: "detached" });
    await line.getByText("registrar.jdsf").waitFor();
    await expectSound(page, "zh");
    await picture(page, "staff-wide-zh");

    await line.getByRole("button", { name: /^终止登录：/ }).click();
    await page.getByText("将在所有设备上退出").waitFor();
    await page.getByRole("button", { name: "终止登录", exact: true }).click();
    await page.getByText("registrar.jdsf已在所有设备上退出。").waitFor();
    portal.forgive(/401/);
    await owner.reload();
    await owner.getByText("登录已失效，请重新登录。").waitFor();

    await line.getByRole("button", { name: /^恢复访问：/ }).click();
    await page.getByRole("textbox", { name: "理由", exact: true }).fill("已核对工作证");
    await picture(page, "staff-restore-wide-zh");
    await page.getByRole("button", { name: "恢复访问", exact: true }).click();
    const code = (await page.locator(".slip-code").textContent()) ?? "";
    await expectSound(page, "zh");
    await picture(page, "staff-code-wide-zh");

    await owner.getByLabel("登录码", { exact: false }).first().fill(code);
    await owner.getByRole("button", { name: "登录", exact: true }).last().click();
    await owner.getByRole("heading", { name: "我的账号" }).waitFor();
    expect(await owner.locator(".page-lead").textContent()).toContain("registrar.jdsf");
  });

  test("is told in English on a telephone, too, that nobody was found", async () => {
    const page = await portal.open("/staff", { login: "admin.jdsf", language: "en", size: "narrow" });
    await page.locator(".access-list > li").first().waitFor();
    await expectSound(page, "en");
    await picture(page, "staff-narrow-en");
    await page.getByLabel("Login or name").fill("nobody at all");
    await page.getByText("No account on the staff was found").waitFor();
    await expectSound(page, "en");
  });

  test("says by what rule names stand in public lists, and sees beforehand how", async () => {
    const agreement = async () => {
      const { data } = await portal.server
        .tokenOf("planner.alliance3")
        .then((token) =>
          fetch(`${portal.server.url}/graphql`, {
            method: "POST",
            headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
            body: JSON.stringify({
              query: "{ alliances { agreements { parties { institution { key } signatory } } } }",
            }),
          }),
        )
        .then(
          (answer) =>
            answer.json() as Promise<{
              data: {
                alliances: {
                  agreements: { parties: { institution: { key: string } | null; signatory: string | null }[] }[];
                }[];
              };
            }>,
        );
      const parties = data.alliances.flatMap(({ agreements }) => agreements.flatMap((each) => each.parties));
      return new Set(
        parties.filter(({ institution }) => institution?.key === "jdsf").map(({ signatory }) => signatory),
      );
    };
    expect(await agreement()).toEqual(new Set(["李**"]));

    const page = await portal.open("/staff/names", { login: "admin.jdsf" });
    await page.getByText("学校没有作出规定，按默认隐去。").waitFor();
    await page.getByLabel("用一个姓名试看").fill("欧阳小明");
    await page.getByRole("cell", { name: "欧阳**" }).first().waitFor();
    await expectSound(page, "zh");
    await picture(page, "names-wide-zh");
    await page.getByRole("radio", { name: "显示完整姓名" }).check();
    await page.getByRole("cell", { name: "欧阳小明" }).first().waitFor();
    await page.getByLabel("规定名称").fill("校务公开办法");
    await page.getByLabel("条款").fill("第六条");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText("设置已保存").waitFor();
    await page.getByText("校务公开办法").first().waitFor();
    await expectSound(page, "zh");
    await picture(page, "names-saved-wide-zh");
    expect(await agreement()).toEqual(new Set(["李演示"]));

    const small = await portal.open("/staff/names", { login: "admin.jdsf", language: "en", size: "narrow" });
    await small.getByText("Show whole names").first().waitFor();
    await expectSound(small, "en");
    await picture(small, "names-narrow-en");
  });

  test("of the whole service is shown no setting of a single school", async () => {
    const page = await portal.open("/staff/names", { login: "admin" });
    await page.getByText("请以学校管理员的身份设置").waitFor();
    expect(await page.getByRole("link", { name: "公示姓名" }).count()).toBe(0);
    await expectSound(page, "zh");
  });
});
