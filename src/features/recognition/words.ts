import type { Language } from "../../auth/viewer.ts";
import { formatCredits } from "../../domain/credit.ts";
import type { Grade, GradeBound } from "../../domain/grade.ts";
import { formatGrade } from "../../domain/grade-text.ts";
import type { Id, Title } from "../../domain/id.ts";
import type { CapUse, Condition, ConditionValue, ConversionStep } from "../../domain/recognition/outcome.ts";
import type {
  Cap,
  CapDenominator,
  Conversion,
  Exclusion,
  Matcher,
  RecordedGrade,
  SourceTree,
  Target,
} from "../../domain/recognition/rule.ts";
import { fill, type Messages, messages } from "../../messages/index.ts";

/** What certificates, competitions and plan nodes are called; rules hold their ids. */
export type NameOf = (idOrKey: Id) => Title | null;

/** Speaks of rules in one language. */
export class Words {
  readonly #language: Language;
  readonly #texts: Messages;
  readonly #nameOf: NameOf;

  constructor(language: Language, nameOf: NameOf = () => null) {
    this.#language = language;
    this.#texts = messages(language);
    this.#nameOf = nameOf;
  }

  /** A source tree as it is written: A and (B or C), each with its conditions. */
  source(tree: SourceTree): string {
    if ("match" in tree) return this.#matcher(tree.match);
    const [parts, joint] = "all" in tree ? [tree.all, this.#texts.rule.and] : [tree.any, this.#texts.rule.or];
    return parts.map((part) => ("match" in part ? this.source(part) : `(${this.source(part)})`)).join(joint);
  }

  target(target: Target): string {
    const { rule } = this.#texts;
    if (target.kind === "NODE") return fill(rule.targetNode, { title: this.#name(target.nodeKey) });
    return fill(rule.targetCourses, { titles: target.courses.map(({ title }) => this.title(title)).join(rule.and) });
  }

  conversion(conversion: Conversion): string {
    const { rule } = this.#texts;
    if (conversion.kind === "FIXED") return fill(rule.FIXED, { credits: formatCredits(conversion.credits) });
    if (conversion.kind === "RATIO") return fill(rule.RATIO, { ratio: percent(conversion.basisPoints) });
    return rule[conversion.kind];
  }

  recordedGrade(recorded: RecordedGrade): string {
    const { rule } = this.#texts;
    switch (recorded.kind) {
      case "FIXED":
        return fill(rule.gradeFIXED, { grade: this.grade(recorded.grade) });
      case "BY_PRIZE":
        return fill(rule.gradeBY_PRIZE, {
          grades: Object.entries(recorded.grades)
            .map(([prize, grade]) => `${this.code(prize)} ${this.grade(grade)}`)
            .join(rule.list),
        });
      case "CAPPED":
        return fill(rule.gradeCAPPED, { grade: recorded.scoreTenths / 10 });
      default:
        return rule[`grade${recorded.kind}`];
    }
  }

  cap({ limit }: Cap): string {
    const { rule } = this.#texts;
    switch (limit.kind) {
      case "CREDITS":
        return fill(rule.capCREDITS, { limit: formatCredits(limit.credits) });
      case "SHARE":
        return fill(rule.capSHARE, { ratio: percent(limit.basisPoints), of: this.#denominator(limit.of) });
      case "COURSES":
        return fill(rule.capCOURSES, { limit: limit.count });
      case "COURSE_SHARE":
        return fill(rule.capCOURSE_SHARE, { ratio: percent(limit.basisPoints) });
    }
  }

  exclusion({ subjects, refusedKinds }: Exclusion): string {
    return fill(this.#texts.rule.exclusion, { subjects: this.codes(subjects), kinds: this.codes(refusedKinds) });
  }

  /** How far a cap is used, in its own unit. */
  capUse({ title, unit, used, limit }: CapUse): string {
    const written = (amount: number): string | number => (unit === "CREDITS" ? formatCredits(amount) : amount);
    return fill(this.#texts.rule.capUse, { title: this.title(title), used: written(used), limit: written(limit) });
  }

  /** The arithmetic of one conversion that was carried out. */
  conversionStep(step: ConversionStep): string {
    return fill(this.#texts.conversion[step.kind], {
      source: formatCredits(step.sourceCredits),
      target: formatCredits(step.targetCredits),
      result: formatCredits(step.result),
      ratio: percent(step.basisPoints ?? 0),
    });
  }

  /** A condition with what was expected and found: why it holds, or why it does not. */
  condition(condition: Condition): { readonly expected: string; readonly actual: string; readonly sentence: string } {
    const expected = this.value(condition.expected);
    const actual = this.value(condition.actual);
    const sentences = condition.met ? this.#texts.conditionMet : this.#texts.refusal;
    const superseding = condition.code === "SUPERSEDED" ? this.#superseding(condition.expected) : expected;
    return {
      expected: superseding,
      actual,
      sentence: fill(sentences[condition.code], { expected: superseding, actual }),
    };
  }

  value(value: ConditionValue): string {
    switch (value.kind) {
      case "GRADE":
        return value.grade === null ? "—" : this.grade(value.grade);
      case "DATE":
        return value.date;
      case "CREDITS":
        return formatCredits(value.credits);
      case "NUMBER":
        return String(value.value);
      case "BASIS_POINTS":
        return percent(value.value);
      case "CODES":
        return value.codes.length === 0 ? "—" : this.codes(value.codes);
      case "NONE":
        return "—";
    }
  }

  grade(grade: Grade): string {
    return formatGrade(grade, this.#language);
  }

  title(title: Title): string {
    return title[this.#language];
  }

  codes(codes: readonly string[]): string {
    return codes.map((code) => this.code(code)).join(this.#texts.rule.list);
  }

  /** A code of the field in words; what is no such code (a course's own) stays as it is. */
  code(code: string): string {
    const known: Readonly<Record<string, string>> = this.#texts.code;
    return known[code] ?? this.#nameOf(code)?.[this.#language] ?? code;
  }

  #superseding(value: ConditionValue): string {
    // the two titles of the achievement that took its place
    if (value.kind !== "CODES") return this.value(value);
    return value.codes[this.#language === "zh" ? 0 : 1] ?? this.value(value);
  }

  #name(idOrKey: string): string {
    return this.#nameOf(idOrKey)?.[this.#language] ?? idOrKey;
  }

  #denominator(of: CapDenominator): string {
    const { rule } = this.#texts;
    if (of.kind === "PLAN") return rule.ofPLAN;
    if (of.kind === "NODE") return fill(rule.ofNODE, { node: this.#name(of.nodeKey) });
    return fill(rule.ofGROUPS, { groups: this.codes(of.groups) });
  }

  #matcher(matcher: Matcher): string {
    const conditions = this.#conditions(matcher);
    const name = this.#matched(matcher);
    const { rule } = this.#texts;
    return conditions.length === 0 ? name : name + fill(rule.with, { conditions: conditions.join(rule.list) });
  }

  #matched(matcher: Matcher): string {
    const { rule } = this.#texts;
    switch (matcher.kind) {
      case "COURSE":
        return fill(rule.COURSE, { title: this.title(matcher.title) });
      case "COURSE_LIKE":
        return fill(rule.COURSE_LIKE, { kinds: this.codes([...(matcher.groups ?? []), ...matcher.kinds]) });
      case "CERTIFICATE": {
        const title = this.#nameOf(matcher.certificateId)?.[this.#language] ?? matcher.code;
        return fill(rule.CERTIFICATE, { title, level: this.code(matcher.minLevel) });
      }
      case "COMPETITION":
        return fill(rule.COMPETITION, {
          title: matcher.competitionId === null ? rule.ANY_COMPETITION : this.#name(matcher.competitionId),
          tier: this.codes(matcher.tiers),
          prize: this.codes(matcher.prizes),
        });
      case "PRIOR_LEARNING":
        return fill(rule.PRIOR_LEARNING, { subject: matcher.subject });
      default:
        return fill(rule[matcher.kind], { months: matcher.minMonths });
    }
  }

  #conditions(matcher: Matcher): readonly string[] {
    const { rule } = this.#texts;
    const said: string[] = [];
    if (matcher.minGrade !== undefined) said.push(fill(rule.minGrade, { grade: this.#bound(matcher.minGrade) }));
    if (matcher.maxGrade !== undefined) said.push(fill(rule.maxGrade, { grade: this.#bound(matcher.maxGrade) }));
    if (matcher.validity !== undefined) said.push(fill(rule.validity, { months: matcher.validity.months }));
    if (matcher.minCredits !== undefined)
      said.push(fill(rule.minCredits, { credits: formatCredits(matcher.minCredits) }));
    if (matcher.kind === "COURSE" && matcher.overlap !== undefined) {
      const { assessed, minimum } = matcher.overlap;
      said.push(fill(rule.overlap, { assessed: percent(assessed), minimum: percent(minimum) }));
    }
    if (matcher.kind === "COMPETITION" && matcher.maxRankInTeam !== undefined) {
      said.push(fill(rule.rank, { rank: matcher.maxRankInTeam }));
    }
    return said;
  }

  #bound(bound: GradeBound): string {
    const grades: Grade[] = [];
    if (bound.scoreTenths !== undefined) grades.push({ mode: "PERCENT", scoreTenths: bound.scoreTenths });
    if (bound.level !== undefined) grades.push({ mode: "FIVE_LEVEL", level: bound.level });
    if (bound.passFail === true) grades.push({ mode: "PASS_FAIL", passed: true });
    return grades.map((grade) => this.grade(grade)).join(" / ");
  }
}

/** Basis points as a reader writes them: 8000 -> "80 %". */
export function percent(basisPoints: number): string {
  return `${basisPoints / 100} %`;
}
