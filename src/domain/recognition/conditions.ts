import { addMonths, endOfMonth, endOfYear } from "../date.ts";
import { boundAsGrade, compareToBound, type GradeBound, type GradeScale, passes } from "../grade.ts";
import type { IsoDate } from "../id.ts";
import { certificateRank } from "./supersede.ts";
import { type AchievementFact, type CheckContext, PRIZES } from "./facts.ts";
import type { Binding } from "./match.ts";
import type { Condition, ConditionValue } from "./outcome.ts";
import type { IneligibleCode, Rule, RuleSet, Validity } from "./rule.ts";

const NO_CONDITIONS: readonly Condition[] = [];
const NONE: ConditionValue = { kind: "NONE" };
const codes = (...list: readonly string[]): ConditionValue => ({ kind: "CODES", codes: list });
const date = (day: string): ConditionValue => ({ kind: "DATE", date: day });
const amount = (value: number): ConditionValue => ({ kind: "NUMBER", value });

/** What the conditions on one source are tested under. */
export interface SourceTest {
  readonly rule: Rule;
  readonly ruleSet: RuleSet;
  readonly context: CheckContext;
  readonly scale: GradeScale;
  /** The achievement that supersedes the one tested, if one does. */
  readonly supersededBy: AchievementFact | null;
}

/** Conditions that rules of the same dates put on the same achievement: tested once, and told by the same objects. */
export type SharedConditions = Map<string, readonly Condition[]>;

/** Adds every condition the rule puts on one source, met or not. */
export function testSource(
  binding: Binding,
  test: SourceTest,
  shared: SharedConditions,
  conditions: Condition[],
): void {
  const { matcher, fact } = binding;
  conditions.push(...testTaken(binding, test));
  const { rule, ruleSet } = test;
  const key = `${fact.id} ${ruleSet.effectiveFrom} ${ruleSet.effectiveUntil} ${rule.effectiveFrom} ${rule.effectiveUntil}`;
  let same = shared.get(key);
  if (same === undefined) {
    same = [...testResult(binding, test), ...testDates(binding, test)];
    shared.set(key, same);
  }
  for (const each of same) conditions.push(each);
  testValidity(binding, test, conditions);
  if (matcher.minGrade !== undefined) testGrade(binding, matcher.minGrade, "GRADE_BELOW_MINIMUM", "BELOW", conditions);
  if (matcher.maxGrade !== undefined) testGrade(binding, matcher.maxGrade, "GRADE_ABOVE_MAXIMUM", "ABOVE", conditions);
  testDetail(binding, conditions);
  testAmounts(binding, conditions);
}

function condition(
  code: IneligibleCode,
  { fact }: Binding,
  met: boolean,
  expected: ConditionValue,
  actual: ConditionValue,
): Condition {
  return { code, achievementId: fact.id, met, expected, actual };
}

/** Whether the source may compete at all: not superseded, and taken by attending unless the rule looks through recognition. */
function testTaken(binding: Binding, { rule, supersededBy }: SourceTest): readonly Condition[] {
  const { fact, matcher } = binding;
  if (supersededBy === null && fact.recognisedAs === undefined) return NO_CONDITIONS;
  const conditions: Condition[] = [];
  if (supersededBy !== null)
    conditions.push(
      condition(
        "SUPERSEDED",
        binding,
        false,
        codes(supersededBy.title.zh, supersededBy.title.en),
        codes(fact.title.zh, fact.title.en),
      ),
    );
  if (matcher.kind === "COURSE" && isThroughRecognition(binding))
    conditions.push(
      condition("RECOGNISED_NOT_TAKEN", binding, rule.throughRecognition, codes(matcher.code), codes(fact.kind)),
    );
  return conditions;
}

/** The achievement stands for a course it was itself recognised for. */
function isThroughRecognition({ fact, matcher }: Binding): boolean {
  return (
    matcher.kind === "COURSE" &&
    fact.recognisedAs === matcher.courseId &&
    !("courseId" in fact.detail && fact.detail.courseId === matcher.courseId)
  );
}

function testResult(binding: Binding, { scale }: SourceTest): readonly Condition[] {
  const { fact } = binding;
  if (fact.detail.kind === "SERVICE" && !fact.detail.honourable)
    return [condition("NOT_PASSED", binding, false, NONE, NONE)];
  if (fact.grade === null)
    return "subject" in fact.detail && "code" in fact.detail
      ? [condition("NOT_PASSED", binding, false, NONE, NONE)]
      : [];
  const met = passes(fact.grade, scale);
  return [condition("NOT_PASSED", binding, met, { kind: "GRADE", grade: null }, { kind: "GRADE", grade: fact.grade })];
}

function testDates(binding: Binding, { rule, ruleSet, context }: SourceTest): readonly Condition[] {
  const { completedOn } = binding.fact;
  const from = later(ruleSet.effectiveFrom, rule.effectiveFrom);
  const until = earlier(ruleSet.effectiveUntil, rule.effectiveUntil);
  return [
    condition("NOT_YET_COMPLETED", binding, completedOn <= context.asOf, date(context.asOf), date(completedOn)),
    condition(
      "RULE_NOT_EFFECTIVE",
      binding,
      completedOn >= from && (until === null || completedOn <= until),
      date(completedOn < from || until === null ? from : until),
      date(completedOn),
    ),
  ];
}

function testValidity(binding: Binding, { context }: SourceTest, conditions: Condition[]): void {
  const { fact, matcher } = binding;
  if (matcher.validity !== undefined) {
    const last = validUntil(fact.completedOn, matcher.validity);
    conditions.push(condition("EXPIRED", binding, context.asOf <= last, date(last), date(context.asOf)));
  }
  const { detail } = fact;
  if (detail.kind === "CERTIFICATE" && detail.validUntil !== null)
    conditions.push(
      condition("EXPIRED", binding, context.asOf <= detail.validUntil, date(detail.validUntil), date(context.asOf)),
    );
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
  code: IneligibleCode,
  wrong: "BELOW" | "ABOVE",
  conditions: Condition[],
): void {
  const { grade } = binding.fact;
  if (grade === null && isThroughRecognition(binding)) return;
  const result = grade === null ? "MODE_NOT_ACCEPTED" : compareToBound(grade, bound);
  const expected: ConditionValue = { kind: "GRADE", grade: grade === null ? null : boundAsGrade(grade, bound) };
  const actual: ConditionValue = { kind: "GRADE", grade };
  conditions.push(
    result === "MODE_NOT_ACCEPTED"
      ? condition("GRADE_MODE_NOT_ACCEPTED", binding, false, expected, actual)
      : condition(code, binding, result !== wrong, expected, actual),
  );
}

function testDetail(binding: Binding, conditions: Condition[]): void {
  const { matcher, fact } = binding;
  const { detail } = fact;
  if (matcher.kind === "CERTIFICATE" && detail.kind === "CERTIFICATE") {
    const met = certificateRank(detail.level) >= certificateRank(matcher.minLevel);
    conditions.push(condition("CERTIFICATE_LEVEL_TOO_LOW", binding, met, codes(matcher.minLevel), codes(detail.level)));
  } else if (matcher.kind === "COMPETITION" && detail.kind === "COMPETITION")
    conditions.push(...testAward(binding, matcher, detail));
  else if (
    (matcher.kind === "WORK" && detail.kind === "WORK") ||
    (matcher.kind === "SERVICE" && detail.kind === "SERVICE")
  )
    conditions.push(
      condition(
        "MONTHS_TOO_FEW",
        binding,
        detail.months >= matcher.minMonths,
        amount(matcher.minMonths),
        amount(detail.months),
      ),
    );
  else if (matcher.kind === "COURSE" && matcher.overlap !== undefined) {
    const { assessed, minimum } = matcher.overlap;
    conditions.push(
      condition(
        "OVERLAP_TOO_SMALL",
        binding,
        assessed >= minimum,
        { kind: "BASIS_POINTS", value: minimum },
        { kind: "BASIS_POINTS", value: assessed },
      ),
    );
  }
}

function testAward(
  binding: Binding,
  matcher: Extract<Binding["matcher"], { kind: "COMPETITION" }>,
  detail: Extract<AchievementFact["detail"], { kind: "COMPETITION" }>,
): readonly Condition[] {
  const lowest = [...matcher.prizes].sort((a, b) => PRIZES.indexOf(b) - PRIZES.indexOf(a))[0] ?? "MERIT";
  const prize = condition(
    "PRIZE_TOO_LOW",
    binding,
    matcher.prizes.includes(detail.prize),
    codes(lowest),
    codes(detail.prize),
  );
  if (matcher.maxRankInTeam === undefined || detail.rankInTeam === null) return [prize];
  const met = detail.rankInTeam <= matcher.maxRankInTeam;
  return [prize, condition("RANK_TOO_LOW", binding, met, amount(matcher.maxRankInTeam), amount(detail.rankInTeam))];
}

function testAmounts(binding: Binding, conditions: Condition[]): void {
  const { matcher, fact } = binding;
  if (matcher.minCredits !== undefined)
    conditions.push(
      condition(
        "CREDITS_TOO_FEW",
        binding,
        fact.credits >= matcher.minCredits,
        { kind: "CREDITS", credits: matcher.minCredits },
        { kind: "CREDITS", credits: fact.credits },
      ),
    );
  if (matcher.levels !== undefined)
    conditions.push(
      condition(
        "LEVEL_NOT_ALLOWED",
        binding,
        fact.level !== null && matcher.levels.includes(fact.level),
        codes(...matcher.levels),
        fact.level === null ? NONE : codes(fact.level),
      ),
    );
}

function later(a: IsoDate, b: IsoDate | null): IsoDate {
  return b !== null && b > a ? b : a;
}

function earlier(a: IsoDate | null, b: IsoDate | null): IsoDate | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
