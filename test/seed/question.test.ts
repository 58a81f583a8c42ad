import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SYSTEM } from "../../src/auth/viewer.ts";
import { isProblem } from "../../src/domain/problem.ts";
import type { RecognitionOutcome } from "../../src/domain/recognition/outcome.ts";
import { assess } from "../../src/domain/recognition/recognise.ts";
import { greedy } from "../../src/domain/recognition/packing/greedy.ts";
import { countOf } from "../../src/domain/recognition/packing/model.ts";
import { check, type Check } from "../../src/features/recognition/service.ts";
import { idOf } from "../../src/seed/id.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
});
afterAll(() => fresh?.drop());

async function ask(learner: string, programme: string): Promise<Check> {
  const tx = fresh.db.read(SYSTEM);
  try {
    const answer = await check(tx, SYSTEM, {
      learnerId: idOf("learner", learner),
      programmeId: idOf("programme", programme),
      asOf: "2026-11-24",
      cohort: null,
    });
    if (isProblem(answer)) throw new Error(answer.code);
    return answer;
  } finally {
    tx.end();
  }
}

const lines = ({ lines }: RecognitionOutcome) => lines.map(({ ruleKey }) => ruleKey);
const refused = ({ refusals }: RecognitionOutcome, code: string) =>
  refusals.filter((refusal) => refusal.code === code).map(({ ruleKey }) => ruleKey);

const MECHATRONICS = "btvtc-460301-2y";

describe("the student of the question", () => {
  it("is recognised at least eight courses, proved, with refusals of both families, and every credit accounted for", async () => {
    const { outcome } = await ask("wang-siyuan", MECHATRONICS);
    expect(outcome.packing).toMatchObject({ proved: true });
    expect(
      new Set(outcome.lines.flatMap(({ targets }) => targets.map(({ courseId }) => courseId))).size,
    ).toBeGreaterThanOrEqual(8);
    expect(new Set(outcome.refusals.map(({ family }) => family))).toEqual(new Set(["INELIGIBLE", "OUTCOMPETED"]));
    expect(outcome.requiredCredits - outcome.passedCredits - outcome.recognisedCredits).toBe(outcome.remainingCredits);
    expect(refused(outcome, "GRADE_BELOW_MINIMUM")).toContain("machine-design");
    expect(refused(outcome, "EXCLUDED")).toContain("politics");
    expect(refused(outcome, "NATURE_NOT_ALLOWED")).toContain("career");
    expect(refused(outcome, "COHORT_NOT_EFFECTIVE")).toContain("english");
    expect(refused(outcome, "CHOICE_MET")).not.toEqual([]);
    expect(refused(outcome, "SOURCE_USED")).not.toEqual([]);
    expect(refused(outcome, "NODE_CAP")).not.toEqual([]);
  });
});

describe("each case of the demonstration comes to what it shows", () => {
  it("AND, OR, one to many, many to many", async () => {
    expect(lines((await ask("zhang-xiaoyu", MECHATRONICS)).outcome)).toContain("drawing");
    expect(lines((await ask("li-mingzhe", MECHATRONICS)).outcome)).toContain("motion");
    expect((await ask("zhao-yating", "btli-490101-2y")).outcome.lines[0]?.targets).toHaveLength(2);
    const welding = (await ask("liu-jiahao", "btvtc-460110-3y")).outcome.lines[0];
    expect([welding?.achievementIds.length, welding?.targets.length]).toEqual([2, 2]);
  });

  it("a series, and blanket credit whose grade is capped at 70", async () => {
    const series = (await ask("chen-siqi", "imust-260301-2y")).outcome.lines.find(
      ({ ruleKey }) => ruleKey === "english-series",
    );
    expect(series?.targets).toHaveLength(2);
    const blanket = (await ask("sun-haoran", "btli-490101-2y")).outcome.lines[0];
    expect(blanket).toMatchObject({ nodeKey: "free-elective", recordedGrade: { mode: "PERCENT", scoreTenths: 700 } });
  });

  it("one certificate serves courses up to eight credits, and no further", async () => {
    const { outcome } = await ask("zhou-zihan", MECHATRONICS);
    expect(outcome.recognisedCredits).toBe(800);
    expect(refused(outcome, "SOURCE_CAP")).not.toEqual([]);
  });

  it("a team's third prize, its lower award superseded", async () => {
    const { outcome } = await ask("wu-junjie", MECHATRONICS);
    expect(outcome.lines[0]).toMatchObject({ ruleKey: "mechatronics-award", recordedGrade: { scoreTenths: 900 } });
    expect(refused(outcome, "SUPERSEDED")).not.toEqual([]);
  });

  it("online courses meet their cap, an old certificate has expired, a grade is one point short", async () => {
    expect(refused((await ask("feng-yutong", "btli-490101-2y")).outcome, "KIND_CAP")).toContain("online-standards");
    expect(refused((await ask("he-jiaqi", MECHATRONICS)).outcome, "EXPIRED")).not.toEqual([]);
    expect(refused((await ask("ma-wenjing", MECHATRONICS)).outcome, "GRADE_BELOW_MINIMUM")).toEqual(["machine-design"]);
  });

  it("of two levels of one certificate line only the higher counts", async () => {
    const { outcome } = await ask("gao-zixuan", MECHATRONICS);
    expect(refused(outcome, "SUPERSEDED")).not.toEqual([]);
    expect(outcome.recognisedCredits).toBe(800);
  });

  it("taking the biggest first loses credits that the exact answer finds", async () => {
    const { input, outcome } = await ask("lv-siyuan", "btis-430401-2y");
    const { model } = assess(input);
    expect(countOf(model, greedy(model))).toBeLessThan(outcome.recognisedCredits);
    expect(refused(outcome, "GROUP_CAP")).not.toEqual([]);
  });

  it("a recognised course counts onward only where the rule looks through recognition", async () => {
    const { outcome } = await ask("huang-shihan", "imust-260301-2y");
    expect(lines(outcome)).toEqual(expect.arrayContaining(["machine-theory", "circuits"]));
    expect(refused(outcome, "RECOGNISED_NOT_TAKEN")).toEqual(expect.arrayContaining(["sensing", "drives"]));
  });

  it("a veteran is exempt from PE and the military courses at 95", async () => {
    const { outcome } = await ask("zheng-guoqiang", "btvtc-460110-3y");
    expect(outcome.lines[0]).toMatchObject({ ruleKey: "veteran", credits: 800, recordedGrade: { scoreTenths: 950 } });
  });

  it("inside a five-year programme nothing is recognised: what was passed counts", async () => {
    const { outcome } = await ask("xu-xiaoman", "btrc-500101-5y");
    expect([outcome.lines.length, outcome.refusals.length]).toEqual([0, 0]);
    expect(outcome.passedCredits).toBeGreaterThan(10_000);
  });

  it("3+4, a learner without a school, an early leaver, a technician, a horizontal transfer are all recognised something", async () => {
    const cases = [
      ["song-anran", "btmc-320201-4y"],
      ["luo-jianguo", MECHATRONICS],
      ["tang-yiming", "btvtc-460110-3y"],
      ["cao-lixin", "btvtc-460306-2y"],
      ["peng-xue", "jdsf-660301-3y"],
    ] as const;
    const answers = await Promise.all(cases.map(([learner, programme]) => ask(learner, programme)));
    expect(cases.filter((_, i) => answers[i]?.outcome.recognisedCredits === 0)).toEqual([]);
  });
});
