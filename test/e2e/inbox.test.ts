import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYSTEM } from "../../src/auth/viewer.ts";
import { openDatabase } from "../../src/db/client.ts";
import type { Database } from "../../src/db/transaction.ts";
import { raise } from "../../src/features/notice/service.ts";
import { tasksOf } from "../../src/jobs/tasks.ts";
import { openLog } from "../../src/log.ts";
import { idOf } from "../../src/seed/id.ts";
import { workOff } from "../support/jobs.ts";
import { expectSound, noBrowser, openPortal, type PortalUnderTest } from "./support.ts";

const WANG = idOf("learner", "wang-siyuan");
const institutionId = idOf("institution", "jdsf");

describe.skipIf(noBrowser)("the inbox", () => {
  let portal: PortalUnderTest;
  let jobs: Database;
  beforeAll(async () => {
    portal = await openPortal();
    const { fresh } = portal.server;
    jobs = openDatabase(fresh.url, { role: "guantong_job", max: 2 });
    await fresh.writer.write(SYSTEM, (tx) =>
      raise(
        tx,
        ["a", "b"].map((key, at) => ({
          kind: "CREDITS_DEPOSITED" as const,
          key,
          happenedAt: `2026-11-2${at}T02:00:00Z`,
          facts: { institutionId, learners: [{ learnerId: WANG, count: at + 1 }] },
        })),
      ),
    );
    const tasks = tasksOf({
      db: jobs,
      writer: portal.server.fresh.writer,
      log: openLog({ logLevel: "silent" }),
      keys: portal.server.keys,
      channels: {},
    });
    await workOff(fresh.sql, jobs, tasks);
  });
  afterAll(async () => {
    await jobs.end();
    await portal.close();
  });

  test.each([
    ["zh", "narrow"],
    ["en", "wide"],
  ] as const)(
    "can be read by anyone in %s, %s, by a class teacher too",
    { timeout: 60_000 },
    async (language, size) => {
      for (const login of ["guardian.wang", "classteacher.jdsf"]) {
        const page = await portal.open("/inbox", { language, size, login });
        await page.locator(".inbox-line").first().waitFor();
        await expectSound(page, language);
        await page.screenshot({ path: `/tmp/inbox-${login}-${size}.png`, fullPage: true });
        await page.context().close();
      }
    },
  );

  test("lets a class teacher remind whoever has not read, once a day", { timeout: 60_000 }, async () => {
    const page = await portal.open("/inbox", { login: "classteacher.jdsf", language: "en" });
    await page.getByRole("button", { name: "Remind who has not read" }).click();
    await page.getByText("Reminded: 1. Each student").waitFor();
    await page.screenshot({ path: "/tmp/inbox-remind-en.png", fullPage: true });
    await page.getByRole("button", { name: "Remind who has not read" }).click();
    await page.getByText("Nobody to remind").waitFor();
    expect(await page.locator("[role=alert]").count()).toBe(0);
    await page.context().close();
  });

  test("tells how much is unread on every page, and less of it once something was read", {
    timeout: 60_000,
  }, async () => {
    const page = await portal.open("/student/achievements", { login: "student.wang", language: "en" });
    await page.getByRole("link", { name: "Notices (2 unread)" }).click();
    await page.getByRole("button", { name: "Mark as read" }).first().click();
    await page.getByRole("link", { name: "Notices (1 unread)" }).waitFor();
    await page.getByRole("switch", { name: "Unread only" }).click();
    await page.locator(".inbox-line").nth(1).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Mark all as read" }).click();
    await page.getByText("Nothing is unread.").waitFor();
    await page.getByRole("link", { name: "Notices", exact: true }).waitFor();
    expect(await page.locator(".inbox-count").count()).toBe(0);
  });

  test("keeps where else its reader wants to be told, and says what is no address", async () => {
    const page = await portal.open("/inbox", { login: "student.wang", language: "en" });
    const mail = page.getByLabel("E-mail", { exact: true });
    await mail.fill("no mailbox");
    await page.getByRole("button", { name: "Save E-mail" }).click();
    await page.getByText("INVALID_INPUT").waitFor();
    await mail.fill("wang@school.example");
    await page.getByLabel("How often").first().selectOption("DAILY");
    await page.getByRole("button", { name: "Save E-mail" }).click();
    await page.getByText("INVALID_INPUT").waitFor({ state: "detached" });
    await page.reload();
    await page.locator("h1:not(.visually-hidden)").waitFor();
    expect(await mail.inputValue()).toBe("wang@school.example");
    expect(await page.getByLabel("How often").first().inputValue()).toBe("DAILY");
  });
});
