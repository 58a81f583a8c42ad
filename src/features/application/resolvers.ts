import { v7 } from "uuid";
import { connectionOf, pageOf } from "../../api/connection.ts";
import type { Context } from "../../api/context.ts";
import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeId, decodeNode, encodeId } from "../../api/node-id.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import { waitsFor } from "../../domain/application/step.ts";
import { type Verdict, verdictOn, type Word } from "../../domain/application/verdict.ts";
import { isMoment } from "../../domain/date.ts";
import { type Id, isId } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import type { Scene } from "./acting.ts";
import * as service from "./service.ts";
import type { ApplicationKey, ApplicationRow } from "./store.ts";
import {
  conditionsOf,
  conversionOf,
  inputOf,
  type LineView,
  sentenceOf,
  sourcesIn,
  stepsOf,
  type VerdictView,
} from "./views.ts";

/** The members of a result that problems become. */
const PROBLEMS = ["ForbiddenProblem", "NotFoundProblem", "InvalidInputProblem", "ConflictProblem"] as const;

const sceneOf = (context: Context): Scene => ({
  read: context.tx,
  post: (act) => context.post(act),
  now: context.now,
  today: context.today,
  newId: v7,
});

function keyOf(id: string): ApplicationKey | null {
  const decoded = decodeNode(id);
  const [learnerId, own] = decoded?.type === "Application" ? decoded.ids : [];
  return learnerId === undefined || own === undefined ? null : { learnerId, id: own };
}

/** Does something to an application by its id, and answers with what became of it. */
async function done(
  context: Context,
  applicationId: string,
  act: (scene: Scene, key: ApplicationKey) => Promise<ApplicationRow | Problem>,
) {
  const key = keyOf(applicationId);
  const answer = key === null ? problem("NOT_FOUND", {}, ["applicationId"]) : await act(sceneOf(context), key);
  return answered(context, answer);
}

function answered({ language }: Context, answer: ApplicationRow | Problem) {
  return isProblem(answer)
    ? toPayload(answer, language, PROBLEMS)
    : ({ __typename: "ApplicationSuccess", application: answer } as const);
}

/** Ids of one type, or null where one of them is none. */
function decodeAll(type: "Course" | "Achievement", ids: readonly string[]): readonly Id[] | null {
  const decoded = ids.map((id) => (type === "Course" ? decodeId("Course", id) : (decodeNode(id)?.ids[1] ?? null)));
  return decoded.some((id) => id === null) ? null : (decoded as Id[]);
}

const malformed = (id: string, path: string): Problem =>
  problem("MALFORMED_ID", { id: id.slice(0, 100) }, ["input", path]);

export const resolvers: Resolvers = {
  Query: {
    async applications(_, args, { tx, viewer }) {
      const page = pageOf(args, 2);
      const [since = "", id = ""] = page?.after ?? [];
      if (page === null || (page.after !== null && !(isMoment(since) && isId(id)))) {
        return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
      }
      const rows = await service.applications(tx, viewer, { ...page, status: args.status ?? null });
      return isProblem(rows) ? refuse(rows) : connectionOf(rows, page, (row) => [row.waitingSince, row.id]);
    },
    async application(_, { id }, { tx, viewer }) {
      const key = keyOf(id);
      return key === null ? null : service.application(tx, viewer, key);
    },
  },
  Mutation: {
    async submitApplication(_, { input }, context) {
      const learnerId = decodeId("Learner", input.learnerId);
      const programmeId = decodeId("Programme", input.programmeId);
      const chosen = input.achievementIds ?? null;
      const achievementIds = chosen === null ? null : decodeAll("Achievement", chosen);
      if (learnerId === null) return answered(context, malformed(input.learnerId, "learnerId"));
      if (programmeId === null) return answered(context, malformed(input.programmeId, "programmeId"));
      if (chosen !== null && achievementIds === null) return answered(context, malformed("", "achievementIds"));
      const wish = { learnerId, programmeId, achievementIds, declined: input.declined ?? [] };
      return answered(context, await service.submit(sceneOf(context), context.viewer, wish));
    },
    declineLines: (_, { applicationId, lines }, context) =>
      done(context, applicationId, (scene, key) => service.decline(scene, context.viewer, key, lines)),
    withdrawApplication: (_, { applicationId }, context) =>
      done(context, applicationId, (scene, key) => service.withdraw(scene, context.viewer, key)),
    appealApplication: (_, { applicationId, reason }, context) =>
      done(context, applicationId, (scene, key) => service.appeal(scene, context.viewer, key, reason)),
    confirmApplication: (_, { applicationId }, context) =>
      done(context, applicationId, (scene, key) => service.confirmFacts(scene, context.viewer, key)),
    returnApplication: (_, { applicationId, reason }, context) =>
      done(context, applicationId, (scene, key) => service.giveBack(scene, context.viewer, key, reason)),
    async reviewApplication(_, { input }, context) {
      const words: Word[] = [];
      for (const { line, kind, reason, courseIds } of input.lines) {
        const courses = decodeAll("Course", courseIds ?? []);
        if (courses === null) return answered(context, malformed("", "lines"));
        words.push({ line, kind, reason: reason?.trim() ?? null, courseIds: courses });
      }
      return done(context, input.applicationId, (scene, key) => service.review(scene, context.viewer, key, words));
    },
    reopenApplication: (_, { applicationId, reason }, context) =>
      done(context, applicationId, (scene, key) => service.reopen(scene, context.viewer, key, reason)),
    decideApplication: (_, { input: { applicationId, ...words } }, context) =>
      done(context, applicationId, (scene, key) => service.decide(scene, context.viewer, key, words)),
    async setApplicationStepPeriod(_, { input: { citation, ...wish } }, context) {
      const { document, clause } = citation;
      const said = { ...wish, citation: { document, clause } };
      const set = await context.write((tx) => service.setStepPeriod(tx, context.viewer, said, context.now));
      if (isProblem(set)) return toPayload(set, context.language, ["ForbiddenProblem", "InvalidInputProblem"]);
      const institution = found(await context.loaders.institution.load(set));
      return { __typename: "ApplicationStepPeriodSuccess", institution };
    },
    recordApplication: (_, { applicationId }, context) =>
      done(context, applicationId, (scene, key) => service.record(scene, context.viewer, key)),
  },
  Institution: { applicationStepPeriods: ({ id }, _, { tx }) => service.stepPeriodsAt(tx, id) },
  ApplicationStepPeriod: { isSetting: ({ certainty }) => certainty !== "VERIFIED" },
  Application: {
    id: (row) => encodeId("Application", row.learnerId, row.id),
    learnerId: (row) => encodeId("Learner", row.learnerId),
    programme: async (row, _, { loaders }) => found(await loaders.programme.load(row.programmeId)),
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
    homeInstitution: async (row, _, { loaders }) => found(await loaders.institution.load(row.homeInstitutionId)),
    waitsFor: ({ status }) => waitsFor(status),
    dueOn: (row, _, { tx }) => service.dueOnOf(tx, row),
    async overdue(row, _, { tx, today }) {
      const due = await service.dueOnOf(tx, row);
      return due !== null && due < today;
    },
    asOf: (row) => inputOf(row).context.asOf,
    requiredCredits: ({ outcome }) => outcome.requiredCredits,
    passedCredits: ({ outcome }) => outcome.passedCredits,
    recognisedCredits: ({ outcome }) => outcome.recognisedCredits,
    remainingCredits: ({ outcome }) => outcome.remainingCredits,
    proved: ({ outcome }) => outcome.packing.proved,
    lines: (row) => row.outcome.lines.map((line, place): LineView => ({ row, line, number: place + 1 })),
    setAside(row) {
      const standing = new Set(row.outcome.lines.map((line) => verdictOn(line, row.verdicts)));
      const gone = (verdict: Verdict) => verdict.kind !== "ACCEPTED" && !standing.has(verdict);
      return row.verdicts.filter(gone).map((verdict): VerdictView => ({ row, verdict }));
    },
    steps: (row, _, { tx }) => stepsOf(tx, row),
    appealed: ({ appealedFrom }) => appealedFrom !== null,
    publicNoticeId: ({ noticeId, institutionId }) =>
      noticeId === null ? null : encodeId("PublicNotice", institutionId, noticeId),
  },
  ApplicationLine: {
    rule: ({ row, line }) => {
      const rule = inputOf(row)
        .ruleSets.find(({ id }) => id === line.ruleSetId)
        ?.rules.find(({ id }) => id === line.ruleId);
      return { ruleSetId: line.ruleSetId, id: line.ruleId, document: found(rule) };
    },
    citation: ({ line }) => line.citation,
    sources: ({ row, line }) => sourcesIn(row, line.achievementIds),
    targets: ({ line }, _, { loaders }) =>
      Promise.all(
        line.targets.map(async ({ courseId, credits }) => ({
          course: found(await loaders.course.load(courseId)),
          credits,
        })),
      ),
    nodeKey: ({ line }) => line.nodeKey,
    credits: ({ line }) => line.credits,
    countedCredits: ({ line }) => line.countedCredits,
    recordedGrade: ({ line }) => line.recordedGrade,
    discretion: ({ line }) => line.discretion,
    conditions: (view, _, { language }) => conditionsOf(view, language),
    conversionSentence: (view, _, { language }) => conversionOf(view, language),
    sentence: (view, _, { language }) => sentenceOf(view, language),
    verdict: ({ row, line }) => {
      const verdict = verdictOn(line, row.verdicts);
      return verdict === null ? null : { row, verdict };
    },
  },
  ApplicationSource: {
    id: ({ learnerId, fact }) => encodeId("Achievement", learnerId, fact.id),
    kind: ({ fact }) => fact.kind,
    title: ({ fact }) => fact.title,
    institution: async ({ fact }, _, { loaders }) => found(await loaders.institution.load(fact.institutionId)),
    level: ({ fact }) => fact.level,
    credits: ({ fact }) => fact.credits,
    grade: ({ fact }) => fact.grade,
    completedOn: ({ fact }) => fact.completedOn,
  },
  ApplicationVerdict: {
    kind: ({ verdict }) => verdict.kind,
    reason: ({ verdict }) => verdict.reason,
    by: async ({ row, verdict }, _, { tx }) =>
      (await stepsOf(tx, row)).find(({ version }) => version === verdict.version)?.byName ?? "",
    sources: ({ row, verdict }) => sourcesIn(row, verdict.achievementIds),
    targets: ({ verdict }, _, { loaders }) =>
      Promise.all(verdict.targetCourseIds.map(async (id) => found(await loaders.course.load(id)))),
    courses: ({ verdict }, _, { loaders }) =>
      Promise.all(verdict.courseIds.map(async (id) => found(await loaders.course.load(id)))),
  },
  ApplicationStepTaken: { by: (event) => event.byName },
};
