import { countPlan } from "../../../src/domain/curriculum/count.ts";
import type { Application } from "../../../src/domain/recognition/eligibility.ts";
import type { RecognitionInput } from "../../../src/domain/recognition/input.ts";
import type { RecognitionOutcome } from "../../../src/domain/recognition/outcome.ts";
import { achievedWith, assess } from "../../../src/domain/recognition/recognise.ts";

/** The best answer by trying every subset of the eligible applications, judged by counting and by the rows of each cap. */
export interface Exhaustive {
  readonly credits: number;
  readonly keys: readonly string[];
  readonly tried: number;
}

export function bruteForce(input: RecognitionInput): Exhaustive {
  const { eligibility, caps, already, passed } = assess(input);
  const items = eligibility.eligible;
  if (items.length > 16) throw new Error("too many applications for brute force");
  let best: { credits: number; chosen: readonly Application[] } = { credits: -1, chosen: [] };
  for (let mask = 0; mask < 2 ** items.length; mask++) {
    const chosen = items.filter((_, i) => (mask >> i) & 1);
    if (!allowed(chosen, caps, input)) continue;
    const credits = countPlan(input.plan, achievedWith(already, chosen)) - countPlan(input.plan, passed);
    if (credits > best.credits || (credits === best.credits && before(chosen, best.chosen))) best = { credits, chosen };
  }
  return { credits: best.credits, keys: best.chosen.map(({ key }) => key).sort(), tried: 2 ** items.length };
}

function allowed(
  chosen: readonly Application[],
  caps: ReturnType<typeof assess>["caps"],
  { earlier }: RecognitionInput,
): boolean {
  const sources = chosen.flatMap((each) => (each.rule.shared ? [] : each.sources.map(({ id }) => id)));
  sources.push(
    ...earlier.flatMap((line) => (line.shared ? [] : line.sources.map(({ achievementId }) => achievementId))),
  );
  const targets = chosen.flatMap(({ targetCourseIds }) => targetCourseIds);
  targets.push(...earlier.flatMap((line) => line.targets.map(({ courseId }) => courseId)));
  const once = (list: readonly string[]): boolean => new Set(list).size === list.length;
  return (
    once(sources) &&
    once(targets) &&
    caps.every((cap) => {
      const own = chosen.reduce(
        (sum, each) =>
          sum +
          cap.measure({
            ...each,
            ruleSetKey: each.ruleSet.key,
            targets: each.courses,
            sources: each.sources.map(({ id, kind }) => ({ achievementId: id, kind })),
          }),
        0,
      );
      return own === 0 || cap.usedEarlier + own <= cap.limit;
    })
  );
}

/** The tie-break as the design words it, compared part by part. */
function before(a: readonly Application[], b: readonly Application[]): boolean {
  const parts = (list: readonly Application[]): readonly number[] => [
    list.reduce((sum, { sourceCredits }) => sum + sourceCredits, 0),
    list.reduce((sum, { rule }) => sum + rule.priority, 0),
    list.length,
  ];
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return (left[i] ?? 0) < (right[i] ?? 0);
  return (
    a
      .map(({ key }) => key)
      .sort()
      .join() <
    b
      .map(({ key }) => key)
      .sort()
      .join()
  );
}

/** The keys of the lines of an outcome, in the form of `Application.key`. */
export function keysOf(outcome: RecognitionOutcome): readonly string[] {
  return outcome.lines
    .map((line) => {
      const target =
        line.nodeKey === null
          ? line.targets
              .map(({ courseId }) => courseId)
              .sort()
              .join("+")
          : `node ${line.nodeKey}`;
      return [line.ruleId, [...line.achievementIds].sort().join("+"), target].join(" ");
    })
    .sort();
}
