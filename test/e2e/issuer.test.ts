import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYSTEM } from "../../src/auth/viewer.ts";
import { linkSubject } from "../../src/features/identity/subject-store.ts";
import { idOf } from "../../src/seed/id.ts";
import { openTestIssuer, type TestIssuer } from "../support/issuer.ts";
import { expectSound, noBrowser, openPortal, picture, type PortalUnderTest } from "./support.ts";

const SIGN_IN_WITH_SCHOOL = "用测试身份提供方 school登录";
const LINK_COLLEGE = "关联测试身份提供方 college的身份";

describe.skipIf(noBrowser)("signing in through an issuer outside, in the browser", { timeout: 60_000 }, () => {
  let portal: PortalUnderTest;
  let school: TestIssuer;
  let college: TestIssuer;

  beforeAll(async () => {
    portal = await openPortal(async (url) => {
      [school, college] = await Promise.all([openTestIssuer("school", url), openTestIssuer("college", url)]);
      return [school.trusted, college.trusted];
    });
    for (const subject of ["wang", "li"]) {
      const account = idOf("account", `student.${subject}`);
      await portal.server.fresh.db.write(SYSTEM, (tx) =>
        linkSubject(tx, { accountId: account, id: account, issuer: school.url, subject, at: new Date() }),
      );
    }
  });
  afterAll(async () => {
    await portal.close();
    await Promise.all([school.close(), college.close()]);
  });

  /** Where the browser was led, outside the portal and in it, without what was said there. */
  function trail(page: Page): string[] {
    const seen: string[] = [];
    page.on("request", (request) => {
      if (request.isNavigationRequest()) seen.push(request.url());
    });
    return seen;
  }
  /** The provider's own page: writes a name and sends the form. */
  async function writeName(page: Page, name: string): Promise<void> {
    await page.getByLabel("name").fill(name);
    await page.getByRole("button", { name: "sign in" }).click();
  }
  async function signIn(page: Page, name: string): Promise<void> {
    await page.getByRole("link", { name: SIGN_IN_WITH_SCHOOL }).click();
    await writeName(page, name);
  }
  async function signOut(page: Page): Promise<void> {
    await page.locator(".user-button").click();
    await page.getByRole("menuitem", { name: "退出登录" }).click();
  }
  const param = (url: string, name: string): string => new URL(url).searchParams.get(name) ?? "";

  test("a click leads to the provider with PKCE, state and nonce, and back signed in to the page that was asked for", async () => {
    const page = await portal.open("/student/achievements");
    const seen = trail(page);
    await signIn(page, "wang");
    await page.getByRole("heading", { level: 1, name: "我的学习成果" }).waitFor();
    expect(page.url()).toBe(`${portal.server.url}/student/achievements`);
    await expectSound(page, "zh");

    const asked = seen.find((url) => url.startsWith(`${school.url}/auth?`)) ?? "";
    expect(param(asked, "code_challenge_method")).toBe("S256");
    for (const each of ["code_challenge", "state", "nonce"]) expect(param(asked, each)).toMatch(/^[\w-]{43}$/);
    const answered = seen.find((url) => url.startsWith(`${portal.server.url}/auth/callback?`)) ?? "";
    expect(param(answered, "state")).toBe(param(asked, "state"));
    // only the session is left: what was asked is forgotten, and no script reads what remains
    const kept = (await page.context().cookies(portal.server.url)).map(({ name, httpOnly, sameSite }) => ({
      name,
      httpOnly,
      sameSite,
    }));
    expect(kept).toEqual([{ name: "guantong-session", httpOnly: true, sameSite: "Lax" }]);
    expect(await page.evaluate(() => document.cookie)).toBe("");
  });

  test("whom nobody has linked is told so at the sign-in page, and still comes to the page they asked for", async () => {
    const page = await portal.open("/student?asOf=2026-09-01");
    await signIn(page, "stranger");
    await page.getByText("SUBJECT_UNKNOWN").waitFor();
    await expectSound(page, "zh");
    await picture(page, "issuer-refused-wide-zh");
    expect(await page.context().cookies(portal.server.url)).toEqual([]);
    // at the provider it is still the stranger who is signed in
    await page.context().clearCookies();
    await signIn(page, "wang");
    await page.locator(".user-button").waitFor();
    expect(page.url()).toBe(`${portal.server.url}/student?asOf=2026-09-01`);
  });

  test("signing in goes on after the provider changed its keys between two of them", async () => {
    const page = await portal.open("/");
    await signIn(page, "wang");
    await page.locator(".user-button").waitFor();
    const [before, asked] = [school.key().kid, school.keysAsked()];
    await school.rotate();
    expect(school.key().kid).not.toBe(before);
    await page.context().clearCookies();
    await page.goto(portal.server.url);
    await signIn(page, "wang");
    await page.locator(".user-button").waitFor();
    expect(school.keysAsked()).toBeGreaterThan(asked);
  });

  test("an identity at a second issuer is linked on the account page, signs in to the same account, and is unlinked", async () => {
    const page = await portal.open("/account");
    await signIn(page, "wang");
    await page.getByRole("button", { name: LINK_COLLEGE }).click();
    await writeName(page, "wang.at.college");
    await page.getByText("wang.at.college").waitFor();
    expect(page.url()).toBe(`${portal.server.url}/account`);
    await expectSound(page, "zh");

    const other = await portal.open("/account", { language: "en", size: "narrow" });
    await picture(other, "issuer-sign-in-narrow-en");
    await other.getByRole("link", { name: "Sign in with Test provider college" }).click();
    await writeName(other, "wang.at.college");
    await other.getByText("student.wang", { exact: false }).first().waitFor();
    await expectSound(other, "en");
    await picture(other, "issuer-linked-narrow-en");

    // that it is somebody else's already is said where it was tried
    const stranger = await portal.open("/account");
    await signIn(stranger, "li");
    await stranger.getByRole("button", { name: LINK_COLLEGE }).click();
    await writeName(stranger, "wang.at.college");
    await stranger.getByText("SUBJECT_LINKED").waitFor();
    expect(new URL(stranger.url()).pathname).toBe("/account");
    await expectSound(stranger, "zh");
    await picture(stranger, "issuer-linked-wide-zh");

    await page
      .getByRole("listitem")
      .filter({ hasText: "wang.at.college" })
      .getByRole("button", { name: "取消关联" })
      .click();
    await page.getByText("wang.at.college").waitFor({ state: "detached" });
    const third = await portal.open("/");
    await third.getByRole("link", { name: "用测试身份提供方 college登录" }).click();
    await writeName(third, "wang.at.college");
    await third.getByText("SUBJECT_UNKNOWN").waitFor();
  });

  test("signing out ends the session here, asks the provider to end its own, and comes back to the sign-in page", async () => {
    const page = await portal.open("/");
    await signIn(page, "wang");
    await page.locator(".user-button").waitFor();
    const [session] = await page.context().cookies(portal.server.url);
    await signOut(page);
    await page.getByRole("button", { name: "sign out" }).click();
    await page.getByRole("link", { name: SIGN_IN_WITH_SCHOOL }).waitFor();
    expect(await page.context().cookies(portal.server.url)).toEqual([]);
    // the cookie that somebody kept opens nothing any more
    if (session === undefined) throw new Error("no session");
    portal.forgive(/401/);
    await page.context().addCookies([session]);
    await page.reload();
    await page.getByRole("link", { name: SIGN_IN_WITH_SCHOOL }).waitFor();
    // and the provider asks anew who it is
    await page.getByRole("link", { name: SIGN_IN_WITH_SCHOOL }).click();
    await page.getByLabel("name").waitFor();
  });
});
