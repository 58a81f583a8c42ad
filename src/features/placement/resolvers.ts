import { v7 } from "uuid";
import { connectionOf, pageOf } from "../../api/connection.ts";
import type { Context } from "../../api/context.ts";
import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeId, decodeNode, encodeId } from "../../api/node-id.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import { isIsoDate } from "../../domain/date.ts";
import { isId } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import * as service from "./service.ts";
import type { PlacementRow } from "./store.ts";

const PROBLEMS = ["ForbiddenProblem", "NotFoundProblem", "InvalidInputProblem", "ConflictProblem"] as const;

const malformed = (id: string, field: string): Problem => problem("MALFORMED_ID", { id: id.slice(0, 100) }, [field]);

function placementId(text: string): service.PlacementId | Problem {
  const node = decodeNode(text);
  const [learnerId, id] = node?.ids ?? [];
  if (node?.type !== "Placement" || learnerId === undefined || id === undefined) return malformed(text, "placementId");
  return { learnerId, id };
}

async function act(context: Context, doing: Parameters<typeof context.write<PlacementRow | Problem>>[0]) {
  const done = await context.write(doing);
  if (isProblem(done)) return toPayload(done, context.language, PROBLEMS);
  return { __typename: "PlacementSuccess" as const, placement: done };
}

const refused = (fault: Problem, context: Context) => toPayload(fault, context.language, PROBLEMS);

export const resolvers: Resolvers = {
  Query: {
    async placements(_, args, context) {
      const page = pageOf(args, 2);
      const [on = "", id = ""] = page?.after ?? [];
      if (page === null || (page.after !== null && !(isIsoDate(on) && isId(id))))
        return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
      const named = args.learnerId ?? null;
      const learnerId = named === null ? null : decodeId("Learner", named);
      if (named !== null && learnerId === null) return refuse(malformed(named, "learnerId"));
      const rows = await service.placements(context.tx, context.viewer, { ...page, learnerId });
      return isProblem(rows) ? refuse(rows) : connectionOf(rows, page, (row) => [row.startsOn, row.id]);
    },
    enterprises: (_, __, context) => service.enterprises(context.tx),
  },
  Mutation: {
    async createPlacement(_, { input }, context) {
      const learnerId = decodeId("Learner", input.learnerId);
      if (learnerId === null) return refused(malformed(input.learnerId, "learnerId"), context);
      const enterpriseId = decodeId("Enterprise", input.enterpriseId);
      if (enterpriseId === null) return refused(malformed(input.enterpriseId, "enterpriseId"), context);
      const { viewer, services, today } = context;
      const wish = { ...input, learnerId, enterpriseId };
      return act(context, (tx) => service.createPlacement(tx, services.keys, viewer, wish, { id: v7(), today }));
    },
    async endPlacement(_, args, context) {
      const of = placementId(args.placementId);
      if (isProblem(of)) return refused(of, context);
      return act(context, (tx) => service.endPlacement(tx, context.viewer, of, args.endsOn));
    },
    async reportPlacementResult(_, { input }, context) {
      const of = placementId(input.placementId);
      if (isProblem(of)) return refused(of, context);
      const report = { grade: input.grade, hours: input.hours ?? null, remark: input.remark ?? null };
      return act(context, (tx) => service.reportPlacementResult(tx, context.viewer, of, report, context.today));
    },
  },
  Placement: {
    id: (row) => encodeId("Placement", row.learnerId, row.id),
    learnerId: (row) => encodeId("Learner", row.learnerId),
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
    enterprise: async (row, _, { loaders }) => found(await loaders.enterprise.load(row.enterpriseId)),
    result: (row) => (row.grade === null || row.reportedOn === null ? null : row),
  },
  PlacementResult: { grade: (row) => found(row.grade), reportedOn: (row) => found(row.reportedOn) },
  Enterprise: {
    id: ({ id }) => encodeId("Enterprise", id),
    name: ({ nameZh, nameEn }) => ({ zh: nameZh, en: nameEn }),
  },
};
