import type { Language } from "../../auth/viewer.ts";
import { requiredOf } from "../../domain/curriculum/count.ts";
import { checkNorms, type NormFinding, type ProgrammeNorm } from "../../domain/curriculum/norms.ts";
import type { Plan } from "../../domain/curriculum/plan.ts";
import { formatCredits } from "../../domain/credit.ts";
import { fill, messages } from "../../messages/index.ts";
import type { PlanCourseRow } from "./store.ts";

/** What later features may ask of the curriculum. */
export { coursesOfPlans, type PlanCourseRow, type PlanRow, planOf, planOfProgramme } from "./store.ts";

/** Credits that the plan as a whole asks for. */
export function requiredCreditsOf(plan: Plan): number {
  return requiredOf(plan, plan.root);
}

/** Contact hours of a plan: all of them, and the practical ones. A course placed twice is taught once. */
export function hoursOf(courses: readonly PlanCourseRow[]): { readonly total: number; readonly practice: number } {
  const once = [...new Map(courses.map((course) => [course.courseId, course])).values()];
  const practice = once.reduce((sum, course) => sum + course.practiceHours, 0);
  return { practice, total: once.reduce((sum, course) => sum + course.theoryHours, practice) };
}

/** A norm's finding in words. */
export interface NormSentence {
  readonly code: string;
  readonly met: boolean;
  readonly expected: string;
  readonly actual: string;
  readonly sentence: string;
  readonly citation: NormFinding["citation"];
}

/** What the norm asks of the plan and what the plan has, in the reader's language. */
export function normSentences(plan: Plan, norm: ProgrammeNorm, language: Language): readonly NormSentence[] {
  return checkNorms(plan, norm).map((finding) => {
    const expected = written(finding.unit, finding.expected);
    const actual = written(finding.unit, finding.actual);
    return {
      code: finding.check,
      met: finding.met,
      expected,
      actual,
      sentence: fill(messages(language).norms[finding.check], { expected, actual, course: finding.courseCode ?? "" }),
      citation: finding.citation,
    };
  });
}

function written(unit: NormFinding["unit"], amount: number): string {
  switch (unit) {
    case "CREDITS":
      return formatCredits(amount);
    case "BASIS_POINTS":
      return `${(amount / 100).toFixed(1)} %`;
    default:
      return String(Math.round(amount * 10) / 10);
  }
}
