import { connectionOf, pageOf } from "../../api/connection.ts";
import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeId, encodeId } from "../../api/node-id.ts";
import { refuse } from "../../api/problems.ts";
import { isProblem, problem } from "../../domain/problem.ts";
import * as service from "./service.ts";

export const resolvers: Resolvers = {
  Query: {
    async learners(_, args, context) {
      const page = pageOf(args, 2);
      if (page === null) return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
      const rows = await service.learners(context.tx, context.viewer, { ...page, text: args.text ?? null });
      if (isProblem(rows)) return refuse(rows);
      return connectionOf(rows, page, (row) => [row.studentNo, row.id]);
    },
    async learner(_, args, context) {
      const id = decodeId("Learner", args.id);
      if (id === null) return refuse(problem("MALFORMED_ID", { id: args.id.slice(0, 100) }, ["id"]));
      return context.loaders.learner.load(id);
    },
  },
  Learner: {
    id: (row) => encodeId("Learner", row.id),
    homeInstitution: (row, _, { loaders }) =>
      row.homeInstitutionId === null ? null : loaders.institution.load(row.homeInstitutionId),
    registrations: (row, _, { loaders }) => loaders.registrations.load(row.id),
    async reachableProgrammes(row, _, context) {
      const registrations = await context.loaders.registrations.load(row.id);
      const ids = await service.reachableProgrammes(context.tx, row.id, registrations);
      return Promise.all(ids.map(async (id) => found(await context.loaders.programme.load(id))));
    },
  },
  Registration: {
    id: (row) => encodeId("Registration", row.learnerId, row.id),
    programme: async (row, _, { loaders }) => found(await loaders.programme.load(row.programmeId)),
    pathway: (row, _, { loaders }) => (row.pathwayId === null ? null : loaders.pathway.load(row.pathwayId)),
  },
};
