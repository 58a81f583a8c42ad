import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createKeys, openKeyRing } from "../../src/auth/keyring.ts";
import { AUDIT_LOG, insertEntries } from "../../src/db/audit.ts";
import { SYSTEM } from "../../src/auth/viewer.ts";
import { openDatabase } from "../../src/db/client.ts";
import { openSealer } from "../../src/db/seal/sealer.ts";
import type { AuditEntry } from "../../src/domain/audit.ts";
import { startNode } from "../support/child.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

vi.setConfig({ testTimeout: 180_000 });

let fresh: FreshDatabase;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guantong-verify-"));
  fresh = await freshDatabase();
});
afterAll(async () => {
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

async function verify(): Promise<{ code: number | null; output: string }> {
  const child = startNode(["src/main.ts", "verify", "audit"], {
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

test("guantong verify audit tells that all is as signed, what is not sealed, and the first entry that was touched", async () => {
  const keysFile = join(folder, "keys.json");
  await createKeys(keysFile);
  const ring = await openKeyRing({ keysFile, databaseUrl: fresh.url });
  const job = openDatabase(fresh.url, { role: "guantong_job", max: 2 });
  const keys = { newest: () => ring.newest("seal"), all: () => ring.all("seal") };
  const headsFile = join(folder, "seal-heads.jsonl");
  const sealer = await openSealer({ db: job, sources: [AUDIT_LOG], keys, headsFile });
  await fresh.writer.write(SYSTEM, (tx) => insertEntries(tx, [entry(1), entry(2), entry(3)]));
  await vi.waitFor(
    async () => {
      await sealer.seal();
      expect((await sealer.tails()).get("audit")?.rows).toBe(0);
    },
    { timeout: 100_000, interval: 50 },
  );
  await fresh.writer.write(SYSTEM, (tx) => insertEntries(tx, [entry(4)]));
  await job.end();

  const sound = await verify();
  expect(sound.output).toContain("3 entries sealed under 1 heads, all as signed");
  expect(sound.output).toContain("not vouched for: 1 entries");
  expect(sound.code).toBe(0);

  // what the law lets be erased is erased, and the chain holds
  await fresh.sql`update audit_entry set detail = null, detail_salt = null where id = ${entry(1).id}`;
  expect((await verify()).code).toBe(0);

  await fresh.sql`update audit_entry set role = 'AUDITOR' where id = ${entry(2).id}`;
  const touched = await verify();
  expect(touched.output).toContain(`does not fit from entry 2 on (ROW_ALTERED), record ${entry(2).id}`);
  expect(touched.code).toBe(1);
});
