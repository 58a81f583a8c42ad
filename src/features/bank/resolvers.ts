import { connectionOf, pageOf } from "../../api/connection.ts";
import type { Context } from "../../api/context.ts";
import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeId, encodeId } from "../../api/node-id.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import { gradeCode, formatGrade } from "../../domain/grade-text.ts";
import { type Id, isId } from "../../domain/id.ts";
import { isIsoDate, isMoment } from "../../domain/date.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { ACHIEVEMENTS } from "../../domain/sheet/kinds/achievements.ts";
import type { AchievementRow } from "./achievement-store.ts";
import { annotatedCopy } from "./annotating.ts";
import * as store from "./batch-store.ts";
import * as batches from "./batches.ts";
import { cellsOfInput } from "./correcting-resolvers.ts";
import { type Confirmed, confirmBatch, discardBatch } from "./confirming.ts";
import { evidenceOf } from "./evidence.ts";
import { hiddenLearner, presentCell, recordedOutcome } from "./presenting.ts";
import { recordAchievement, recordSheet } from "./recording.ts";
import type { Recorded } from "./recording-lines.ts";
import type { SheetRefused } from "./sheet-check.ts";
import * as statements from "./statement.ts";

const unread = (): never => refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));

/** The page of a list that goes on after a date and an id. */
function datedPage(args: Parameters<typeof pageOf>[0], isPlace: (text: string) => boolean) {
  const page = pageOf(args, 2);
  if (page === null) return unread();
  const [place = "", id = ""] = page.after ?? [];
  return page.after !== null && !(isPlace(place) && isId(id)) ? unread() : page;
}

const placeOf = (row: AchievementRow): string[] => [row.completedOn, row.id];

/** A problem where the contract has no union for it. */
function granted<Value>(answer: Value | Problem): Value {
  return isProblem(answer) ? refuse(answer) : answer;
}

async function recordedPayload(
  answer: Recorded | SheetRefused | Problem,
  context: Context,
  sheet: { readonly bytes: Buffer; readonly fileName: string } | null = null,
) {
  const { language } = context;
  if (isProblem(answer))
    return toPayload(answer, language, ["ForbiddenProblem", "InvalidInputProblem", "ConflictProblem"]);
  if (answer.kind === "recorded" || sheet === null) return recordedOutcome(answer, language);
  const copy = await annotatedCopy(sheet, ACHIEVEMENTS, answer.problems, language);
  return recordedOutcome(answer, language, isProblem(copy) ? null : copy.toString("base64"));
}

async function closed(batchId: string, context: Context, act: (id: Id) => Promise<Confirmed | Problem>) {
  const id = decodeId("DepositBatch", batchId);
  const answer = id === null ? problem("NOT_FOUND", {}, ["batchId"]) : await act(id);
  if (isProblem(answer)) {
    return toPayload(answer, context.language, ["ForbiddenProblem", "NotFoundProblem", "ConflictProblem"]);
  }
  const { batch, postedRows, alreadyPostedRows } = answer;
  return { __typename: "ConfirmBatchSuccess", batch, postedRows, alreadyPostedRows } as const;
}

export const resolvers: Resolvers = {
  Query: {
    async achievements(_, args, context) {
      const page = datedPage(args, isIsoDate);
      return connectionOf(
        granted(await statements.achievementsOfSchool(context.tx, context.viewer, page)),
        page,
        placeOf,
      );
    },
    async depositBatches(_, args, context) {
      const page = datedPage(args, isMoment);
      const filter = { ...page, status: args.status ?? null };
      const rows = granted(await batches.batchesOf(context.tx, context.viewer, filter));
      return connectionOf(rows, page, (row) => [row.recordedAt, row.id]);
    },
    async depositBatch(_, args, context) {
      const id = decodeId("DepositBatch", args.id);
      if (id === null) return refuse(problem("MALFORMED_ID", { id: args.id.slice(0, 100) }, ["id"]));
      return granted(await batches.batchOf(context.tx, context.viewer, id));
    },
  },
  Mutation: {
    async recordAchievements(_, { input }, context) {
      const sheet = {
        bytes: Buffer.from(input.contentBase64, "base64"),
        fileName: input.fileName,
        setBadRowsAside: input.setBadRowsAside ?? false,
        corrections: input.corrections ?? null,
        now: context.now,
        today: context.today,
      };
      return recordedPayload(await recordSheet((act) => context.write(act), context.viewer, sheet), context, sheet);
    },
    async recordAchievement(_, { input }, context) {
      const { studentNo, kind, ...rest } = input;
      const when = { now: context.now, today: context.today };
      const cells = { ...cellsOfInput(rest), studentNo, kind: kind ?? "COURSE" };
      return recordedPayload(await context.write((tx) => recordAchievement(tx, context.viewer, cells, when)), context);
    },
    confirmBatch: (_, { batchId }, context) =>
      closed(batchId, context, (id) => context.post((tx) => confirmBatch(tx, context.viewer, id, context.now))),
    discardBatch: (_, { batchId }, context) =>
      closed(batchId, context, (id) => context.write((tx) => discardBatch(tx, context.viewer, id))),
  },
  Learner: {
    async achievements(learner, args, context) {
      const page = datedPage(args, isIsoDate);
      return connectionOf(
        granted(await statements.achievementsOf(context.tx, context.viewer, learner, page)),
        page,
        placeOf,
      );
    },
    async statement(learner, { asOf, postedBy }, context) {
      const days = [asOf ?? context.today, postedBy ?? null] as const;
      return granted(await statements.statementOf(context.tx, context.viewer, learner, ...days));
    },
  },
  Achievement: {
    id: (row) => encodeId("Achievement", row.learnerId, row.id),
    learner: async (row, _, { loaders }) => (await loaders.learner.load(row.learnerId)) ?? hiddenLearner(row.learnerId),
    title: (row) => ({ zh: row.titleZh, en: row.titleEn }),
    async evidence({ detail }, _, { language, loaders }) {
      const certificate = detail.kind === "CERTIFICATE" ? await loaders.certificate.load(detail.certificateId) : null;
      const issuer = certificate === null ? null : { zh: certificate.issuerZh, en: certificate.issuerEn };
      return evidenceOf(detail, issuer, language);
    },
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
    course: (row, _, { loaders }) => (row.courseId === null ? null : loaders.course.load(row.courseId)),
  },
  Grade: {
    scoreTenths: (grade) => (grade.mode === "PERCENT" ? grade.scoreTenths : null),
    level: (grade) => gradeCode(grade),
    text: (grade, _, { language }) => formatGrade(grade, language),
  },
  GradePointAverage: {
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
  },
  InstitutionBalance: {
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
  },
  StatementEntry: {
    transactionId: (row) => encodeId("LedgerTransaction", row.learnerId, row.transactionId),
    achievement: (row, _, { loaders }) =>
      row.achievementId === null ? null : loaders.achievement.load({ learnerId: row.learnerId, id: row.achievementId }),
  },
  DepositBatch: {
    id: (row) => encodeId("DepositBatch", row.institutionId, row.id),
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
    recordedBy: (row) => row.recordedByName,
    confirmedBy: (row) => row.confirmedByName,
    confirmable: (row, _, { viewer }) => batches.isConfirmable(viewer, row),
    totals: (row, _, { loaders }) => loaders.batchTotals.load(row.id),
    async rows(row, args, context) {
      const page = pageOf(args, 1);
      const after = Number(page?.after?.[0] ?? 0);
      if (page === null || !Number.isSafeInteger(after)) return unread();
      const filter = { status: args.status ?? null, first: page.first, after };
      const lines = await store.linesOfBatch(context.tx, row, filter);
      return connectionOf(lines, page, (line) => [String(line.rowNo)]);
    },
  },
  BatchRow: {
    corrects: ({ corrects, learnerId }) =>
      corrects === null || learnerId === null ? null : { ...corrects, learnerId },
    async learnerName({ learnerId, cells }, _, { loaders }) {
      const learner = learnerId === null ? null : await loaders.learner.load(learnerId);
      return learner?.name ?? cells["name"] ?? null;
    },
    title: ({ deposit, cells }, _, { language }) => deposit?.title[language] ?? cells["title"] ?? cells["code"] ?? null,
    credits: ({ deposit }) => deposit?.credits ?? null,
    grade: ({ deposit }) => deposit?.grade ?? null,
    problems: (line, _, { language }) => line.problems.map((cell) => presentCell(cell, ACHIEVEMENTS, language)),
    warnings: (line, _, { language }) => line.warnings.map((cell) => presentCell(cell, ACHIEVEMENTS, language)),
  },
};
