import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, picture, type PortalUnderTest } from "./support.ts";

let portal: PortalUnderTest;

describe.skipIf(noBrowser)("a guardian's consent", () => {
  beforeAll(async () => {
    portal = await openPortal();
  }, 180_000);
  afterAll(() => portal.close());

  test("is asked for by the student, seen and given by the guardian", async () => {
    const page = await portal.open("/student/consents", { login: "student.wang" });
    await picture(page, "consents-before");
    await page.getByRole("row").filter({ hasText: "休学" }).getByLabel("须于此日前答复").fill("2027-01-15");
    await page.getByRole("button", { name: "征求监护人同意：休学" }).click();
    await page.getByText("已向监护人征求同意").waitFor();
    await expectSound(page, "zh");
    await picture(page, "consents-asked");
    await page.context().close();

    const other = await portal.open("/student/consents", { login: "guardian.wang", language: "en", size: "narrow" });
    await other.getByText("The guardian was asked").waitFor();
    await expectSound(other, "en");
    await picture(other, "consents-guardian");
    await other.getByRole("button", { name: "Consent to: Leave of absence" }).click();
    await other
      .getByText(/^Given by /)
      .first()
      .waitFor();
    expect(await other.getByText("The guardian was asked").count()).toBe(0);
    await other.context().close();
  });
});
