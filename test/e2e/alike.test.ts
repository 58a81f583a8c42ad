import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { idOf } from "../../src/seed/id.ts";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

/** Where pictures of the page go, for whoever wants to look at them. */
const PICTURES = process.env["PICTURES"];

describe.skipIf(noBrowser)("records alike", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
    const { sql } = portal.server.fresh;
    const [record, other, school] = [
      idOf("learner", "peng-xue"),
      idOf("learner", "tang-yiming"),
      idOf("institution", "jdsf"),
    ];
    await sql`insert into merge_case (learner_id, id, other_id, institution_id, other_institution_id, found_by, state, opened_at)
      values (${record}, ${record}, ${other}, ${school}, ${school}, 'DOCUMENT', 'OPEN', now())`;
  });
  afterAll(() => portal.close());

  test("are merged by a registrar who says why, and parted again", async () => {
    const page = await portal.open("/registrar/alike", { login: "registrar.jdsf" });
    await page.getByRole("heading", { name: "彭雪" }).waitFor();
    // both are named, for the two names are what is compared first
    await page.getByText("唐一鸣", { exact: true }).waitFor();
    await expectSound(page, "zh");
    if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, "alike-zh-wide.png"), fullPage: true });
    await page.getByRole("button", { name: "是同一人，合并" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/^理由/).fill("已核对证件，系同一人");
    await dialog.getByRole("button", { name: "是同一人，合并" }).click();
    await page.getByText("没有待核对的记录。").waitFor();
    await page.getByRole("switch", { name: "也显示已处理的" }).check();
    await page.getByRole("button", { name: "撤销合并" }).click();
    await dialog.getByLabel(/^理由/).fill("核对有误，系两人");
    await dialog.getByRole("button", { name: "撤销合并" }).click();
    await page.getByText(/合并已撤销/).waitFor();
    const merged = await portal.server.fresh.sql`select 1 from learner where merged_into is not null`;
    expect(merged).toEqual([]);
    await page.context().close();
  });

  test("are read on a telephone in English by who only confirms", async () => {
    const page = await portal.open("/registrar/alike", { login: "confirmer.jdsf", language: "en", size: "narrow" });
    await page.getByRole("switch", { name: "Show what was settled, too" }).check();
    await page.getByRole("heading", { name: "彭雪" }).waitFor();
    await expectSound(page, "en");
    if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, "alike-en-narrow.png"), fullPage: true });
    expect(await page.getByRole("button", { name: /merge|Part/ }).count()).toBe(0);
    await page.context().close();
  });
});
