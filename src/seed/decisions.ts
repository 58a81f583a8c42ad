import { createHash } from "node:crypto";
import type postgres from "postgres";
import { SYSTEM } from "../auth/viewer.ts";
import type { Tx } from "../db/transaction.ts";
import { isProblem } from "../domain/problem.ts";
import { ENGINE_VERSION, writeInput } from "../domain/recognition/input.ts";
import { recognise } from "../domain/recognition/recognise.ts";
import { post } from "../features/bank/posting.ts";
import { insertDecision, load } from "../features/recognition/service.ts";
import { type DemoAchievement, demoAchievements } from "./bank.ts";
import { idOf } from "./id.ts";
import { type Row, readTable } from "./table.ts";

/**
 * Decides the recognitions that the demonstration's later stages look back on, with the engine and the rules of the
 * day, and posts them to the ledger. What was decided already stays.
 */
export async function seedDecisions(sql: postgres.Sql): Promise<void> {
  const [decisions, achievements] = await Promise.all([readTable("decisions"), demoAchievements()]);
  const tx: Tx = { run: async (statement) => statement(sql as never) };
  for (const row of decisions) await decide(tx, row, achievements);
}

async function decide(tx: Tx, row: Row, achievements: readonly DemoAchievement[]): Promise<void> {
  const [learner = "", programme = "", on = ""] = [row["learner"], row["programme"], row["decided_on"]];
  const learnerId = idOf("learner", learner);
  const decisionId = idOf("decision", `${learner}/${programme}/${on}`);
  const there = await tx.run(
    (sql) =>
      sql`/* seed.decisionThere */ select 1 from decision where learner_id = ${learnerId} and id = ${decisionId}`,
  );
  if (there.length > 0) return;
  const world = await load(tx, SYSTEM, {
    learnerId,
    programmeId: idOf("programme", programme),
    asOf: on,
    cohort: null,
  });
  if (isProblem(world)) throw new Error(`decision for ${learner}: ${world.code}`);
  const outcome = recognise(world.input);
  const input = writeInput(world.input);
  const institutionId = idOf("institution", row["institution"] ?? "");
  const actorId = idOf("account", row["decided_by"] ?? "");
  const registrationId = idOf("registration", `${learner}/${programme}/1`);
  const at = `${on}T02:00:00.000Z`;
  await insertDecision(tx, {
    id: decisionId,
    learnerId,
    registrationId,
    programmeId: idOf("programme", programme),
    institutionId,
    departmentId: world.programme.departmentId,
    decidedOn: on,
    decidedBy: actorId,
    decidedAt: at,
    engineVersion: ENGINE_VERSION,
    input,
    inputHash: createHash("sha256").update(input).digest("hex"),
    outcome,
  });
  const used = new Set(outcome.lines.flatMap(({ achievementIds }) => achievementIds));
  const sources = achievements
    .filter(({ id }) => used.has(id))
    .map(({ id, unit, credits }) => ({ achievementId: id, unit, credits }));
  const lines = outcome.lines.map(({ credits }, i) => ({ line: i + 1, unit: "ASSOCIATE" as const, credits }));
  const towards = { applicationId: decisionId, registrationId };
  const posting = {
    learnerId,
    institutionId,
    homeInstitutionId: institutionId,
    actorId,
    reason: null,
    effectiveOn: on,
    postedAt: at,
  };
  const held = await post(tx, {
    ...posting,
    transactionId: idOf("ledger-transaction", `${decisionId}/hold`),
    idempotencyKey: `hold:${decisionId}`,
    command: { kind: "HOLD", ...towards, sources },
  });
  const recognised = await post(tx, {
    ...posting,
    transactionId: idOf("ledger-transaction", `${decisionId}/recognise`),
    idempotencyKey: `recognise:${decisionId}`,
    command: { kind: "RECOGNISE", ...towards, decisionId, sources, lines },
  });
  for (const posted of [held, recognised]) {
    if (isProblem(posted)) throw new Error(`ledger of the decision for ${learner}: ${posted.code}`);
  }
}
