import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeId } from "../../src/api/node-id.ts";
import { idOf } from "../../src/seed/id.ts";
import { jpeg, pdf, png } from "../support/files.ts";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

const WANG = `/registrar/learners/${encodeId("Learner", idOf("learner", "wang-siyuan"))}`;

describe.skipIf(noBrowser)("evidence", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  test("a class teacher records a paper consent with its scan, and the guardian fetches the scan", async () => {
    const page = await portal.open(WANG, { login: "classteacher.jdsf" });
    await page.getByLabel("签字的监护人").fill("王建军");
    await page.getByLabel("纸质同意书存放处").fill("2026-17");
    const scan = { name: "同意书 王思远.pdf", mimeType: "application/pdf", buffer: pdf() };
    await page.locator("input[type=file]").first().setInputFiles(scan);
    await page.getByRole("button", { name: "同意：休学", exact: true }).click();
    await page.getByText("王建军签字的纸质同意书").waitFor();
    await expectSound(page, "zh");
    const guardian = await portal.open("/student/consents", { login: "guardian.wang", size: "narrow" });
    const download = guardian.waitForEvent("download");
    await guardian.getByRole("row", { name: /休学/ }).getByRole("button", { name: /下载/ }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe("同意书 王思远.pdf");
    expect((await readFile(await saved.path())).equals(pdf())).toBe(true);
    await expectSound(guardian, "zh");
    await Promise.all([page.context().close(), guardian.context().close()]);
  });

  test("what is no scan is refused in the reader's language, and a photograph is taken", async () => {
    portal.forgive(/415/);
    const page = await portal.open(WANG, { login: "classteacher.jdsf", language: "en", size: "narrow" });
    const field = page.locator("input[type=file]").last();
    await field.setInputFiles({
      name: "scan.png",
      mimeType: "image/png",
      buffer: Buffer.from("<script>alert(1)</script>"),
    });
    await page.getByRole("button", { name: "Send in" }).click();
    await page.getByText("Only PDF, JPEG and PNG are taken.").waitFor();
    await expectSound(page, "en");
    await field.setInputFiles({ name: "certificate.jpg", mimeType: "image/jpeg", buffer: jpeg() });
    await page.getByRole("button", { name: "Send in" }).click();
    await page.getByRole("row", { name: /certificate\.jpg/ }).waitFor();
    await expectSound(page, "en");
    await page.context().close();
  });

  test("a learner sends in a certificate and sees what the school keeps", async () => {
    const page = await portal.open("/student/consents", { login: "student.wang", language: "en" });
    await page.locator("input[type=file]").setInputFiles({ name: "award.png", mimeType: "image/png", buffer: png() });
    await page.getByRole("button", { name: "Send in" }).click();
    await page.getByRole("row", { name: /award\.png/ }).waitFor();
    await expectSound(page, "en");
    await page.context().close();
  });
});
