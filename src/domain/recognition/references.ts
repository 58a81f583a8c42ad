import type { Id } from "../id.ts";
import { matchersOf } from "./match.ts";
import type { Rule, RuleSet } from "./rule.ts";

/** Something a rule set names that may no longer be there. */
export interface Reference {
  readonly kind: "COURSE" | "CERTIFICATE" | "COMPETITION" | "PROGRAMME";
  readonly id: Id;
  /** What it was called when the rule was written. */
  readonly snapshot: string;
  /** Key of the rule that names it; null where the rule set itself does. */
  readonly ruleKey: string | null;
}

/** Everything a rule set names by id, so that a check can find the dead among them. */
export function referencesOf(ruleSet: RuleSet): readonly Reference[] {
  return [
    ...ruleSet.programmeIds.map((id) => ({ kind: "PROGRAMME" as const, id, snapshot: id, ruleKey: null })),
    ...ruleSet.rules.flatMap((rule) => [...sourceReferences(rule), ...targetReferences(rule)]),
  ];
}

function sourceReferences(rule: Rule): readonly Reference[] {
  const ruleKey = rule.key;
  return matchersOf(rule.source).flatMap((matcher): readonly Reference[] => {
    switch (matcher.kind) {
      case "COURSE":
        return [{ kind: "COURSE", id: matcher.courseId, snapshot: matcher.code, ruleKey }];
      case "CERTIFICATE":
        return [{ kind: "CERTIFICATE", id: matcher.certificateId, snapshot: matcher.code, ruleKey }];
      case "COMPETITION":
        return matcher.competitionId === null
          ? []
          : [{ kind: "COMPETITION", id: matcher.competitionId, snapshot: matcher.competitionId, ruleKey }];
      case "COURSE_LIKE":
      case "WORK":
      case "SERVICE":
      case "PRIOR_LEARNING":
        return [];
    }
  });
}

function targetReferences({ key, target }: Rule): readonly Reference[] {
  if (target.kind === "NODE") return [];
  return target.courses.map(({ courseId, code }) => ({ kind: "COURSE", id: courseId, snapshot: code, ruleKey: key }));
}
