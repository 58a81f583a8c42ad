import type { Resolvers } from "../../api/generated/resolvers.ts";
import { found } from "../../api/found.ts";
import { toPayload } from "../../api/problems.ts";
import { isProblem } from "../../domain/problem.ts";
import { openLearner } from "./opening-learners.ts";

export const resolvers: Resolvers = {
  Mutation: {
    async openLearner(_, { input }, context) {
      const { services, viewer, now, today, language } = context;
      const { name, documentNumber: number, bornOn, ground, remark } = input;
      const kind = input.documentKind ?? "RESIDENT_ID";
      const asked = { name, kind, number, bornOn: bornOn ?? null, ground, remark: remark ?? null };
      const opened = await context.write((tx) => openLearner(tx, viewer, asked, { keys: services.keys, now, today }));
      if (isProblem(opened))
        return toPayload(opened, language, ["ForbiddenProblem", "InvalidInputProblem", "ConflictProblem"]);
      const { learnerId, known, alike, codes } = opened;
      const learner = found(await context.loaders.learner.load(learnerId));
      return { __typename: "OpenLearnerSuccess", learner, known, alike, codes: [...codes] };
    },
  },
  Learner: {
    async bankNumber(row, _, { loaders }) {
      const [number] = await loaders.bankNumbers.load(row.id);
      return number ?? null;
    },
  },
  BankNumber: {
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
  },
};
