import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newcomers } from "../support/newcomers.ts";
import { expectSound, noBrowser, openPortal, picture, type PortalUnderTest } from "./support.ts";

/** An authenticator in the browser, as a phone or laptop has one. */
async function withAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

describe.skipIf(noBrowser)("signing in", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
    await newcomers(portal.server.fresh.sql, 6);
  });
  afterAll(() => portal.close());

  test("goes from the registrar's printed code to a passkey, and comes back with it", {
    timeout: 120_000,
  }, async () => {
    const office = await portal.open("/registrar/accounts", { login: "registrar.jdsf" });
    await office.getByRole("button", { name: "为23机电1班开通账号" }).click();
    await office.locator(".slip-code").first().waitFor();
    await expectSound(office, "zh");
    await picture(office, "codes-wide-zh");
    const codes = await office.locator(".slip-code").allTextContents();
    const download = office.waitForEvent("download");
    await office.getByRole("button", { name: "下载表格" }).click();
    expect((await download).suggestedFilename()).toMatch(/\.csv$/);

    const page = await portal.open("/", { language: "en", size: "narrow" });
    await picture(page, "sign-in-narrow-en");
    await withAuthenticator(page);
    portal.forgive(/401/);
    await page.getByLabel("Code", { exact: false }).first().fill("0000-0000-0000-0000");
    await page.getByRole("button", { name: "Sign in", exact: true }).last().click();
    await page.getByText("This code opens nothing").waitFor();
    await page
      .getByLabel("Code", { exact: false })
      .first()
      .fill((codes[0] ?? "").toLowerCase());
    await page.getByRole("button", { name: "Sign in", exact: true }).last().click();
    await page.getByRole("heading", { name: "My account" }).waitFor();
    await page.getByText("Set up a way to sign in").waitFor();
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("button", { name: "Remove" }).waitFor();
    await expectSound(page, "en");
    await picture(page, "account-narrow-en");

    await page.locator(".user-button").click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.locator(".user-button").waitFor();
    expect(await page.context().cookies()).toMatchObject([{ httpOnly: true, sameSite: "Lax" }]);
  });

  test("sets a password that will do, and refuses one that will not", { timeout: 60_000 }, async () => {
    const page = await portal.open("/account", { login: "student.chen" });
    await page.getByLabel("新密码", { exact: false }).first().fill("password1234");
    await page.getByRole("button", { name: "设置密码" }).click();
    await page.getByText("太容易被猜到").waitFor();
    await page.getByLabel("新密码", { exact: false }).first().fill("ferret-Umbrella 71 canal");
    await page.getByRole("button", { name: "设置密码" }).click();
    await page.getByText("密码已更新").waitFor();
    await picture(page, "account-wide-zh");
    expect(await page.getByText("太容易被猜到").count()).toBe(0);
  });

  test("takes a second child's invitation into the guardian's account, who then switches between the two", {
    timeout: 90_000,
  }, async () => {
    const office = await portal.open("/registrar/learners", { login: "registrar.jdsf" });
    await office.locator("tbody th a", { hasText: "李明哲" }).click();
    await office.getByRole("button", { name: "邀请监护人" }).click();
    await office.getByLabel("监护人姓名").fill("王建军");
    await office.getByLabel("已核对的证明文件").fill("户口簿");
    await office.getByLabel("学生出生日期").fill("2010-03-15");
    await office.getByRole("button", { name: "邀请监护人" }).click();
    const code = (await office.locator(".slip-code").textContent()) ?? "";

    const page = await portal.open("/account", { login: "guardian.wang", language: "en", size: "narrow" });
    const field = page.getByLabel("Another invitation code");
    await field.fill("0000-0000-0000-0000");
    await page.getByRole("button", { name: "Accept the invitation" }).click();
    await page.getByText("This code opens nothing").waitFor();
    await field.fill(code.toLowerCase());
    await page.getByRole("button", { name: "Accept the invitation" }).click();
    await page.getByText("The invitation is accepted").waitFor();
    await page.locator(".access-list b", { hasText: "李明哲" }).waitFor();
    await expectSound(page, "en");
    await picture(page, "invitation-narrow-en");

    await page.locator(".user-button").click();
    await page.getByRole("menuitem", { name: "李明哲" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await picture(page, "guardian-menu-narrow-en");
    await page.getByRole("menuitem", { name: "李明哲" }).click();
    await page.locator(".user-ward", { hasText: "李明哲" }).waitFor();
    await page.goto(`${portal.server.url}/student/achievements`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await expectSound(page, "en");
    const wide = await portal.open("/account", { login: "guardian.wang" });
    await wide.locator(".access-list b", { hasText: "王思远" }).waitFor();
    await expectSound(wide, "zh");
    await picture(wide, "invitation-wide-zh");
  });

  test("restores access and invites a guardian from the learner's page", { timeout: 60_000 }, async () => {
    const page = await portal.open("/registrar/learners", { login: "registrar.jdsf" });
    await page.locator("tbody th a").first().click();
    await page.getByRole("button", { name: "邀请监护人" }).click();
    await page.getByLabel("监护人姓名").fill("王建国");
    await page.getByLabel("已核对的证明文件").fill("户口簿");
    await page.getByLabel("学生出生日期").fill("2010-03-15");
    await page.getByRole("button", { name: "邀请监护人" }).click();
    await page.locator(".slip-code").waitFor();
    await expectSound(page, "zh");
    await picture(page, "learner-accounts-wide-zh");
    await page.getByRole("button", { name: "恢复访问" }).last().click();
    await page.getByRole("textbox", { name: "理由", exact: true }).fill("已核对身份证");
    await page.getByRole("button", { name: "恢复访问" }).last().click();
    await page.locator(".slip-code").waitFor();
    expect(await page.locator(".slip-code").count()).toBe(1);
  });
});
