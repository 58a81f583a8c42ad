import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeId } from "../../src/api/node-id.ts";
import { SYSTEM } from "../../src/auth/viewer.ts";
import { dayInChina } from "../../src/domain/date.ts";
import { isProblem } from "../../src/domain/problem.ts";
import { recognise } from "../../src/domain/recognition/recognise.ts";
import { load } from "../../src/features/recognition/service.ts";
import { idOf } from "../../src/seed/id.ts";
import { openSession } from "../../src/cli/session.ts";
import { readConfig } from "../../src/config.ts";
import { openApi } from "../../test/support/api.ts";
import type { Figures } from "../bench.ts";
import { LIST, REGISTRAR } from "./http.ts";
import { median } from "./load.ts";
import { startService } from "./service.ts";

const ROUNDS = 7;
const EACH = 60;

const CHECK = `query ($learnerId: ID!, $programId: ID!) { recognitionCheck(learnerId: $learnerId, programId: $programId) {
  ... on RecognitionCheck {
    requiredCredits passedCredits recognisedCredits remainingCredits packing { credits upperBound proved canonical }
    lines { credits countedCredits sentence targets { credits } conditions { code met } }
    refusals { family code sentence }
    progress { key recognisedCredits remainingCredits }
  } ... on Problem { code } } }`;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** CPU milliseconds of this process for one of many. */
async function costOf(work: () => unknown): Promise<number> {
  const began = cpuMs();
  for (let n = 0; n < EACH; n += 1) await work();
  return (cpuMs() - began) / EACH;
}

/**
 * A check through GraphQL beside what it is made of: the engine's part of it on the same input, and a list of 20 rows
 * through the same GraphQL. CPU of one process that holds the whole service, the medians of alternating rounds.
 */
export async function check(): Promise<Figures> {
  const dataDir = await mkdtemp(join(tmpdir(), "guantong-bench-"));
  const service = await startService(dataDir);
  const session = await openSession(readConfig({ GUANTONG_DATA_DIR: dataDir, LOG_LEVEL: "warn" }), false);
  const api = await openApi(session.db, { now: () => new Date() });
  try {
    const [learnerId, programmeId] = [idOf("learner", "jiang-yicheng"), idOf("programme", "btvtc-460301-2y")];
    const world = await session.db.write(SYSTEM, (tx) =>
      load(tx, SYSTEM, { learnerId, programmeId, asOf: dayInChina(new Date()), cohort: null }),
    );
    if (isProblem(world)) throw new Error(world.code);
    const ids = { learnerId: encodeId("Learner", learnerId), programId: encodeId("Programme", programmeId) };
    const works = {
      http: () => api.ask(CHECK, ids, { as: "student.jiang" }),
      list: () => api.ask(LIST, {}, { as: REGISTRAR }),
      engine: () => recognise(world.input),
    };
    const first = await works.http();
    if (!JSON.stringify(first.data).includes("recognisedCredits")) throw new Error(JSON.stringify(first));
    for (const work of Object.values(works)) await costOf(work);
    const rounds: Record<keyof typeof works, number>[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({
        http: await costOf(works.http),
        list: await costOf(works.list),
        engine: await costOf(works.engine),
      });
    }
    const of = (name: keyof typeof works): number => median(rounds.map((round) => round[name]));
    return {
      check_http_ms: of("http"),
      check_list_ms: of("list"),
      check_engine_ms: of("engine"),
      check_http_ratio: median(rounds.map(({ http, list, engine }) => http / (list + engine))),
    };
  } finally {
    await api.close();
    await session.close();
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
