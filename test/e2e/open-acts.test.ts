import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, picture, type PortalUnderTest } from "./support.ts";

let portal: PortalUnderTest;

describe.skipIf(noBrowser)("a class teacher", () => {
  beforeAll(async () => {
    portal = await openPortal();
  }, 180_000);
  afterAll(() => portal.close());

  test("sees who of the class has not acted, and reminds them with one click, once a day", async () => {
    const student = await portal.open("/student/consents", { login: "student.wang" });
    await student.getByRole("row").filter({ hasText: "休学" }).getByLabel("须于此日前答复").fill("2027-01-15");
    await student.getByRole("button", { name: "征求监护人同意：休学" }).click();
    await student.getByText("已向监护人征求同意").waitFor();
    await student.context().close();

    const page = await portal.open("/class", { login: "classteacher.jdsf" });
    await page.getByRole("row").filter({ hasText: "王思远" }).filter({ hasText: "监护人" }).waitFor();
    await expectSound(page, "zh");
    await picture(page, "class-zh-wide");
    await page.getByRole("button", { name: "提醒未办理的学生" }).click();
    await page.getByText(/^已提醒 1 名学生/).waitFor();
    await page.getByRole("button", { name: "提醒未办理的学生" }).click();
    await page.getByText("没有需要提醒的学生：都已办理，或今天已提醒过。").waitFor();
    await page.context().close();

    const other = await portal.open("/class", { login: "classteacher.jdsf", language: "en", size: "narrow" });
    await other.getByText("Give or refuse a guardian's consent to: leave").waitFor();
    await expectSound(other, "en");
    await picture(other, "class-en-narrow");
    expect(await other.getByRole("row").count()).toBe(2);
    await other.context().close();
  });
});
