import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { encodeId } from "../../api/node-id.ts";
import { toPayload } from "../../api/problems.ts";
import { isProblem } from "../../domain/problem.ts";
import { isHeld } from "./service.ts";
import * as store from "./store.ts";

export const resolvers: Resolvers = {
  Query: {
    async viewer(_, __, context) {
      const { accountId } = context.viewer;
      return accountId === null ? null : store.accountById(context.tx, accountId);
    },
    demoLogins: (_, __, context) => context.services.identity.demoLogins(),
  },
  Mutation: {
    async signInAsDemo(_, { login }, context) {
      const signedIn = await context.services.identity.signInAsDemo(login);
      return isProblem(signedIn)
        ? toPayload(signedIn, context.language, ["ForbiddenProblem", "NotFoundProblem"])
        : { __typename: "SignInSuccess", token: signedIn.token, expiresAt: signedIn.expiresAt.toISOString() };
    },
  },
  Viewer: {
    id: (account) => encodeId("Viewer", account.id),
    async capacity(account, _, context) {
      const capacities = await store.capacitiesOfAccount(context.tx, account.id, context.today);
      return found(capacities.find((row) => isHeld(row, context.viewer)));
    },
    capacities: (account, _, context) => store.capacitiesOfAccount(context.tx, account.id, context.today),
  },
  Capacity: {
    id: (row) => encodeId("Capacity", row.accountId, row.id),
    institution: (row, _, { loaders }) =>
      row.institutionId === null ? null : loaders.institution.load(row.institutionId),
    department: (row, _, { loaders }) => (row.departmentId === null ? null : loaders.department.load(row.departmentId)),
    schoolClass: (row, _, { loaders }) => (row.classId === null ? null : loaders.schoolClass.load(row.classId)),
    alliance: (row, _, { loaders }) => (row.allianceId === null ? null : loaders.alliance.load(row.allianceId)),
    learner: (row, _, { loaders }) => (row.learnerId === null ? null : loaders.learner.load(row.learnerId)),
    delegated: (row) => row.delegatedBy !== null,
  },
  Department: {
    id: ({ id }) => encodeId("Department", id),
    name: ({ nameZh, nameEn }) => ({ zh: nameZh, en: nameEn }),
  },
  SchoolClass: { id: ({ id }) => encodeId("SchoolClass", id) },
  DemoLogin: {
    institution: (row, _, { loaders }) =>
      row.institutionId === null ? null : loaders.institution.load(row.institutionId),
  },
};
