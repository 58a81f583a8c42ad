import type { Context } from "../../api/context.ts";
import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeId, encodeId } from "../../api/node-id.ts";
import { toPayload } from "../../api/problems.ts";
import type { Id } from "../../domain/id.ts";
import { isProblem, problem } from "../../domain/problem.ts";
import { matchersOf } from "../../domain/recognition/match.ts";
import type { Condition } from "../../domain/recognition/outcome.ts";
import type { Rule } from "../../domain/recognition/rule.ts";
import { namesFor } from "./naming.ts";
import { answerSentence, lineSentence, refusalSentence } from "./sentences.ts";
import * as service from "./service.ts";
import * as store from "./store.ts";
import { flatten, remainingCourses } from "./views.ts";
import { Words } from "./words.ts";

const PROBLEMS = ["ForbiddenProblem", "NotFoundProblem", "InvalidInputProblem", "ConflictProblem"] as const;

/** Words for one rule, with the names of what it is about. */
async function wordsFor(rule: Rule, context: Context): Promise<Words> {
  return new Words(context.language, await namesFor([rule], context.loaders, null));
}

/** An answer is put into words line by line, in the one language of its reader. */
const worded = new WeakMap<service.Check, Words>();

/** Words for a whole answer, the nodes of its plan included. */
function wordsOf(check: service.Check, context: Context): Words {
  const known = worded.get(check);
  if (known !== undefined) return known;
  const names = new Map(check.input.ruleSets.length === 0 ? [] : nodeNames(check.plan.tree));
  const words = new Words(context.language, (key) => names.get(key) ?? null);
  worded.set(check, words);
  return words;
}

function nodeNames(tree: service.Check["plan"]["tree"]): readonly (readonly [string, { zh: string; en: string }])[] {
  if (tree.kind === "COURSE") return [];
  return [[tree.key, tree.title], ...tree.children.flatMap(nodeNames)];
}

function ruleRow(check: service.Check, ruleSetId: Id, ruleId: Id): store.RuleRow {
  const rule = check.input.ruleSets.find(({ id }) => id === ruleSetId)?.rules.find(({ id }) => id === ruleId);
  return { ruleSetId, id: ruleId, document: found(rule) };
}

/** The set of a rule that took part in a check. */
function setOf(check: service.Check, ruleId: Id): Id {
  return found(check.input.ruleSets.find(({ rules }) => rules.some(({ id }) => id === ruleId))).id;
}

function tested(conditions: readonly Condition[], words: Words) {
  return conditions.map((condition) => ({ code: condition.code, met: condition.met, ...words.condition(condition) }));
}

const achievementsOf = (check: service.Check, ids: readonly Id[], { loaders }: Context) =>
  Promise.all(ids.map(async (id) => found(await loaders.achievement.load({ learnerId: check.learner.id, id }))));

const coursesOf = (ids: readonly Id[], { loaders }: Context) =>
  Promise.all(ids.map(async (id) => found(await loaders.course.load(id))));

export const resolvers: Resolvers = {
  Query: {
    async recognitionCheck(_, args, context) {
      const learnerId = decodeId("Learner", args.learnerId);
      const programmeId = decodeId("Programme", args.programId);
      if (learnerId === null || programmeId === null) {
        const [name, id] = learnerId === null ? ["learnerId", args.learnerId] : ["programId", args.programId];
        return toPayload(problem("MALFORMED_ID", { id: id.slice(0, 100) }, [name]), context.language, PROBLEMS);
      }
      const asked = { learnerId, programmeId, asOf: args.asOf ?? context.today, cohort: args.cohort ?? null };
      const answer = await service.check(context.tx, context.viewer, asked);
      return isProblem(answer)
        ? toPayload(answer, context.language, PROBLEMS)
        : Object.assign(answer, { __typename: "RecognitionCheck" as const });
    },
    async ruleSets(_, { institutionKey }, context) {
      if (institutionKey === null || institutionKey === undefined) return store.ruleSetsOfInstitution(context.tx, null);
      return service.ruleSetsOfSchool(context.tx, institutionKey);
    },
  },
  Agreement: { ruleSets: (agreement, _, { loaders }) => loaders.ruleSetsOfAgreement.load(agreement.id) },
  RuleSet: {
    id: (row) => encodeId("RuleSet", row.id),
    title: (row) => ({ zh: row.titleZh, en: row.titleEn }),
    institution: (row, _, { loaders }) =>
      row.institutionId === null ? null : loaders.institution.load(row.institutionId),
    agreement: (row, _, { loaders }) => (row.agreementId === null ? null : loaders.agreement.load(row.agreementId)),
    rules: (row, _, { loaders }) => loaders.rulesOfSet.load(row.id),
    caps: ({ document }, _, context) =>
      document.caps.map((cap) => ({ ...cap, sentence: new Words(context.language).cap(cap) })),
    exclusions: ({ document }, _, context) =>
      document.exclusions.map((each) => ({ ...each, sentence: new Words(context.language).exclusion(each) })),
    citation: ({ document }) => document.citation,
  },
  Rule: {
    id: (row) => encodeId("Rule", row.ruleSetId, row.id),
    key: ({ document }) => document.key,
    version: ({ document }) => document.version,
    title: ({ document }) => document.title,
    ruleSet: async (row, _, { loaders }) => found(await loaders.ruleSet.load(row.ruleSetId)),
    sourceSentence: async ({ document }, _, context) => (await wordsFor(document, context)).source(document.source),
    targetSentence: async ({ document }, _, context) => (await wordsFor(document, context)).target(document.target),
    conversionSentence: ({ document }, _, context) => new Words(context.language).conversion(document.conversion),
    recordedGradeSentence: ({ document }, _, context) =>
      new Words(context.language).recordedGrade(document.recordedGrade),
    sourceCourses: ({ document }, _, context) =>
      coursesOf(
        matchersOf(document.source).flatMap((matcher) => (matcher.kind === "COURSE" ? [matcher.courseId] : [])),
        context,
      ),
    targetCourses: ({ document }, _, context) =>
      coursesOf(
        document.target.kind === "NODE" ? [] : document.target.courses.map(({ courseId }) => courseId),
        context,
      ),
    discretion: ({ document }) => document.discretion,
    shared: ({ document }) => document.shared,
    citation: ({ document }) => document.citation,
  },
  RecognitionCheck: {
    packing: ({ outcome }) => outcome.packing,
    requiredCredits: ({ outcome }) => outcome.requiredCredits,
    passedCredits: ({ outcome }) => outcome.passedCredits,
    recognisedCredits: ({ outcome }) => outcome.recognisedCredits,
    remainingCredits: ({ outcome }) => outcome.remainingCredits,
    lines: (check) => check.outcome.lines.map((line) => ({ check, line })),
    refusals: (check) => check.outcome.refusals.map((refusal) => ({ check, refusal })),
    progress: ({ outcome }) => flatten(outcome.progress),
    remainingCourses,
    caps: (check) => check.outcome.caps.map((use) => ({ check, use })),
    ruleSets: ({ outcome }, _, { loaders }) =>
      Promise.all(outcome.ruleSetIds.map(async (id) => found(await loaders.ruleSet.load(id)))),
    async summary(check, _, context) {
      const school = found(await context.loaders.institution.load(check.programme.institutionId));
      return answerSentence(check, { zh: school.nameZh, en: school.nameEn }, context.language);
    },
  },
  RecognitionLine: {
    rule: ({ check, line }) => ruleRow(check, line.ruleSetId, line.ruleId),
    owner: ({ line }) => line.owner,
    achievements: ({ check, line }, _, context) => achievementsOf(check, line.achievementIds, context),
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
    conditions: ({ check, line }, _, context) => tested(line.conditions, wordsOf(check, context)),
    conversionSentence: ({ line }, _, context) => new Words(context.language).conversionStep(line.conversion),
    sentence: ({ check, line }, _, context) => lineSentence(check, line, wordsOf(check, context), context.language),
  },
  RecognitionRefusal: {
    family: ({ refusal }) => refusal.family,
    code: ({ refusal }) => refusal.code,
    rule: ({ check, refusal }) => ruleRow(check, setOf(check, refusal.ruleId), refusal.ruleId),
    achievements: ({ check, refusal }, _, context) => achievementsOf(check, refusal.achievementIds, context),
    targetCourses: ({ refusal }, _, context) => coursesOf(refusal.targetCourseIds, context),
    nodeKey: ({ refusal }) => refusal.nodeKey,
    conditions: ({ check, refusal }, _, context) => tested(refusal.conditions, wordsOf(check, context)),
    winners: ({ check, refusal }) => refusal.winnerRuleIds.map((id) => ruleRow(check, setOf(check, id), id)),
    violated: ({ refusal }) => refusal.violated,
    sentence: ({ check, refusal }, _, context) =>
      refusalSentence(check, refusal, wordsOf(check, context), context.language),
  },
  NodeProgress: {
    key: ({ progress }) => progress.key,
    kind: ({ progress }) => progress.kind,
    title: ({ progress }) => progress.title,
    course: ({ progress }, _, { loaders }) =>
      progress.courseId === null ? null : loaders.course.load(progress.courseId),
    requiredCredits: ({ progress }) => progress.requiredCredits,
    passedCredits: ({ progress }) => progress.passedCredits,
    recognisedCredits: ({ progress }) => progress.recognisedCredits,
    remainingCredits: ({ progress }) => progress.remainingCredits,
    complete: ({ progress }) => progress.complete,
  },
  CapUse: {
    title: ({ use }) => use.title,
    ruleSet: async ({ use }, _, { loaders }) => found(await loaders.ruleSet.load(use.ruleSetId)),
    unit: ({ use }) => use.unit,
    limit: ({ use }) => use.limit,
    used: ({ use }) => use.used,
    denominator: ({ use }) => use.denominator,
    sentence: ({ use }, _, context) => new Words(context.language).capUse(use),
    citation: ({ use }) => use.citation,
  },
};
