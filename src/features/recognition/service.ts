import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Plan } from "../../domain/curriculum/plan.ts";
import { type GradeScale, passes } from "../../domain/grade.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import type { AchievementFact } from "../../domain/recognition/facts.ts";
import type { EarlierLine, RecognitionInput } from "../../domain/recognition/input.ts";
import type { RecognitionOutcome } from "../../domain/recognition/outcome.ts";
import { recognise } from "../../domain/recognition/recognise.ts";
import type { RuleSet } from "../../domain/recognition/rule.ts";
import { institutionByKey, type ProgrammeRow, programmesByIds } from "../catalogue/service.ts";
import { coursesOfPlans, type PlanCourseRow, type PlanRow, planOf, planOfProgramme } from "../curriculum/service.ts";
import { type LearnerRow, learnersByIds, type RegistrationRow, registrationsOfLearners } from "../registry/service.ts";
import { rulesOf } from "./remembered.ts";
import * as store from "./store.ts";

/** What later features may ask of recognition beside the check itself. */
export { insertDecision } from "./decision-store.ts";
export { lineSentence, refusalSentence } from "./sentences.ts";
export { gradingScale, type RuleRow } from "./store.ts";
export { Words } from "./words.ts";

/** How many nodes the search may open before it answers with its bound. A setting of the service, not a rule of the field. */
export const NODE_BUDGET = 2_000;

/** What is asked: the worth of a learner's achievements in a programme on a day, for the plan of a cohort. */
export interface CheckRequest {
  readonly learnerId: Id;
  readonly programmeId: Id;
  readonly asOf: IsoDate;
  /** The admission year; without it that of the registration there, else the year the pathway leads to, else the newest plan. */
  readonly cohort: number | null;
}

/** Everything that the answer was decided from, and the answer. */
export interface Check {
  readonly learner: LearnerRow;
  readonly programme: ProgrammeRow;
  readonly plan: PlanRow;
  readonly planCourses: readonly PlanCourseRow[];
  readonly asOf: IsoDate;
  readonly input: RecognitionInput;
  readonly outcome: RecognitionOutcome;
}

/**
 * What a learner's achievements are worth in a programme. Nothing is written.
 * @returns NOT_FOUND for a learner the viewer may not know of and for an unknown programme, FORBIDDEN, NO_PLAN_FOR_COHORT.
 */
export async function check(tx: Tx, viewer: Viewer, request: CheckRequest): Promise<Check | Problem> {
  const world = await load(tx, viewer, request);
  if (isProblem(world)) return world;
  return { ...world, outcome: recognise(world.input) };
}

/** The facts of a check, loaded before anything is decided: the same the grade return of a section decides from. */
export async function load(tx: Tx, viewer: Viewer, request: CheckRequest): Promise<Omit<Check, "outcome"> | Problem> {
  const [[learner], [programme], registrations] = await Promise.all([
    learnersByIds(tx, [request.learnerId]),
    programmesByIds(tx, [request.programmeId]),
    registrationsOfLearners(tx, [request.learnerId]),
  ]);
  if (viewer.role === "ANONYMOUS") return problem("UNAUTHENTICATED");
  // whoever may not know the learner is told the same as if there were none
  if (learner === undefined || programme === undefined) return problem("NOT_FOUND");
  const schools = [learner.homeInstitutionId, ...registrations.map((row) => row.institutionId)];
  const refused = authorise(viewer, "recognition.check", {
    learnerId: learner.id,
    institutionIds: schools,
    departmentIds: [learner.homeDepartmentId, ...registrations.map((row) => row.departmentId)],
  });
  if (refused !== null) return refused;
  const cohort =
    request.cohort ??
    cohortOf(registrations, programme.id) ??
    (await store.entryByPathway(tx, learner.id, programme.id));
  // a school that only keeps somebody's record is none that they come from
  const read = { programme, cohort, asOf: request.asOf, schools: registrations.length === 0 ? [] : schools };
  const [rows, lines] = await Promise.all([
    store.factsOfLearner(tx, learner.id),
    store.earlierLinesOfLearner(tx, learner.id),
  ]);
  const world = await inPlan(tx, read, rows, lines);
  return isProblem(world) ? world : { learner, programme, asOf: request.asOf, ...world };
}

/**
 * The same for a change of status that a registrar weighs, whom its service has authorised: from the whole of the record,
 * at whichever school. The database answers for the school where the learner goes on or that takes them in, and for others
 * as if nothing had been achieved; what is shown of the answer are courses of the plan and credits.
 * @returns NOT_FOUND for an unknown programme, NO_PLAN_FOR_COHORT
 */
export async function weigh(
  tx: Tx,
  request: CheckRequest,
): Promise<Pick<Check, "planCourses" | "input" | "outcome"> | Problem> {
  const { learnerId, programmeId, cohort, asOf } = request;
  const [[programme], rows, lines, schools] = await Promise.all([
    programmesByIds(tx, [programmeId]),
    store.factsForChange(tx, learnerId),
    store.linesForChange(tx, learnerId),
    store.schoolsForChange(tx, learnerId),
  ]);
  if (programme === undefined) return problem("NOT_FOUND");
  const world = await inPlan(tx, { programme, cohort, asOf, schools }, rows, lines);
  if (isProblem(world)) return world;
  const { planCourses, input } = world;
  return { planCourses, input, outcome: recognise(input) };
}

/** What was achieved, set into the plan of a programme. NO_PLAN_FOR_COHORT */
async function inPlan(
  tx: Tx,
  {
    programme,
    cohort,
    asOf,
    schools,
  }: Pick<Check, "programme" | "asOf"> & {
    readonly cohort: number | null;
    readonly schools: readonly (Id | null)[];
  },
  rows: readonly store.FactRow[],
  lines: readonly store.EarlierLineRow[],
): Promise<Pick<Check, "plan" | "planCourses" | "input"> | Problem> {
  const [plan, sets, scale] = await Promise.all([
    planOfProgramme(tx, programme.id, cohort),
    ruleSetsFor(tx, programme, schools),
    store.gradingScale(tx, programme.institutionId, asOf),
  ]);
  if (plan === null) return problem("NO_PLAN_FOR_COHORT", { programme: programme.titleZh, cohort: cohort ?? "" });
  if (scale === null) throw new Error("there is no grading scale, not even the general one");
  const planCourses = await coursesOfPlans(tx, [plan.id]);
  const input = inputOf({ programme, plan: planOf(plan, planCourses), rows, lines, sets, scale, asOf });
  return { plan, planCourses, input };
}

function cohortOf(registrations: readonly RegistrationRow[], programmeId: Id): number | null {
  return registrations.filter((row) => row.programmeId === programmeId).at(-1)?.cohort ?? null;
}

/**
 * The rule sets that may speak in a programme for learners of some schools, with their rules; which versions count is for
 * the engine to test. An agreement binds its parties: it says nothing of learners who come from elsewhere.
 */
async function ruleSetsFor(
  tx: Tx,
  programme: ProgrammeRow,
  schools: readonly (Id | null)[],
): Promise<readonly RuleSet[]> {
  const [sets, agreements] = await Promise.all([
    store.ruleSetsOfInstitution(tx, programme.institutionId),
    store.agreementsOfSchools(
      tx,
      schools.filter((id) => id !== null),
    ),
  ]);
  const joined = new Set(agreements.map(({ agreementId }) => agreementId));
  const rows = sets.filter(
    ({ agreementId, document: { programmeIds } }) =>
      (agreementId === null || joined.has(agreementId)) &&
      (programmeIds.length === 0 || programmeIds.includes(programme.id)),
  );
  const rules = await rulesOf(
    tx,
    rows.map((row) => row.id),
  );
  return rows.map((row) =>
    ruleSetOf(
      row,
      rules.filter((rule) => rule.ruleSetId === row.id),
    ),
  );
}

/** The rule sets that speak for a school; none for a key that no school has. */
export async function ruleSetsOfSchool(tx: Tx, institutionKey: string): Promise<readonly store.RuleSetRow[]> {
  const institution = await institutionByKey(tx, institutionKey);
  return institution === null ? [] : store.ruleSetsOfInstitution(tx, institution.id);
}

/** A rule set as the domain reads it. */
export function ruleSetOf(row: store.RuleSetRow, rules: readonly store.RuleRow[]): RuleSet {
  const { titleZh, titleEn, document, ...rest } = row;
  return { ...rest, ...document, title: { zh: titleZh, en: titleEn }, rules: rules.map((rule) => rule.document) };
}

interface World {
  readonly programme: ProgrammeRow;
  readonly plan: Plan;
  readonly rows: readonly store.FactRow[];
  readonly lines: readonly store.EarlierLineRow[];
  readonly sets: readonly RuleSet[];
  readonly scale: GradeScale;
  readonly asOf: IsoDate;
}

function inputOf(world: World): RecognitionInput {
  const { programme, plan, rows, lines, sets, scale, asOf } = world;
  // own courses of the plan count by themselves; whatever else was achieved competes for recognition
  const own = rows.filter((row) => row.kind === "COURSE" && row.courseId !== null && plan.courses.has(row.courseId));
  const passed = own.filter((row) => row.completedOn <= asOf && row.grade !== null && passes(row.grade, scale));
  const ownIds = new Set(own.map((row) => row.id));
  return {
    facts: rows.filter((row) => !ownIds.has(row.id)).map((row) => factOf(row, lines, programme.id)),
    assumed: [],
    plan,
    context: {
      asOf,
      cohort: plan.cohort,
      passedCourseIds: new Set(passed.flatMap((row) => row.courseId ?? [])),
    },
    ruleSets: sets,
    earlier: lines.filter((line) => line.programmeId === programme.id).map((line) => earlierOf(line, rows, plan)),
    refusals: [],
    substitutions: [],
    scale,
    nodeBudget: NODE_BUDGET,
  };
}

/** A fact, with the course it stands for where another programme recognised it instead of having it attended. */
function factOf(row: store.FactRow, lines: readonly store.EarlierLineRow[], programmeId: Id): AchievementFact {
  const elsewhere = lines.find((line) => line.programmeId !== programmeId && line.achievementIds.includes(row.id));
  const recognisedAs = elsewhere?.targetCourseIds[0];
  return {
    id: row.id,
    kind: row.kind,
    title: { zh: row.titleZh, en: row.titleEn },
    institutionId: row.institutionId,
    level: row.level,
    credits: row.unit === "ITEM" ? 0 : row.credits,
    grade: row.grade,
    completedOn: row.completedOn,
    detail: row.detail,
    ...(recognisedAs === undefined ? {} : { recognisedAs }),
  };
}

/** What earlier decisions recognised of a learner in a programme, for an input that was read back. */
export async function earlierLines(
  tx: Tx,
  { learnerId, programmeId }: { readonly learnerId: Id; readonly programmeId: Id },
  { facts, plan }: Pick<RecognitionInput, "facts" | "plan">,
): Promise<readonly EarlierLine[]> {
  const [lines, rows] = await Promise.all([
    store.earlierLinesOfLearner(tx, learnerId),
    store.factsOfLearner(tx, learnerId),
  ]);
  // what the school may not see of the learner's is known from what they submitted
  const known = [...rows, ...facts];
  return lines.filter((line) => line.programmeId === programmeId).map((line) => earlierOf(line, known, plan));
}

function earlierOf(
  line: store.EarlierLineRow,
  rows: readonly Pick<store.FactRow, "id" | "kind">[],
  plan: Plan,
): EarlierLine {
  return {
    decisionId: line.decisionId,
    ruleId: line.ruleId,
    ruleSetKey: line.ruleSetKey,
    sources: line.achievementIds.flatMap((achievementId) => {
      const row = rows.find(({ id }) => id === achievementId);
      return row === undefined ? [] : [{ achievementId, kind: row.kind }];
    }),
    shared: line.shared,
    targets: line.targetCourseIds.map((courseId) => ({ courseId, credits: plan.courses.get(courseId)?.credits ?? 0 })),
    nodeKey: line.nodeKey,
    credits: line.credits,
  };
}
