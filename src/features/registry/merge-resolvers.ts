import { connectionOf, pageOf } from "../../api/connection.ts";
import type { Context } from "../../api/context.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeNode, encodeId } from "../../api/node-id.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import { isMoment } from "../../domain/date.ts";
import { isId } from "../../domain/id.ts";
import { isProblem, problem } from "../../domain/problem.ts";
import { mergeCases, settleMergeCase } from "./merging.ts";

const PROBLEMS = ["ForbiddenProblem", "NotFoundProblem", "InvalidInputProblem", "ConflictProblem"] as const;

async function settle(
  context: Context,
  { mergeCaseId, reason }: { readonly mergeCaseId: string; readonly reason: string },
  act: "MERGE" | "APART" | "PART",
) {
  const node = decodeNode(mergeCaseId);
  const [learnerId, id] = node?.ids ?? [];
  if (node?.type !== "MergeCase" || learnerId === undefined || id === undefined) {
    const fault = problem("MALFORMED_ID", { id: mergeCaseId.slice(0, 100) }, ["mergeCaseId"]);
    return toPayload(fault, context.language, PROBLEMS);
  }
  const { viewer, now } = context;
  const done = await context.write((tx) => settleMergeCase(tx, viewer, { learnerId, id }, { act, reason, now }));
  if (isProblem(done)) return toPayload(done, context.language, PROBLEMS);
  return { __typename: "MergeCaseSuccess" as const, mergeCase: done };
}

export const resolvers: Resolvers = {
  Query: {
    async mergeCases(_, args, context) {
      const page = pageOf(args, 2);
      const [at = "", id = ""] = page?.after ?? [];
      if (page === null || (page.after !== null && !(isMoment(at) && isId(id))))
        return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
      const rows = await mergeCases(context.tx, context.viewer, { ...page, waiting: args.waiting ?? true });
      return isProblem(rows) ? refuse(rows) : connectionOf(rows, page, (row) => [row.openedAt, row.id]);
    },
  },
  Mutation: {
    mergeLearners: (_, args, context) => settle(context, args, "MERGE"),
    keepLearnersApart: (_, args, context) => settle(context, args, "APART"),
    partLearners: (_, args, context) => settle(context, args, "PART"),
  },
  MergeCase: {
    id: (row) => encodeId("MergeCase", row.learnerId, row.id),
    record: ({ learnerId, institutionId }) => ({ learnerId, institutionId }),
    other: ({ otherId, otherInstitutionId }) => ({ learnerId: otherId, institutionId: otherInstitutionId }),
  },
  MergeRecord: {
    institution: ({ institutionId }, _, { loaders }) =>
      institutionId === null ? null : loaders.institution.load(institutionId),
    learner: ({ learnerId }, _, { loaders }) => loaders.learner.load(learnerId),
  },
};
