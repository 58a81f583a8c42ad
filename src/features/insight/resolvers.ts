import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { refuse } from "../../api/problems.ts";
import { isProblem } from "../../domain/problem.ts";
import * as service from "./service.ts";

export const resolvers: Resolvers = {
  Query: {
    async figures(_, __, context) {
      const rows = await service.figures(context.tx, context.viewer);
      return isProblem(rows) ? refuse(rows) : rows;
    },
    async allianceFigures(_, __, context) {
      const rows = await service.allianceFigures(context.tx, context.viewer);
      return isProblem(rows) ? refuse(rows) : rows;
    },
    figureLimit: (_, __, context) => service.figureLimit(context.tx),
  },
  AllianceFigure: {
    alliance: async (row, _, { loaders }) => found(await loaders.alliance.load(row.allianceId)),
  },
  FigureLimit: {
    citation: ({ document, clause }) => ({ document, clause }),
    isSetting: ({ certainty }) => certainty === "SETTING",
  },
  Figure: {
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
    programme: (row, _, { loaders }) => (row.programmeId === null ? null : loaders.programme.load(row.programmeId)),
  },
};
