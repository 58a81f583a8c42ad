import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { formatCredits, type Credits } from "../../domain/credit.ts";
import { nodeByKey } from "../../domain/curriculum/tree.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem } from "../../domain/problem.ts";
import type { RecognitionLine, RecognitionOutcome, Refusal } from "../../domain/recognition/outcome.ts";
import { recognise } from "../../domain/recognition/recognise.ts";
import { fill, messages } from "../../messages/index.ts";
import { type CourseRow, coursesByIds, type ProgrammeRow } from "../catalogue/service.ts";
import * as recognition from "../recognition/service.ts";
import { factOf, isOwnCourse, passingGrade, type ReturnedCourse } from "./returned-course.ts";
import * as store from "./store.ts";

/** What passing a section would count for in the learner's own programme. */
export interface HomeValue {
  readonly programme: ProgrammeRow;
  readonly credits: Credits;
  readonly targetCourseIds: readonly Id[];
  readonly nodeKey: string | null;
  readonly rule: recognition.RuleRow | null;
  readonly sentence: string;
}

/** A learner's programme with everything known so far, and what that counts for: read once for many sections. */
export interface HomeWorld {
  readonly home: store.LearnerAtHome;
  readonly check: recognition.Check;
}

/** The world of a viewer who is a learner with a programme that has a plan; null for everyone else. */
export async function homeWorldOf(tx: Tx, viewer: Viewer, today: IsoDate): Promise<HomeWorld | null> {
  if (viewer.learnerId === null) return null;
  const [home] = await store.activeRegistrations(tx, [viewer.learnerId], null);
  if (home === undefined) return null;
  const { learnerId, programmeId, cohort } = home;
  const check = await recognition.check(tx, viewer, { learnerId, programmeId, cohort, asOf: today });
  return isProblem(check) ? null : { home, check };
}

/** What the section would add with the smallest passing grade, on the day it is asked. */
export async function homeValueOf(
  tx: Tx,
  { home, check }: HomeWorld,
  section: store.SectionRow,
  viewer: Viewer,
): Promise<HomeValue | null> {
  const [[course], levels] = await Promise.all([
    coursesByIds(tx, [section.courseId]),
    store.levelsOfCourse(tx, section.courseId),
  ]);
  if (course === undefined) return null;
  const assumed: ReturnedCourse = {
    // the seat is not taken yet, so there is no achievement; the section's id stands for it
    achievementId: section.id,
    course,
    hostInstitutionId: section.hostInstitutionId,
    homeInstitutionId: home.institutionId,
    homeDepartmentId: home.departmentId,
    level: levels.length === 1 ? (levels[0] ?? home.level) : home.level,
    grade: passingGrade(course, check.input.scale),
    completedOn: check.asOf,
    attempt: "FIRST",
  };
  const found = isOwnCourse(assumed, check.input.plan) ? ownValue(check, course) : ruledValue(check, assumed);
  return { ...found, programme: check.programme, sentence: sentenceOf(found, check, viewer) };
}

/** A value, or why there is none. */
interface Value extends Omit<HomeValue, "programme" | "sentence"> {
  readonly refusal: { readonly refusal: Refusal; readonly after: recognition.Check } | null;
}

const counted = (outcome: RecognitionOutcome) => outcome.passedCredits + outcome.recognisedCredits;

/** An own course of the plan counts by itself, without any rule. */
function ownValue({ input, outcome }: recognition.Check, course: CourseRow): Value {
  const passedCourseIds = new Set([...input.context.passedCourseIds, course.id]);
  const after = recognise({ ...input, context: { ...input.context, passedCourseIds } });
  const credits = Math.max(0, counted(after) - counted(outcome));
  return { credits, targetCourseIds: [course.id], nodeKey: null, rule: null, refusal: null };
}

/** What the rules make of the assumed course, beside everything the learner has. */
function ruledValue(check: recognition.Check, assumed: ReturnedCourse): Value {
  const input = { ...check.input, assumed: [...check.input.assumed, factOf(assumed)] };
  const outcome = recognise(input);
  const line = outcome.lines.find(({ achievementIds }) => achievementIds.includes(assumed.achievementId));
  if (line === undefined) {
    const refusal = nearestRefusal(outcome, assumed.achievementId);
    const why = refusal === null ? null : { refusal, after: { ...check, input, outcome } };
    return { credits: 0, targetCourseIds: [], nodeKey: null, rule: null, refusal: why };
  }
  return {
    credits: Math.max(0, counted(outcome) - counted(check.outcome)),
    targetCourseIds: line.targets.map(({ courseId }) => courseId),
    nodeKey: line.nodeKey,
    rule: ruleOf(input, line),
    refusal: null,
  };
}

/** Of all that stands in the way, the least: an application that was possible, else the one with fewest conditions unmet. */
function nearestRefusal({ refusals }: RecognitionOutcome, achievementId: Id): Refusal | null {
  const unmet = (refusal: Refusal) => refusal.conditions.filter(({ met }) => !met).length;
  const [nearest] = refusals
    .filter(({ achievementIds }) => achievementIds.includes(achievementId))
    .toSorted((a, b) => unmet(a) - unmet(b));
  return nearest ?? null;
}

function ruleOf(input: recognition.Check["input"], { ruleSetId, ruleId }: RecognitionLine): recognition.RuleRow | null {
  const document = input.ruleSets.find(({ id }) => id === ruleSetId)?.rules.find(({ id }) => id === ruleId);
  return document === undefined ? null : { ruleSetId, id: ruleId, document };
}

function sentenceOf(value: Value, { input, programme }: recognition.Check, { language }: Viewer): string {
  const texts = messages(language).homeValue;
  const name = language === "zh" ? programme.titleZh : programme.titleEn;
  if (value.refusal !== null) {
    const { refusal, after } = value.refusal;
    const reason = recognition.refusalSentence(after, refusal, new recognition.Words(language), language);
    return fill(texts.REFUSED, { programme: name, reason });
  }
  if (value.rule === null && value.targetCourseIds.length === 0) return fill(texts.NOTHING, { programme: name });
  const targets = value.targetCourseIds.map((id) => input.plan.courses.get(id)?.title[language] ?? id);
  const node = value.nodeKey === null ? null : nodeByKey(input.plan, value.nodeKey);
  const ruled = node === null ? texts.COURSES : texts.NODE;
  const own = value.credits > 0 ? texts.OWN : texts.OWN_NOTHING;
  return fill(value.rule === null ? own : ruled, {
    programme: name,
    credits: formatCredits(value.credits),
    targets: targets.join(texts.and),
    node: node === null || node.kind === "COURSE" ? "" : node.title[language],
    document: value.rule?.document.citation.document ?? "",
    clause: value.rule?.document.citation.clause ?? "",
  });
}
