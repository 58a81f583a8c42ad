import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

/** Every page, by whose it is; their own tests look at them in the other language and size. */
const PAGES: readonly (readonly [string | undefined, readonly string[]])[] = [
  [undefined, ["/", "/public-notices", "/public-notices/answer"]],
  [
    "student.chen",
    [
      "/student",
      "/student/achievements",
      "/student/sections",
      "/student/changes",
      "/student/access",
      "/inbox",
      "/account",
    ],
  ],
  [
    "registrar.btvtc",
    [
      "/registrar",
      "/registrar/record",
      "/registrar/batches",
      "/registrar/grades",
      "/registrar/learners",
      "/delegations",
      "/registrar/accounts",
      "/registrar/erasures",
      "/registrar/changes",
      "/registrar/transfers",
      "/registrar/alike",
      "/registrar/placements",
      "/registrar/public-notices",
      "/registrar/calendar",
    ],
  ],
  ["planner.alliance3", ["/planner", "/planner/pathways", "/planner/rules", "/nowhere"]],
  ["teacher.btvtc", ["/teaching"]],
  ["guardian.wang", ["/student/consents"]],
  ["auditor", ["/audit"]],
  ["bureau.baotou", ["/bureau"]],
  ["mentor.machinery", ["/mentor"]],
  ["admin.jdsf", ["/staff", "/staff/names"]],
];

describe.skipIf(noBrowser)("every page", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  test.each([
    ["zh", "narrow"],
    ["en", "wide"],
  ] as const)("can be read by anyone in %s, %s", { timeout: 240_000 }, async (language, size) => {
    for (const [login, paths] of PAGES) {
      const [first = "/", ...others] = paths;
      const page = await portal.open(first, { language, size, ...(login === undefined ? {} : { login }) });
      await expectSound(page, language);
      for (const path of others) {
        await page.goto(portal.server.url + path);
        await page.locator("h1:not(.visually-hidden)").waitFor();
        await expectSound(page, language);
      }
      await page.context().close();
    }
  });

  test.each(["zh", "en"] as const)(
    "is within sight of a registrar, who has the most of them, in %s",
    async (language) => {
      const page = await portal.open("/", { login: "registrar.jdsf", language });
      const links = page.locator(".masthead-nav a");
      await links.first().waitFor();
      const hidden = await links.evaluateAll((all) =>
        all.flatMap((link) => {
          const [box, frame] = [link.getBoundingClientRect(), link.parentElement?.getBoundingClientRect()];
          return frame !== undefined && box.right <= frame.right + 1 && box.bottom <= frame.bottom + 1
            ? []
            : [link.textContent];
        }),
      );
      expect(hidden).toEqual([]);
      expect(await links.count()).toBeGreaterThan(6);
      await page.context().close();
    },
  );

  test("runs nothing that was smuggled into it: neither script nor frame nor word to another site", async () => {
    const page = await portal.open("/");
    // the frame that is kept out has no storage for the test's own script either
    portal.forgive(/Content Security Policy|Refused to|asks https?:\/\/evil|SecurityError.*sessionStorage/);
    const refused = await page.evaluate(async () => {
      const seen: string[] = [];
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => seen.push(effectiveDirective));
      const script = document.createElement("script");
      script.textContent = "globalThis.smuggled = true";
      document.body.append(script);
      const frame = document.createElement("iframe");
      frame.src = "https://evil.example/";
      document.body.append(frame);
      const style = document.createElement("style");
      style.textContent = "body { display: none }";
      document.body.append(style);
      await fetch("https://evil.example/").catch(() => undefined);
      for (let waited = 0; seen.length < 4 && waited < 100; waited += 1)
        await new Promise((done) => requestAnimationFrame(done));
      return { seen: [...new Set(seen)].sort(), smuggled: "smuggled" in globalThis };
    });
    expect(refused).toEqual({
      seen: ["connect-src", "frame-src", "script-src-elem", "style-src-elem"],
      smuggled: false,
    });
    await page.context().close();
  });

  test("tells whoever has a worn-out session to sign in again, in words", async () => {
    const page = await portal.open("/student", { login: "student.chen" });
    await page.locator(".headline").waitFor();
    const [cookie] = await page.context().cookies();
    await page.context().addCookies([{ ...cookie, name: cookie?.name ?? "", value: "worn.out" }]);
    portal.forgive(/401/);
    await page.reload();
    await page.getByText("登录已失效，请重新登录。").waitFor();
    expect(await page.context().cookies()).toEqual([]);
  });

  test("keeps nothing that opens a door where a script could read it", async () => {
    const page = await portal.open("/student", { login: "student.chen" });
    await page.locator(".headline").waitFor();
    const readable = await page.evaluate(() =>
      [JSON.stringify(sessionStorage), JSON.stringify(localStorage), document.cookie].join(),
    );
    expect(readable).not.toMatch(/guantong-session|eyJ/);
  });
});
