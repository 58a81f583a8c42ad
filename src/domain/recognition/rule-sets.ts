import type { RecognitionInput } from "./input.ts";
import type { RuleSet } from "./rule.ts";

/**
 * The rule sets whose caps, exclusions and nature constraints bind this learner: in effect on the day of the question, or on
 * the day an achievement was completed (its rules may then be used), and for the learner's cohort.
 */
export function inForce(
  ruleSets: readonly RuleSet[],
  { context, facts, assumed }: Pick<RecognitionInput, "context" | "facts" | "assumed">,
): readonly RuleSet[] {
  const days = [
    context.asOf,
    ...facts.map(({ completedOn }) => completedOn),
    ...assumed.map(({ completedOn }) => completedOn),
  ];
  return ruleSets.filter(
    ({ cohortFrom, cohortUntil, effectiveFrom, effectiveUntil }) =>
      (cohortFrom === null || cohortFrom <= context.cohort) &&
      (cohortUntil === null || cohortUntil >= context.cohort) &&
      days.some((day) => day >= effectiveFrom && (effectiveUntil === null || day <= effectiveUntil)),
  );
}
