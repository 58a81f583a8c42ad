import { boundAsGrade, type Grade, type GradeBound } from "../grade.ts";
import type { Id } from "../id.ts";
import type { Condition, ConditionValue } from "./outcome.ts";
import type { IneligibleCode } from "./rule.ts";

/**
 * Who hears the conditions as they are tested. The tests are written once and heard twice: by a verdict, for every application,
 * and by an account, for those somebody asks about.
 */
export interface Judge {
  /** Nothing more needs to be tested. */
  readonly settled: boolean;
  /** Whether what was expected and what was found are heard at all. */
  readonly isTold: boolean;
  /** A condition that says no more than whether it is met. */
  plain(code: IneligibleCode, achievementId: Id | null, met: boolean): void;
  /** A grade against a bound; against the pass mark where there is none. */
  grade(code: IneligibleCode, achievementId: Id, met: boolean, grade: Grade | null, bound: GradeBound | null): void;
  date(code: IneligibleCode, achievementId: Id, met: boolean, expected: string, actual: string): void;
  amount(
    kind: "NUMBER" | "CREDITS" | "BASIS_POINTS",
    code: IneligibleCode,
    achievementId: Id | null,
    met: boolean,
    expected: number,
    actual: number,
  ): void;
  /** @param actual null where there is nothing to show. */
  codes(
    code: IneligibleCode,
    achievementId: Id | null,
    met: boolean,
    expected: readonly string[],
    actual: readonly string[] | null,
  ): void;
}

/** Only whether all conditions are met, and which fails first. */
export class Verdict implements Judge {
  readonly isTold = false;
  failed: IneligibleCode | null = null;

  get settled(): boolean {
    return this.failed !== null;
  }

  plain(code: IneligibleCode, _: Id | null, met: boolean): void {
    this.#hear(code, met);
  }

  grade(code: IneligibleCode, _: Id, met: boolean): void {
    this.#hear(code, met);
  }

  date(code: IneligibleCode, _: Id, met: boolean): void {
    this.#hear(code, met);
  }

  amount(_: string, code: IneligibleCode, __: Id | null, met: boolean): void {
    this.#hear(code, met);
  }

  codes(code: IneligibleCode, _: Id | null, met: boolean): void {
    this.#hear(code, met);
  }

  #hear(code: IneligibleCode, met: boolean): void {
    if (!met && this.failed === null) this.failed = code;
  }
}

const NONE: ConditionValue = { kind: "NONE" };

/** Every condition, with what was expected and what was found. */
export class Account implements Judge {
  readonly conditions: Condition[] = [];
  readonly settled = false;
  readonly isTold = true;

  plain(code: IneligibleCode, achievementId: Id | null, met: boolean): void {
    this.conditions.push({ code, achievementId, met, expected: NONE, actual: NONE });
  }

  grade(code: IneligibleCode, achievementId: Id, met: boolean, grade: Grade | null, bound: GradeBound | null): void {
    const least = grade === null || bound === null ? null : boundAsGrade(grade, bound);
    this.conditions.push({
      code,
      achievementId,
      met,
      expected: { kind: "GRADE", grade: least },
      actual: { kind: "GRADE", grade },
    });
  }

  date(code: IneligibleCode, achievementId: Id, met: boolean, expected: string, actual: string): void {
    this.conditions.push({
      code,
      achievementId,
      met,
      expected: { kind: "DATE", date: expected },
      actual: { kind: "DATE", date: actual },
    });
  }

  amount(
    kind: "NUMBER" | "CREDITS" | "BASIS_POINTS",
    code: IneligibleCode,
    achievementId: Id | null,
    met: boolean,
    expected: number,
    actual: number,
  ): void {
    const value = (amount: number): ConditionValue =>
      kind === "CREDITS" ? { kind, credits: amount } : { kind, value: amount };
    this.conditions.push({ code, achievementId, met, expected: value(expected), actual: value(actual) });
  }

  codes(
    code: IneligibleCode,
    achievementId: Id | null,
    met: boolean,
    expected: readonly string[],
    actual: readonly string[] | null,
  ): void {
    this.conditions.push({
      code,
      achievementId,
      met,
      expected: { kind: "CODES", codes: expected },
      actual: actual === null ? NONE : { kind: "CODES", codes: actual },
    });
  }
}
