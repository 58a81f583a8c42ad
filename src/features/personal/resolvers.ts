import { v7 } from "uuid";
import { found } from "../../api/found.ts";
import type { Context } from "../../api/context.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeId, decodeNode, encodeId } from "../../api/node-id.ts";
import { type ProblemTypename, refuse, toPayload } from "../../api/problems.ts";
import type { Id } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { sentenceOf } from "../../messages/index.ts";
import type { ErasureRequestRow } from "./erasure-store.ts";
import * as erasure from "./erasure.ts";
import * as service from "./service.ts";

const malformed = (id: string): Problem => problem("MALFORMED_ID", { id: id.slice(0, 100) }, ["learnerId"]);

/** Does something to the request of an id, and answers how it stands then. */
async function onRequest<Typename extends ProblemTypename>(
  context: Context,
  id: string,
  members: readonly [Typename, ...Typename[]],
  act: (
    tx: Parameters<Parameters<Context["write"]>[0]>[0],
    of: { readonly learnerId: Id; readonly id: Id },
  ) => Promise<ErasureRequestRow | Problem>,
) {
  const decoded = decodeNode(id);
  const [learnerId, requestId] = decoded?.type === "ErasureRequest" ? decoded.ids : [];
  const answer =
    learnerId === undefined || requestId === undefined
      ? problem("NOT_FOUND", {}, ["id"])
      : await context.write((tx) => act(tx, { learnerId, id: requestId }));
  return isProblem(answer)
    ? toPayload(answer, context.language, members)
    : { __typename: "ErasureSuccess" as const, request: answer };
}

export const resolvers: Resolvers = {
  Query: {
    async erasureRequests(_, __, { tx, viewer }) {
      const rows = await erasure.erasureRequests(tx, viewer);
      return isProblem(rows) ? refuse(rows) : [...rows];
    },
    async erasurePreview(_, args, { tx, viewer }) {
      const learnerId = decodeId("Learner", args.learnerId);
      if (learnerId === null) return refuse(malformed(args.learnerId));
      const preview = await erasure.erasurePreview(tx, viewer, learnerId);
      return isProblem(preview) ? refuse(preview) : preview;
    },
  },
  Mutation: {
    async exportMyData(_, __, context) {
      const { tx, services, viewer, now, language } = context;
      const answer = await service.exportMyData(tx, services.keys, viewer, now);
      if (isProblem(answer)) return toPayload(answer, language, ["ForbiddenProblem"]);
      return {
        __typename: "ExportMyDataSuccess",
        // no name: file names travel further than files
        fileName: `guantong-${context.today}.json`,
        content: JSON.stringify(answer, null, 2),
      };
    },
    async requestErasure(_, args, context) {
      const { viewer, now, language } = context;
      const learnerId = decodeId("Learner", args.learnerId);
      const answer =
        learnerId === null
          ? malformed(args.learnerId)
          : await context.write((tx) =>
              erasure.requestErasure(tx, viewer, { learnerId, reason: args.reason }, { id: v7(), now }),
            );
      return isProblem(answer)
        ? toPayload(answer, language, ["ForbiddenProblem", "InvalidInputProblem", "ConflictProblem"])
        : { __typename: "ErasureSuccess", request: answer };
    },
    withdrawErasure: (_, { id }, context) =>
      onRequest(context, id, ["ForbiddenProblem", "NotFoundProblem"], async (tx, of) =>
        erasure.withdrawErasure(tx, context.viewer, of, context.now),
      ),
    declineErasure: (_, { id, reason, citation }, context) =>
      onRequest(context, id, ["ForbiddenProblem", "NotFoundProblem", "InvalidInputProblem"], async (tx, of) =>
        erasure.declineErasure(tx, context.viewer, of, { reason, ...citation }, context.now),
      ),
    carryOutErasure: (_, { id }, context) =>
      onRequest(context, id, ["ForbiddenProblem", "NotFoundProblem", "ConflictProblem"], async (tx, of) =>
        erasure.carryOutErasure(tx, context.viewer, of, context.now),
      ),
  },
  ErasureRequest: {
    id: (row) => encodeId("ErasureRequest", row.learnerId, row.id),
    learnerId: (row) => encodeId("Learner", row.learnerId),
    learner: (row, _, { loaders }) => loaders.learner.load(row.learnerId),
    declined: (row) => (row.declinedAt === null ? null : row),
    requestedByCaller: (row, _, { viewer }) => row.requestedBy === viewer.accountId,
  },
  ErasureDecline: {
    at: (row) => found(row.declinedAt),
    reason: (row) => found(row.declineReason),
    citation: (row) => ({ document: found(row.declineDocument), clause: found(row.declineClause) }),
  },
  ErasurePreview: {
    holds: ({ holds }, _, { language }) =>
      holds.map((hold) => ({ code: hold.code, message: sentenceOf(hold, language) })),
    parts: ({ parts }) => [...parts],
  },
  ErasurePart: {
    citation: ({ basis: { document, clause } }) => ({ document, clause }),
    certainty: ({ basis }) => basis.certainty,
  },
};
