import { canonicalJson } from "../canonical.ts";
import type { Credits } from "../credit.ts";
import type { Plan } from "../curriculum/plan.ts";
import type { GradeScale } from "../grade.ts";
import type { Id } from "../id.ts";
import type { AchievementFact, AchievementKind, CheckContext } from "./facts.ts";
import type { RuleSet } from "./rule.ts";

/** The version of the engine, stored with every decision: another one may pack ties differently. */
export const ENGINE_VERSION = "3";

/** Everything a recognition is decided from. The order of its lists never matters. */
export interface RecognitionInput {
  readonly facts: readonly AchievementFact[];
  /** Achievements the learner does not have yet: what-if, and the remaining courses of earlier stages. */
  readonly assumed: readonly AchievementFact[];
  readonly plan: Plan;
  readonly context: CheckContext;
  readonly ruleSets: readonly RuleSet[];
  /** Lines of earlier decisions of the registration, open or recorded: they stay as they are. */
  readonly earlier: readonly EarlierLine[];
  readonly refusals: readonly ReviewerRefusal[];
  readonly substitutions: readonly ReviewerSubstitution[];
  /** The receiving school's grading scale. */
  readonly scale: GradeScale;
  /** How many nodes the search may open, over all its phases; the only limit that shapes a decision. */
  readonly nodeBudget: number;
}

/** A line of an earlier decision, with what the caps need to know of it. */
export interface EarlierLine {
  readonly decisionId: Id;
  readonly ruleId: Id;
  readonly ruleSetKey: string;
  readonly sources: readonly { readonly achievementId: Id; readonly kind: AchievementKind }[];
  /** Whether its rule shares its sources; a shared source stays free. */
  readonly shared: boolean;
  readonly targets: readonly { readonly courseId: Id; readonly credits: Credits }[];
  readonly nodeKey: string | null;
  /** Credits recorded, surplus included. */
  readonly credits: Credits;
}

/** A reviewer refused what the rule would allow; everything but the reason is a constraint on the packing. */
export interface ReviewerRefusal {
  readonly ruleId: Id;
  readonly achievementIds: readonly Id[];
  /** Empty for blanket credit. */
  readonly targetCourseIds: readonly Id[];
  readonly reason: string;
}

/** A reviewer put other courses in the place of a line's targets. */
export interface ReviewerSubstitution extends ReviewerRefusal {
  readonly courseIds: readonly Id[];
}

/**
 * The input as canonical JSON: keys sorted, maps and sets as sorted lists, lists whose order never matters sorted by their own
 * text. Two inputs that must give the same decision have the same text; what is hashed and stored is this text.
 */
export function writeInput(input: RecognitionInput): string {
  const { plan, context, ...rest } = input;
  return canonicalJson({
    engine: ENGINE_VERSION,
    ...rest,
    facts: sortedByText(input.facts),
    assumed: sortedByText(input.assumed),
    ruleSets: sortedByText(input.ruleSets.map((set) => ({ ...set, rules: sortedByText(set.rules) }))),
    earlier: sortedByText(input.earlier),
    refusals: sortedByText(input.refusals),
    substitutions: sortedByText(input.substitutions),
    plan: { ...plan, courses: sortedByText([...plan.courses.values()]) },
    context: { ...context, passedCourseIds: [...context.passedCourseIds].sort() },
  });
}

/** Reads back what `writeInput` wrote. Only for text whose hash was checked: its shape is trusted. */
export function readInput(text: string): RecognitionInput {
  const read = JSON.parse(text) as Omit<RecognitionInput, "plan" | "context"> & {
    readonly engine: string;
    readonly plan: Omit<Plan, "courses"> & {
      readonly courses: readonly (Plan["courses"] extends ReadonlyMap<Id, infer C> ? C : never)[];
    };
    readonly context: Omit<CheckContext, "passedCourseIds"> & { readonly passedCourseIds: readonly Id[] };
  };
  const { engine: _, plan, context, ...rest } = read;
  return {
    ...rest,
    plan: { ...plan, courses: new Map(plan.courses.map((course) => [course.courseId, course])) },
    context: { ...context, passedCourseIds: new Set(context.passedCourseIds) },
  };
}

function sortedByText<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, text: canonicalJson(item) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ item }) => item);
}
