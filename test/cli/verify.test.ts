import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createKeys, openKeyRing } from "../../src/auth/keyring.ts";
import { insertEntries } from "../../src/db/audit.ts";
import { SYSTEM } from "../../src/auth/viewer.ts";
import { openDatabase } from "../../src/db/client.ts";
import { SEALED } from "../../src/db/seal/sealed.ts";
import { openSealer, type Sealer } from "../../src/db/seal/sealer.ts";
import type { Database } from "../../src/db/transaction.ts";
import type { AuditEntry } from "../../src/domain/audit.ts";
import { depositHash } from "../../src/features/bank/deposit.ts";
import { correctDeposit, postDeposits } from "../../src/features/bank/posting.ts";
import { courseDeposit, idOf, LI, NOW, openSchool, WANG } from "../features/bank/school.ts";
import { startNode } from "../support/child.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

vi.setConfig({ testTimeout: 180_000 });

let fresh: FreshDatabase;
let folder: string;
let job: Database;
let sealer: Sealer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guantong-verify-"));
  fresh = await freshDatabase();
  const keysFile = join(folder, "keys.json");
  await createKeys(keysFile);
  const ring = await openKeyRing({ keysFile, databaseUrl: fresh.url });
  job = openDatabase(fresh.url, { role: "guantong_job", max: 2 });
  const keys = { newest: () => ring.newest("seal"), all: () => ring.all("seal") };
  sealer = await openSealer({ db: job, sources: SEALED, keys, headsFile: join(folder, "seal-heads.jsonl") });
});
afterAll(async () => {
  await job.end();
  await fresh.drop();
  await rm(folder, { recursive: true, force: true });
});

const PERSON = "33333333-3333-4333-8333-333333333333";
const entry = (n: number): AuditEntry => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
  at: new Date().toISOString(),
  accountId: PERSON,
  role: "REGISTRAR",
  institutionId: null,
  action: "learner.read",
  outcome: "DONE",
  problem: null,
  learnerIds: [PERSON],
  learnerCount: 1,
  resourceType: null,
  resourceId: null,
  requestId: "r",
  times: 1,
  detail: { address: "192.0.2.0/24", reason: "核对" },
});

async function verify(what: "audit" | "ledger" | "decisions"): Promise<{ code: number | null; output: string }> {
  const child = startNode(["src/main.ts", "verify", what], {
    env: {
      DATABASE_URL: fresh.url,
      DATABASE_OWNER_URL: fresh.ownerUrl,
      GUANTONG_DATA_DIR: folder,
      GUANTONG_LANG: "en",
    },
  });
  const code = await child.exit;
  return { code, output: child.output() };
}

/** Seals until nothing waits: whatever still runs on the server holds the seal up. */
async function sealed(chain: string): Promise<void> {
  await vi.waitFor(
    async () => {
      await sealer.seal();
      expect((await sealer.tails()).get(chain)?.rows).toBe(0);
    },
    { timeout: 100_000, interval: 50 },
  );
}

test("guantong verify audit tells that all is as signed, what is not sealed, and the first entry that was touched", async () => {
  await fresh.writer.write(SYSTEM, (tx) => insertEntries(tx, [entry(1), entry(2), entry(3)]));
  await sealed("audit");
  await fresh.writer.write(SYSTEM, (tx) => insertEntries(tx, [entry(4)]));

  const sound = await verify("audit");
  expect(sound.output).toContain("3 entries sealed under 1 heads, all as signed");
  expect(sound.output).toContain("not vouched for: 1 entries");
  expect(sound.code).toBe(0);

  // what the law lets be erased is erased, and the chain holds
  await fresh.sql`update audit_entry set detail = null, detail_salt = null where id = ${entry(1).id}`;
  expect((await verify("audit")).code).toBe(0);

  await fresh.sql`update audit_entry set role = 'AUDITOR' where id = ${entry(2).id}`;
  const touched = await verify("audit");
  expect(touched.output).toContain(`does not fit from entry 2 on (ROW_ALTERED), record ${entry(2).id}`);
  expect(touched.code).toBe(1);
});

test("guantong verify ledger proves chain and balances, and finds what was rewritten as a whole by its seal", async () => {
  await openSchool(fresh.sql, 3);
  const actors = { recordedBy: WANG.accountId ?? "", confirmedBy: LI.accountId ?? "", batchId: null };
  const postedAt = NOW.toISOString();
  await fresh.writer.write(LI, async (tx) => {
    await postDeposits(tx, [courseDeposit(1), courseDeposit(2)], { ...actors, postedAt });
    const corrected = courseDeposit(1, { achievementId: idOf("corrected"), credits: 300, idempotencyKey: "corrected" });
    await correctDeposit(tx, courseDeposit(1).achievementId, corrected, { ...actors, postedAt, reason: "成绩更正" });
  });
  await sealed("ledger");

  const sound = await verify("ledger");
  expect(sound.output).toContain("ledger: 3 entries sealed under 1 heads, all as signed");
  expect(sound.output).toContain("proved: 2 learners, 3 transactions, 4 movements");
  expect(sound.code).toBe(0);

  // what the law lets be erased is erased, and both chain and proof hold
  await fresh.sql`update ledger_transaction set reason = null, reason_salt = null where reason is not null`;
  expect((await verify("ledger")).code).toBe(0);

  // written up from end to end: every sum is right, and only the signed head tells
  const { achievementId, learnerId } = courseDeposit(2);
  const richer = { learnerId, id: achievementId, hash: depositHash(courseDeposit(2, { credits: 900 })) };
  await fresh.sql`update ledger_movement set amount = 900, debit_balance = -900, credit_balance = 900 where transaction_id = ${richer.id}`;
  await fresh.sql`update ledger_account set balance = sign(balance) * 900 where learner_id = ${richer.learnerId}`;
  await fresh.sql`update achievement set credits = 900 where id = ${richer.id}`;
  await fresh.sql`update ledger_transaction set content_hash = ${richer.hash} where id = ${richer.id}`;
  const rewritten = await verify("ledger");
  expect(rewritten.output).toContain("proved: 2 learners");
  expect(rewritten.output).toMatch(
    new RegExp(`ledger: does not fit from entry \\d on \\(ROW_ALTERED\\), record ${learnerId}/${achievementId}`),
  );
  expect(rewritten.code).toBe(1);
});

test("guantong verify decisions names the decision that is gone from under its line", async () => {
  expect(await verify("decisions")).toMatchObject({ code: 0 });
  await fresh.sql`insert into decision_line (learner_id, decision_id, line, institution_id, registration_id, rule_id,
      rule_version, achievement_ids, target_course_ids, credits, status)
    values (${PERSON}, ${entry(7).id}, 1, ${PERSON}, ${PERSON}, ${PERSON}, 1, '[]', '[]', 100, 'RECOGNISED')`;
  const touched = await verify("decisions");
  expect(touched.output).toContain("computed again: 0 decisions, 0 lines");
  expect(touched.output).toContain(`does not fit (DECISION_GONE): learner ${PERSON}, decision ${entry(7).id}`);
  expect(touched.code).toBe(1);
});
