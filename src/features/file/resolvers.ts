import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeId, encodeId } from "../../api/node-id.ts";
import { refuse } from "../../api/problems.ts";
import { isProblem, problem } from "../../domain/problem.ts";
import { filesOf } from "./service.ts";

export const resolvers: Resolvers = {
  Query: {
    async files(_, args, context) {
      const learnerId = decodeId("Learner", args.learnerId);
      if (learnerId === null)
        return refuse(problem("MALFORMED_ID", { id: args.learnerId.slice(0, 100) }, ["learnerId"]));
      const files = await filesOf(context.tx, context.viewer, learnerId);
      return isProblem(files) ? refuse(files) : files;
    },
  },
  File: {
    id: (file) => encodeId("File", file.learnerId, file.id),
    url: (file) => (file.kept ? `/files/${encodeId("File", file.learnerId, file.id)}` : null),
  },
};
