import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openKeyRing } from "../../src/auth/keyring.ts";
import { SYSTEM } from "../../src/auth/viewer.ts";
import { writeRegistryNumbers } from "../../src/features/registry/service.ts";
import { idOf } from "../../src/seed/id.ts";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

const LEARNER = idOf("learner", "bai-yifan");
const NAME = "白一凡";
const REGISTRY_NO = "L909911223344";
const STUDENT_NO = "2024010010";

describe.skipIf(noBrowser)("a registrar who looks for a learner", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
    const { dataDir, fresh } = portal.server;
    const keys = await openKeyRing({ keysFile: join(dataDir, "keys.json"), databaseUrl: null });
    const school = idOf("institution", "jdsf");
    await fresh.db.write(SYSTEM, (tx) => writeRegistryNumbers(tx, keys, school, new Map([[LEARNER, REGISTRY_NO]])));
  });
  afterAll(() => portal.close());

  test("sees the end of the registry number, all of it for a reason, and leaves neither name nor number in any address", async () => {
    const page = await portal.open("/registrar/learners", { login: "registrar.jdsf" });
    const addresses: string[] = [];
    page.on("request", (request) => addresses.push(request.url()));
    page.on("framenavigated", (frame) => addresses.push(frame.url()));
    const search = page.getByLabel(/学号|姓名/).first();
    for (const text of [STUDENT_NO, NAME]) {
      await search.fill(text);
      await page.getByRole("link", { name: NAME }).waitFor();
    }
    await page.getByRole("link", { name: NAME }).click();
    await page.getByText("*********3344").waitFor();
    expect(await page.content()).not.toContain(REGISTRY_NO);
    await page.getByRole("button", { name: "显示完整号码" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("查看理由").fill("核对学籍信息");
    await dialog.getByRole("button", { name: "显示完整号码" }).click();
    await dialog.getByText(REGISTRY_NO).waitFor();
    await expectSound(page, "zh");
    expect(addresses.length).toBeGreaterThan(3);
    const told = addresses.map((address) => decodeURIComponent(address));
    for (const mark of [NAME, STUDENT_NO, REGISTRY_NO]) expect(told.filter((each) => each.includes(mark))).toEqual([]);
  });
});
