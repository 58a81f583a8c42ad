import { connectionOf, pageOf } from "../../api/connection.ts";
import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeId, encodeId } from "../../api/node-id.ts";
import type { Context } from "../../api/context.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import { authorise } from "../../auth/policy.ts";
import { isProblem, problem } from "../../domain/problem.ts";
import type { DocumentRow } from "./document-store.ts";
import * as documents from "./documents.ts";
import type { RegistryNumberRow } from "./registry-number-store.ts";
import * as numbers from "./registry-numbers.ts";
import * as service from "./service.ts";
import type { LearnerRow } from "./store.ts";

async function documentOf(row: LearnerRow, _: unknown, context: Context): Promise<DocumentRow | null> {
  const whose = { learnerId: row.id, institutionIds: [row.homeInstitutionId] };
  if (authorise(context.viewer, "document.read", whose) !== null) return null;
  const [document] = await context.loaders.documents.load(row.id);
  return document ?? null;
}

async function registryNumberOf(row: LearnerRow, _: unknown, context: Context): Promise<RegistryNumberRow | null> {
  const whose = { learnerId: row.id, institutionIds: [row.homeInstitutionId] };
  if (authorise(context.viewer, "document.read", whose) !== null) return null;
  const [number] = await context.loaders.registryNumbers.load(row.id);
  return number ?? null;
}

async function isMinor(row: LearnerRow, _: unknown, context: Context): Promise<boolean | null> {
  const { tx, services, today } = context;
  const document = await documentOf(row, {}, context);
  if (document === null) return null;
  return documents.isMinors(tx, services.keys, document, today);
}

export const resolvers: Resolvers = {
  Query: {
    async learners(_, args, context) {
      const page = pageOf(args, 2);
      if (page === null) return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
      const rows = await service.learners(context.tx, context.viewer, {
        ...page,
        text: args.text ?? null,
        bankNumbers: args.bankNumbers ?? false,
      });
      if (isProblem(rows)) return refuse(rows);
      return connectionOf(rows, page, (row) => [row.studentNo, row.id]);
    },
    async learner(_, args, context) {
      const id = decodeId("Learner", args.id);
      if (id === null) return refuse(problem("MALFORMED_ID", { id: args.id.slice(0, 100) }, ["id"]));
      return context.loaders.learner.load(id);
    },
  },
  Mutation: {
    async findLearnerByNumber(_, { input }, context) {
      const { services, viewer, today } = context;
      const written = { kind: input.kind ?? null, number: input.number, birthOn: null };
      const found = await documents.findLearner(context.tx, services.keys, viewer, written, today);
      if (isProblem(found)) return toPayload(found, context.language, ["ForbiddenProblem", "InvalidInputProblem"]);
      const learner = found.learnerId === null ? null : await context.loaders.learner.load(found.learnerId);
      return { __typename: "FindLearnerByNumberSuccess", learner };
    },
    async findLearnerByRegistryNumber(_, { number }, context) {
      const { services, viewer, language } = context;
      const found = await numbers.findByRegistryNumber(context.tx, services.keys, viewer, number);
      if (isProblem(found)) return toPayload(found, language, ["ForbiddenProblem", "InvalidInputProblem"]);
      const learner = found.learnerId === null ? null : await context.loaders.learner.load(found.learnerId);
      return { __typename: "FindLearnerByNumberSuccess", learner };
    },
    async revealRegistryNumber(_, { learnerId, reason }, context) {
      const { services, viewer, language } = context;
      const id = decodeId("Learner", learnerId);
      const answer =
        id === null
          ? problem("MALFORMED_ID", { id: learnerId.slice(0, 100) }, ["learnerId"])
          : await context.write(async (tx) =>
              numbers.revealRegistryNumber(tx, services.keys, viewer, { learnerId: id, reason }),
            );
      if (isProblem(answer))
        return toPayload(answer, language, ["ForbiddenProblem", "InvalidInputProblem", "NotFoundProblem"]);
      return { __typename: "RevealRegistryNumberSuccess", number: answer };
    },
    async revealIdNumber(_, { learnerId, reason }, context) {
      const { services, viewer, language } = context;
      const id = decodeId("Learner", learnerId);
      const answer =
        id === null
          ? problem("MALFORMED_ID", { id: learnerId.slice(0, 100) }, ["learnerId"])
          : await context.write(async (tx) =>
              documents.revealIdNumber(tx, services.keys, viewer, { learnerId: id, reason }),
            );
      if (isProblem(answer))
        return toPayload(answer, language, ["ForbiddenProblem", "InvalidInputProblem", "NotFoundProblem"]);
      return { __typename: "RevealIdNumberSuccess", number: answer };
    },
  },
  Learner: {
    id: (row) => encodeId("Learner", row.id),
    homeInstitution: (row, _, { loaders }) =>
      row.homeInstitutionId === null ? null : loaders.institution.load(row.homeInstitutionId),
    registrations: (row, _, { loaders }) => loaders.registrations.load(row.id),
    identityDocument: documentOf,
    registryNumber: registryNumberOf,
    minor: isMinor,
    ageBelow18: isMinor,
    async reachableProgrammes(row, _, context) {
      const registrations = await context.loaders.registrations.load(row.id);
      const ids = await service.reachableProgrammes(context.tx, row.id, registrations);
      return Promise.all(ids.map(async (id) => found(await context.loaders.programme.load(id))));
    },
  },
  IdentityDocument: {
    maskedNumber: (row) => row.masked,
  },
  Registration: {
    id: (row) => encodeId("Registration", row.learnerId, row.id),
    programme: async (row, _, { loaders }) => found(await loaders.programme.load(row.programmeId)),
    pathway: (row, _, { loaders }) => (row.pathwayId === null ? null : loaders.pathway.load(row.pathwayId)),
  },
};
