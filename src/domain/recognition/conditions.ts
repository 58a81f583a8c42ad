import { addMonths, endOfMonth, endOfYear } from "../date.ts";
import { compareToBound, type GradeBound, type GradeScale, passes } from "../grade.ts";
import type { IsoDate } from "../id.ts";
import { certificateRank } from "./supersede.ts";
import { type AchievementFact, type CheckContext, PRIZES } from "./facts.ts";
import type { Judge } from "./judge.ts";
import type { Binding } from "./match.ts";
import type { Matcher, Rule, RuleSet, Validity } from "./rule.ts";

/** What the conditions on one source are tested under. */
export interface SourceTest {
  readonly rule: Rule;
  readonly ruleSet: RuleSet;
  readonly context: CheckContext;
  readonly scale: GradeScale;
  readonly lastDays: LastDays;
}

/**
 * Tests every condition the rule puts on one source.
 * @param supersededBy the achievement that supersedes it, if one does.
 */
export function testSource(
  binding: Binding,
  test: SourceTest,
  supersededBy: AchievementFact | null,
  judge: Judge,
): void {
  testTaken(binding, test, supersededBy, judge);
  testResult(binding, test, judge);
  testDates(binding, test, judge);
  if (judge.settled) return;
  testValidity(binding, test, judge);
  const { minGrade, maxGrade } = binding.matcher;
  if (minGrade !== undefined) testGrade(binding, minGrade, "GRADE_BELOW_MINIMUM", judge);
  if (maxGrade !== undefined) testGrade(binding, maxGrade, "GRADE_ABOVE_MAXIMUM", judge);
  if (judge.settled) return;
  testDetail(binding, judge);
  testAmounts(binding, judge);
}

/** Whether the source may compete at all: not superseded, and taken by attending unless the rule looks through recognition. */
function testTaken(binding: Binding, { rule }: SourceTest, supersededBy: AchievementFact | null, judge: Judge): void {
  const { fact, matcher } = binding;
  if (supersededBy !== null)
    judge.codes(
      "SUPERSEDED",
      fact.id,
      false,
      [supersededBy.title.zh, supersededBy.title.en],
      [fact.title.zh, fact.title.en],
    );
  if (fact.recognisedAs !== undefined && matcher.kind === "COURSE" && isThroughRecognition(binding))
    judge.codes("RECOGNISED_NOT_TAKEN", fact.id, rule.throughRecognition, [matcher.code], [fact.kind]);
}

/** The achievement stands for a course it was itself recognised for. */
function isThroughRecognition({ fact, matcher }: Binding): boolean {
  return (
    matcher.kind === "COURSE" &&
    fact.recognisedAs === matcher.courseId &&
    !("courseId" in fact.detail && fact.detail.courseId === matcher.courseId)
  );
}

function testResult({ fact }: Binding, { scale }: SourceTest, judge: Judge): void {
  const { id, detail, grade } = fact;
  if (detail.kind === "SERVICE" && !detail.honourable) judge.plain("NOT_PASSED", id, false);
  else if (grade !== null) judge.grade("NOT_PASSED", id, passes(grade, scale), grade, null);
  else if ("subject" in detail && "code" in detail) judge.plain("NOT_PASSED", id, false);
}

function testDates({ fact }: Binding, { rule, ruleSet, context }: SourceTest, judge: Judge): void {
  const { id, completedOn } = fact;
  const from = later(ruleSet.effectiveFrom, rule.effectiveFrom);
  const until = earlier(ruleSet.effectiveUntil, rule.effectiveUntil);
  judge.date("NOT_YET_COMPLETED", id, completedOn <= context.asOf, context.asOf, completedOn);
  const isEffective = completedOn >= from && (until === null || completedOn <= until);
  judge.date("RULE_NOT_EFFECTIVE", id, isEffective, completedOn < from || until === null ? from : until, completedOn);
}

function testValidity({ fact, matcher }: Binding, { context, lastDays }: SourceTest, judge: Judge): void {
  const { id, detail, completedOn } = fact;
  if (matcher.validity !== undefined) {
    const last = lastDays.of(completedOn, matcher.validity);
    judge.date("EXPIRED", id, context.asOf <= last, last, context.asOf);
  }
  if (detail.kind === "CERTIFICATE" && detail.validUntil !== null)
    judge.date("EXPIRED", id, context.asOf <= detail.validUntil, detail.validUntil, context.asOf);
}

/** The last days of validity, each reckoned once: many rules ask the same of the same achievement. */
export class LastDays {
  readonly #known = new Map<number, Map<IsoDate, IsoDate>>();

  of(completedOn: IsoDate, validity: Validity): IsoDate {
    const { months, rounding } = validity;
    const term = months * 3 + (rounding === "DAY" ? 0 : rounding === "END_OF_MONTH" ? 1 : 2);
    let days = this.#known.get(term);
    if (days === undefined) {
      days = new Map();
      this.#known.set(term, days);
    }
    let last = days.get(completedOn);
    if (last === undefined) {
      last = validUntil(completedOn, validity);
      days.set(completedOn, last);
    }
    return last;
  }
}

/** The last day an achievement is valid: so many months on, that day itself included, or the end of its month or year. */
export function validUntil(completedOn: IsoDate, { months, rounding }: Validity): IsoDate {
  const day = addMonths(completedOn, months);
  if (rounding === "DAY") return day;
  return rounding === "END_OF_MONTH" ? endOfMonth(day) : endOfYear(day);
}

/** An original that was recognised for the course may carry no grade of its own; a course must. */
function testGrade(
  binding: Binding,
  bound: GradeBound,
  code: "GRADE_BELOW_MINIMUM" | "GRADE_ABOVE_MAXIMUM",
  judge: Judge,
): void {
  const { id, grade } = binding.fact;
  if (grade === null && isThroughRecognition(binding)) return;
  const result = grade === null ? "MODE_NOT_ACCEPTED" : compareToBound(grade, bound);
  if (result === "MODE_NOT_ACCEPTED") judge.grade("GRADE_MODE_NOT_ACCEPTED", id, false, grade, bound);
  else judge.grade(code, id, result !== (code === "GRADE_BELOW_MINIMUM" ? "BELOW" : "ABOVE"), grade, bound);
}

function testDetail({ matcher, fact }: Binding, judge: Judge): void {
  const { id, detail } = fact;
  if (matcher.kind === "CERTIFICATE" && detail.kind === "CERTIFICATE") {
    const met = certificateRank(detail.level) >= certificateRank(matcher.minLevel);
    judge.codes("CERTIFICATE_LEVEL_TOO_LOW", id, met, [matcher.minLevel], [detail.level]);
  } else if (matcher.kind === "COMPETITION" && detail.kind === "COMPETITION") testAward(fact, matcher, detail, judge);
  else if (
    (matcher.kind === "WORK" && detail.kind === "WORK") ||
    (matcher.kind === "SERVICE" && detail.kind === "SERVICE")
  ) {
    const { minMonths } = matcher;
    judge.amount("NUMBER", "MONTHS_TOO_FEW", id, detail.months >= minMonths, minMonths, detail.months);
  } else if (matcher.kind === "COURSE" && matcher.overlap !== undefined) {
    const { assessed, minimum } = matcher.overlap;
    judge.amount("BASIS_POINTS", "OVERLAP_TOO_SMALL", id, assessed >= minimum, minimum, assessed);
  }
}

function testAward(
  { id }: AchievementFact,
  { prizes, maxRankInTeam }: Extract<Matcher, { kind: "COMPETITION" }>,
  { prize, rankInTeam }: Extract<AchievementFact["detail"], { kind: "COMPETITION" }>,
  judge: Judge,
): void {
  const lowest = [...prizes].sort((a, b) => PRIZES.indexOf(b) - PRIZES.indexOf(a))[0] ?? "MERIT";
  judge.codes("PRIZE_TOO_LOW", id, prizes.includes(prize), [lowest], [prize]);
  if (maxRankInTeam === undefined || rankInTeam === null) return;
  judge.amount("NUMBER", "RANK_TOO_LOW", id, rankInTeam <= maxRankInTeam, maxRankInTeam, rankInTeam);
}

function testAmounts({ matcher, fact }: Binding, judge: Judge): void {
  const { id, credits, level } = fact;
  const { minCredits, levels } = matcher;
  if (minCredits !== undefined)
    judge.amount("CREDITS", "CREDITS_TOO_FEW", id, credits >= minCredits, minCredits, credits);
  if (levels !== undefined)
    judge.codes(
      "LEVEL_NOT_ALLOWED",
      id,
      level !== null && levels.includes(level),
      levels,
      level === null ? null : [level],
    );
}

function later(a: IsoDate, b: IsoDate | null): IsoDate {
  return b !== null && b > a ? b : a;
}

function earlier(a: IsoDate | null, b: IsoDate | null): IsoDate | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
