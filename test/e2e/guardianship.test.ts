import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../src/api/node-id.ts";
import { idOf } from "../../src/seed/id.ts";
import { expectSound, noBrowser, openPortal, picture, type PortalUnderTest } from "./support.ts";

let portal: PortalUnderTest;

describe.skipIf(noBrowser)("a registrar", () => {
  beforeAll(async () => {
    portal = await openPortal();
  }, 180_000);
  afterAll(() => portal.close());

  test("ends a guardianship with a reason, and it is offered no more", async () => {
    const learner = encodeId("Learner", idOf("learner", "wang-siyuan"));
    const page = await portal.open(`/registrar/learners/${learner}`, { login: "registrar.jdsf" });
    await page.getByRole("button", { name: "终止监护身份" }).click();
    await page.getByLabel("终止的理由").fill("监护人已变更");
    await expectSound(page, "zh");
    await picture(page, "guardianship-zh-wide");
    await page.getByRole("button", { name: "终止监护身份" }).click();
    await page.getByLabel("终止的理由").waitFor({ state: "detached" });
    await page.getByText("guardian.wang").waitFor();
    expect(await page.getByRole("button", { name: "终止监护身份" }).count()).toBe(0);
    await page.context().close();
  });
});
