import type { Tx } from "../../db/transaction.ts";
import type { PlanCourse } from "../../domain/curriculum/plan.ts";
import type { GradeScale } from "../../domain/grade.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { type ExampleResult, type ExampleWorld, runExamples } from "../../domain/recognition/examples.ts";
import { type Reference, referencesOf } from "../../domain/recognition/references.ts";
import type { RuleSet } from "../../domain/recognition/rule.ts";
import { RULE_SET_SCHEMA } from "../../domain/recognition/schema.ts";
import { certificatesByIds, competitionsByIds, coursesByIds, programmesByIds } from "../catalogue/service.ts";
import { ruleSetOf } from "./service.ts";
import * as store from "./store.ts";

/** What is wrong with one rule set; all lists empty means nothing. */
export interface RuleSetFindings {
  readonly ruleSet: RuleSet;
  readonly examples: number;
  /** Where its JSON departs from the schema: path and message. */
  readonly malformed: readonly string[];
  readonly failed: readonly { readonly ruleKey: string; readonly result: ExampleResult }[];
  readonly dead: readonly Reference[];
}

/** Checks every rule set there is: its shape, every example of every rule by the engine, and dead references. Nothing is written. */
export async function checkRules(tx: Tx, on: IsoDate): Promise<readonly RuleSetFindings[]> {
  const rows = await store.ruleSetsOfInstitution(tx, null);
  const rules = await store.rulesOfSets(
    tx,
    rows.map(({ id }) => id),
  );
  const ruleSets = rows.map((row) =>
    ruleSetOf(
      row,
      rules.filter(({ ruleSetId }) => ruleSetId === row.id),
    ),
  );
  const scales = new Map<Id | null, GradeScale>();
  for (const { institutionId } of ruleSets)
    if (!scales.has(institutionId)) scales.set(institutionId, await scaleOf(tx, institutionId, on));
  const alive = await loadAlive(tx, ruleSets.flatMap(referencesOf));
  return ruleSets.map((ruleSet) => {
    const scale = scales.get(ruleSet.institutionId);
    if (scale === undefined) throw new Error("a rule set's scale was not loaded");
    return findingsOf(ruleSet, alive, { ...alive.world, scale });
  });
}

async function scaleOf(tx: Tx, institutionId: Id | null, on: IsoDate): Promise<GradeScale> {
  const scale = await store.gradingScale(tx, institutionId, on);
  if (scale === null) throw new Error("there is no grading scale, not even the general one");
  return scale;
}

interface Alive {
  readonly ids: ReadonlySet<Id>;
  readonly world: Omit<ExampleWorld, "scale">;
}

/** What of the references is still there, and the courses among them. */
async function loadAlive(tx: Tx, references: readonly Reference[]): Promise<Alive> {
  const idsOf = (kind: Reference["kind"]): readonly Id[] => [
    ...new Set(references.filter((reference) => reference.kind === kind).map(({ id }) => id)),
  ];
  const [courses, certificates, competitions, programmes] = await Promise.all([
    coursesByIds(tx, idsOf("COURSE")),
    certificatesByIds(tx, idsOf("CERTIFICATE")),
    competitionsByIds(tx, idsOf("COMPETITION")),
    programmesByIds(tx, idsOf("PROGRAMME")),
  ]);
  const byId = new Map(courses.map((course) => [course.id, course]));
  const targetCourse = (courseId: Id): PlanCourse | null => {
    const course = byId.get(courseId);
    if (course === undefined) return null;
    const { titleZh: zh, titleEn: en, ...rest } = course;
    return { ...rest, courseId, title: { zh, en }, term: 1 };
  };
  return {
    ids: new Set([...courses, ...certificates, ...competitions, ...programmes].map(({ id }) => id)),
    world: {
      targetCourse,
      sourceCourse: (courseId) => {
        const course = byId.get(courseId);
        return course === undefined ? null : { ...course, level: null };
      },
    },
  };
}

function findingsOf(ruleSet: RuleSet, alive: Alive, world: ExampleWorld): RuleSetFindings {
  const shape = RULE_SET_SCHEMA.safeParse(ruleSet);
  const results = ruleSet.rules.flatMap((rule) =>
    runExamples(rule, ruleSet, world).map((result) => ({ ruleKey: rule.key, result })),
  );
  return {
    ruleSet,
    examples: results.length,
    malformed: shape.success ? [] : shape.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`),
    failed: results.filter(({ result }) => !result.met),
    dead: referencesOf(ruleSet).filter(({ id }) => !alive.ids.has(id)),
  };
}
