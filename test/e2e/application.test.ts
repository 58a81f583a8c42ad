import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

describe.skipIf(noBrowser)("an application for recognition", () => {
  let portal: PortalUnderTest;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  test("goes from the learner to public notice, and each sees what they have to do", async () => {
    const student = await portal.open("/student/applications", { login: "student.jiang", size: "narrow" });
    await student.getByText("还没有申请。").waitFor();
    await student.getByLabel("所读专业").selectOption({ index: 1 });
    await student.getByText(/现行规则最多可认定/).waitFor();
    await student.getByRole("checkbox").first().uncheck();
    await expectSound(student, "zh");
    await student.getByRole("button", { name: "提交申请" }).click();
    await student.getByRole("heading", { name: /待核实事实/ }).waitFor();
    await student
      .getByText(/本人放弃/)
      .first()
      .waitFor();
    await expectSound(student, "zh");

    const registrar = await portal.open("/applications", { login: "registrar.btvtc", language: "en" });
    await registrar.getByRole("button", { name: "The facts are right: on to the department" }).click();
    await registrar.getByRole("heading", { name: /to be reviewed/ }).waitFor();
    await expectSound(registrar, "en");

    const reviewer = await portal.open("/applications", { login: "reviewer.btvtc" });
    const words = reviewer.getByLabel("意见");
    await words.first().waitFor();
    const count = await words.count();
    for (let n = 0; n < count; n += 1) await words.nth(n).selectOption({ label: "同意" });
    await expectSound(reviewer, "zh");
    await reviewer.getByRole("button", { name: "提交审核意见" }).click();
    await reviewer.getByText("没有这样的申请。").waitFor();

    const deputy = await portal.open("/applications", { login: "deputy.btvtc", size: "narrow" });
    await deputy.getByLabel("联系人").fill("曾老师");
    await deputy.getByLabel("联系方式").fill("教务处办公室");
    await deputy.getByRole("button", { name: "决定并公示" }).click();
    await deputy.getByRole("button", { name: "公示期满，记入学分账户" }).click();
    await deputy.getByText("公示尚未结束，或还有未答复的异议。").waitFor();
    await expectSound(deputy, "zh");

    await student.reload();
    await student.getByRole("heading", { name: /公示中/ }).waitFor();
    await student.getByLabel("理由").fill("还有一门课应当认定");
    await student.getByRole("button", { name: "申诉" }).click();
    await student.getByRole("heading", { name: /待系部审核/ }).waitFor();
    expect(await student.getByRole("button", { name: "申诉" }).count()).toBe(0);
  });
});
