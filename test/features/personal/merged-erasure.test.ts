import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyRing } from "../../../src/auth/keyring.ts";
import type { Viewer } from "../../../src/auth/viewer.ts";
import { isProblem } from "../../../src/domain/problem.ts";
import { recordAchievements } from "../../../src/features/bank/recording.ts";
import { carryOutErasure, erasurePreview, requestErasure } from "../../../src/features/personal/erasure.ts";
import { openLearner } from "../../../src/features/registry/opening-learners.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { everythingIn } from "../../support/everything.ts";
import { testKeys } from "../../support/keys.ts";
import { learnerId, LI, NOW, openAccounts, openSchool, student, WANG, ZHAO } from "../bank/school.ts";
import { csv } from "../bank/sheets.ts";

const TODAY = "2026-07-10";
let fresh: FreshDatabase;
let keys: KeyRing;
beforeAll(async () => {
  fresh = await freshDatabase({ max: 4 });
  keys = await testKeys();
  await openSchool(fresh.sql, 2);
  await openAccounts(fresh.sql);
});
afterAll(() => fresh.drop());

let people = 0;
async function open(as: Viewer = WANG) {
  people += 1;
  const who = { name: `标记某${people}`, number: `MARK${1000 + people}` };
  const input = { ...who, kind: "PASSPORT", bornOn: "1986-05-12", ground: "OTHER", remark: `${who.name}自荐` } as const;
  const answer = await fresh.db.write(as, (tx) => openLearner(tx, as, input, { keys, now: NOW, today: TODAY }));
  if (isProblem(answer)) throw new Error(answer.code);
  const [row] = await fresh.sql<{ number: string }[]>`
    select number from bank_number where learner_id = ${answer.learnerId}`;
  return { ...who, id: answer.learnerId, bankNumber: row?.number ?? "" };
}
const own = (id: string, aliases: readonly string[] = []): Viewer => ({
  ...student(1),
  learnerId: id,
  wardIds: aliases,
});
const asked = (id: string, as: Viewer) =>
  fresh.db.write(as, (tx) =>
    requestErasure(tx, as, { learnerId: id, reason: "不再使用学分银行" }, { id: v7(), now: NOW }),
  );
async function request(id: string, as: Viewer): Promise<string> {
  const answer = await asked(id, as);
  return isProblem(answer) ? expect.fail(answer.code) : answer.id;
}
const carryOut = (id: string, requestId: string, as: Viewer = LI) =>
  fresh.db.write(as, (tx) => carryOutErasure(tx, as, { learnerId: id, id: requestId }, NOW));
async function holds(id: string, as: Viewer) {
  const tx = fresh.db.read(as);
  const found = await erasurePreview(tx, as, id);
  tx.end();
  return isProblem(found) ? expect.fail(found.code) : found;
}
const merge = (id: string, into: string) => fresh.sql`update learner set merged_into = ${into} where id = ${id}`;
/** Whether anything anywhere still says a text. */
const isSaid = async (text: string): Promise<boolean> => (await everythingIn(fresh.sql)).includes(text);

describe("somebody without a registration", () => {
  test("is erased with their bank number, wherever a sheet that nobody confirmed named it", async () => {
    const who = await open();
    const rows = [
      ["学号", "姓名", "成果类型", "名称", "月数", "完成日期"],
      [who.bankNumber, null, "工作经历", null, null, "2026-01-10"],
      [who.bankNumber, who.name, "工作经历", "钳工", "12", "2026-01-10"],
    ];
    const file = { bytes: csv(rows), fileName: "a.csv", now: NOW, today: TODAY, setBadRowsAside: true };
    const recorded = await fresh.db.write(WANG, (tx) => recordAchievements(tx, WANG, file));
    expect(recorded).toMatchObject({ readyRows: 1, setAsideRows: 1 });
    await fresh.sql`update deposit_batch set status = 'DISCARDED'`;
    const id = await request(who.id, own(who.id));
    expect(await carryOut(who.id, id)).toMatchObject({ carriedOutBy: LI.accountId });
    for (const mark of [who.name, who.bankNumber, who.bankNumber.toLowerCase()]) expect(await isSaid(mark)).toBe(false);
  });
});

describe("records that were merged", () => {
  test("are erased together, at both schools, and whoever asked at the other one is done with too", async () => {
    const [kept, merged] = [await open(), await open(ZHAO)];
    await merge(merged.id, kept.id);
    const other = await request(merged.id, ZHAO);
    const { parts } = await holds(kept.id, WANG);
    expect(parts).toContainEqual(expect.objectContaining({ table: "learner", rows: 2 }));
    expect(parts).toContainEqual(expect.objectContaining({ table: "bank_number", rows: 2 }));
    const id = await request(kept.id, own(kept.id, [merged.id]));
    expect(await carryOut(kept.id, id)).toMatchObject({ carriedOutBy: LI.accountId });
    for (const mark of [kept.name, kept.bankNumber, merged.name, merged.bankNumber])
      expect(await isSaid(mark)).toBe(false);
    expect(
      await fresh.sql`select count(*)::int as n from learner where id in (${kept.id}, ${merged.id}) and erased_at is not null`,
    ).toEqual([{ n: 2 }]);
    expect(await fresh.sql`select withdrawn_at is not null as over from erasure_request where id = ${other}`).toEqual([
      { over: true },
    ]);
    expect(await fresh.sql`select 1 from account where login like 'xf%'`).toHaveLength(0);
  });

  test("are erased by whichever of them is asked for", async () => {
    const [kept, merged] = [await open(), await open()];
    await merge(merged.id, kept.id);
    const id = await request(merged.id, WANG);
    await carryOut(merged.id, id);
    for (const mark of [kept.name, merged.name]) expect(await isSaid(mark)).toBe(false);
  });

  test("stay while anything stands in the way of one of them", async () => {
    const kept = await open();
    await merge(learnerId(2), kept.id);
    const id = await request(kept.id, own(kept.id, [learnerId(2)]));
    expect((await holds(kept.id, WANG)).holds.map(({ code }) => code)).toContain("ERASURE_ACTIVE_REGISTRATION");
    expect(await carryOut(kept.id, id)).toMatchObject({ code: "ERASURE_ACTIVE_REGISTRATION" });
    expect(await isSaid(kept.name)).toBe(true);
    // parted, each stands by itself
    await fresh.sql`update learner set merged_into = null where id = ${learnerId(2)}`;
    expect(await carryOut(kept.id, id)).toMatchObject({ carriedOutBy: LI.accountId });
    expect(await fresh.sql`select erased_at from learner where id = ${learnerId(2)}`).toEqual([{ erasedAt: null }]);
  });

  test("leave whoever else has an account in peace", async () => {
    const [kept, stranger] = [await open(), await open()];
    const id = await request(kept.id, own(kept.id));
    await carryOut(kept.id, id);
    expect(await isSaid(stranger.name)).toBe(true);
    expect(await isSaid(stranger.bankNumber)).toBe(true);
  });
});
