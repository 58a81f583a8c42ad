import { v7 } from "uuid";
import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeId, encodeId } from "../../api/node-id.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import { isProblem, problem } from "../../domain/problem.ts";
import { delegateCapacity, delegations, endDelegation, endingAs } from "./delegation.ts";
import { mayEnd } from "./delegation-store.ts";
import { isHeld } from "./service.ts";
import * as store from "./store.ts";

const DELEGATE_PROBLEMS = ["ForbiddenProblem", "InvalidInputProblem", "ConflictProblem"] as const;
const END_PROBLEMS = ["ForbiddenProblem", "NotFoundProblem", "InvalidInputProblem"] as const;

export const resolvers: Resolvers = {
  Query: {
    async viewer(_, __, context) {
      const { accountId } = context.viewer;
      return accountId === null ? null : store.accountById(context.tx, accountId);
    },
    demoLogins: (_, __, context) => context.services.identity.demoLogins(),
    async delegations(_, __, context) {
      const rows = await delegations(context.tx, context.viewer, context.today);
      return isProblem(rows) ? refuse(rows) : rows;
    },
  },
  Mutation: {
    async signInAsDemo(_, { login }, context) {
      const signedIn = await context.services.identity.signInAsDemo(login);
      return isProblem(signedIn)
        ? toPayload(signedIn, context.language, ["ForbiddenProblem", "NotFoundProblem"])
        : { __typename: "SignInSuccess", token: signedIn.token, expiresAt: signedIn.expiresAt.toISOString() };
    },
    async delegateCapacity(_, { input }, context) {
      const at = { today: context.today, id: v7() };
      const made = await context.write((tx) => delegateCapacity(tx, context.viewer, input, at));
      if (isProblem(made)) return toPayload(made, context.language, DELEGATE_PROBLEMS);
      context.services.identity.forget(made.accountId);
      const rows = await delegations(context.tx, context.viewer, context.today);
      const delegation = isProblem(rows) ? null : rows.find(({ id }) => id === made.id);
      return { __typename: "DelegationSuccess", delegation: found(delegation) };
    },
    async endDelegation(_, args, context) {
      const id = decodeId("Delegation", args.id);
      const malformed = problem("MALFORMED_ID", { id: args.id.slice(0, 100) }, ["id"]);
      if (id === null) return toPayload(malformed, context.language, END_PROBLEMS);
      const { viewer, today } = context;
      const ended = await context.db.write(endingAs(viewer, today), (tx) => endDelegation(tx, viewer, id, today));
      context.refresh();
      if (isProblem(ended)) return toPayload(ended, context.language, END_PROBLEMS);
      context.services.identity.forget(ended.accountId);
      return { __typename: "EndDelegationSuccess", id: args.id };
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
    standsFor: (row, _, { tx }) => (row.role === "GUARDIAN" ? store.wardNameOf(tx, row.id) : null),
    delegated: (row) => row.delegatedBy !== null,
  },
  Delegation: {
    id: (row) => encodeId("Delegation", row.accountId, row.id),
    capacity: (row) => row,
    givenBy: (row) => row.givenByName,
    heldBy: (row) => row.heldByName,
    reason: (row) => row.delegationReason,
    since: (row) => row.validFrom,
    until: (row) => row.validUntil,
    mayEnd: (row, _, { viewer }) => mayEnd(viewer, row),
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
