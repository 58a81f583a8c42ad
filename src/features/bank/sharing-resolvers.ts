import { v7 } from "uuid";
import { connectionOf, pageOf } from "../../api/connection.ts";
import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeId, decodeNode, encodeId } from "../../api/node-id.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import { isIsoDate } from "../../domain/date.ts";
import { isId } from "../../domain/id.ts";
import { isProblem, problem } from "../../domain/problem.ts";
import * as sharing from "./sharing.ts";

export const resolvers: Resolvers = {
  Query: {
    async sharingConsents(_, __, { tx, viewer, today }) {
      const rows = await sharing.sharingConsents(tx, viewer, today);
      return isProblem(rows) ? refuse(rows) : [...rows];
    },
    async sharedRecord(_, args, { tx, viewer, today }) {
      const page = pageOf(args, 2);
      const [completedOn = "", id = ""] = page?.after ?? [];
      if (page === null || (page.after !== null && !(isIsoDate(completedOn) && isId(id))))
        return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
      const learnerId = decodeId("Learner", args.learnerId);
      if (learnerId === null)
        return refuse(problem("MALFORMED_ID", { id: args.learnerId.slice(0, 100) }, ["learnerId"]));
      const after = page.after === null ? null : { completedOn, id };
      const record = await sharing.sharedRecord(tx, viewer, learnerId, { first: page.first, after, today });
      if (record === null) return null;
      const achievements = connectionOf(record.rows, page, (row) => [row.completedOn, row.id]);
      return { learnerName: record.learnerName, achievements };
    },
  },
  Mutation: {
    async giveSharingConsent(_, { input }, context) {
      const { viewer, now, today, language, loaders } = context;
      const institutionId = decodeId("Institution", input.institutionId);
      const school = institutionId === null ? null : await loaders.institution.load(institutionId);
      const answer =
        institutionId === null || school === null
          ? problem("MALFORMED_ID", { id: input.institutionId.slice(0, 100) }, ["input", "institutionId"])
          : await context.write((tx) =>
              sharing.giveConsent(tx, viewer, { institutionId, until: input.until ?? null }, { id: v7(), now, today }),
            );
      return isProblem(answer)
        ? toPayload(answer, language, ["ForbiddenProblem", "InvalidInputProblem"])
        : { __typename: "SharingConsentSuccess", consent: answer };
    },
    async revokeSharingConsent(_, { id }, context) {
      const decoded = decodeNode(id);
      const [learnerId, consentId] = decoded?.type === "SharingConsent" ? decoded.ids : [];
      const answer =
        learnerId === undefined || consentId === undefined
          ? problem("NOT_FOUND", {}, ["id"])
          : await context.write((tx) =>
              sharing.revokeConsent(tx, context.viewer, { learnerId, id: consentId }, context.now),
            );
      return isProblem(answer)
        ? toPayload(answer, context.language, ["ForbiddenProblem", "NotFoundProblem"])
        : { __typename: "SharingConsentSuccess", consent: answer };
    },
  },
  SharingConsent: {
    id: (row) => encodeId("SharingConsent", row.learnerId, row.id),
    learnerId: (row) => encodeId("Learner", row.learnerId),
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
    inForce: ({ revokedAt, until }, _, { today }) => revokedAt === null && (until === null || until >= today),
  },
};
