import { connectionOf, pageOf } from "../../api/connection.ts";
import type { Context } from "../../api/context.ts";
import { found } from "../../api/found.ts";
import type { CorrectAchievementInput, Resolvers } from "../../api/generated/resolvers.ts";
import { decodeNode, encodeId } from "../../api/node-id.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import { formatCredits } from "../../domain/credit.ts";
import { isMoment } from "../../domain/date.ts";
import { isId } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import type { AchievementKey } from "./achievement-store.ts";
import { correctAchievement, type CorrectionAsked, takeBackAchievement } from "./correcting.ts";
import type { AchievementCells } from "./correcting-cells.ts";
import { hiddenLearner, recordedOutcome } from "./presenting.ts";
import type { Recorded } from "./recording-lines.ts";
import { closeReviewCase, reviewCasesOf } from "./reviewing.ts";
import type { SheetRefused } from "./sheet-check.ts";

/** A learner's own thing by the id it has in the contract. */
function keyOf(type: "Achievement" | "ReviewCase", id: string): AchievementKey | null {
  const decoded = decodeNode(id);
  const [learnerId, own] = decoded?.type === type ? decoded.ids : [];
  return learnerId === undefined || own === undefined ? null : { learnerId, id: own };
}

/** What is asked to be written of an achievement; what is not named is not there. */
type Written = Partial<Omit<CorrectAchievementInput, "achievementId" | "grounds">>;

/** The same in the columns of a sheet. */
export function cellsOfInput(input: Written): AchievementCells {
  const texts = {
    code: input.courseCode,
    level: input.level,
    title: input.title,
    term: input.termCode,
    grade: input.grade,
    credits: typeof input.credits === "number" ? formatCredits(input.credits) : null,
    completedOn: input.completedOn,
    attempt: input.attempt,
    certificateLevel: input.certificateLevel,
    number: input.certificateNumber,
    validUntil: input.validUntil,
    prize: input.prize,
    rankInTeam: input.rankInTeam?.toString(),
    months: input.months?.toString(),
    provider: input.provider,
    documentNo: input.documentNo,
    honourable: typeof input.honourable === "boolean" ? (input.honourable ? "YES" : "NO") : null,
  };
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => typeof text === "string"));
}

type Asked = Pick<CorrectAchievementInput, "achievementId" | "grounds">;

async function corrected(
  { achievementId, grounds }: Asked,
  context: Context,
  act: (asked: CorrectionAsked) => Promise<Recorded | SheetRefused | Problem>,
) {
  const { now, today, language } = context;
  const achievement = keyOf("Achievement", achievementId);
  const answer =
    achievement === null
      ? problem("NOT_FOUND", {}, ["input", "achievementId"])
      : await act({ achievement, ...grounds, now, today });
  return isProblem(answer)
    ? toPayload(answer, language, ["ForbiddenProblem", "InvalidInputProblem", "NotFoundProblem", "ConflictProblem"])
    : recordedOutcome(answer, language);
}

export const resolvers: Resolvers = {
  Query: {
    async reviewCases(_, args, { tx, viewer }) {
      const page = pageOf(args, 2);
      const [at = "", id = ""] = page?.after ?? [];
      if (page === null || (page.after !== null && !(isMoment(at) && isId(id)))) {
        return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
      }
      const rows = await reviewCasesOf(tx, viewer, { ...page, open: args.open ?? null });
      return isProblem(rows) ? refuse(rows) : connectionOf(rows, page, (row) => [row.openedAt, row.id]);
    },
  },
  Mutation: {
    correctAchievement: (_, { input }, context) =>
      corrected(input, context, (asked) =>
        context.write((tx) => correctAchievement(tx, context.viewer, { ...asked, changes: cellsOfInput(input) })),
      ),
    takeBackAchievement: (_, { input }, context) =>
      corrected(input, context, (asked) =>
        context.write((tx) => takeBackAchievement(tx, context.viewer, { ...asked, because: input.because })),
      ),
    async closeReviewCase(_, { id, finding }, context) {
      const { viewer, now, language } = context;
      const key = keyOf("ReviewCase", id);
      const answer =
        key === null
          ? problem("NOT_FOUND", {}, ["id"])
          : await context.write((tx) => closeReviewCase(tx, viewer, { key, finding, now }));
      return isProblem(answer)
        ? toPayload(answer, language, ["ForbiddenProblem", "InvalidInputProblem", "NotFoundProblem", "ConflictProblem"])
        : { __typename: "CloseReviewCaseSuccess", reviewCase: answer };
    },
  },
  Correction: {
    achievement: ({ learnerId, achievementId }, _, { loaders }) =>
      loaders.achievement.load({ learnerId, id: achievementId }),
  },
  ReviewCase: {
    id: (row) => encodeId("ReviewCase", row.learnerId, row.id),
    learner: async (row, _, { loaders }) => (await loaders.learner.load(row.learnerId)) ?? hiddenLearner(row.learnerId),
    title: (row) => ({ zh: row.titleZh, en: row.titleEn }),
    programme: (row, _, { loaders }) => loaders.programme.load(row.programmeId),
    correctedBy: async (row, _, { loaders }) => found(await loaders.institution.load(row.correctedBy)),
    closedBy: (row) => row.closedByName,
  },
};
