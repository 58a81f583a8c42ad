import type { Resolvers } from "../../api/generated/resolvers.ts";
import { toPayload } from "../../api/problems.ts";
import { isProblem } from "../../domain/problem.ts";
import * as service from "./service.ts";

export const resolvers: Resolvers = {
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
  },
};
