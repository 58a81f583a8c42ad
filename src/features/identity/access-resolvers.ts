import type { Resolvers } from "../../api/generated/resolvers.ts";
import type { Context } from "../../api/context.ts";
import { connectionOf, pageOf } from "../../api/connection.ts";
import { found } from "../../api/found.ts";
import { decodeId, encodeId } from "../../api/node-id.ts";
import { refuse, toPayload } from "../../api/problems.ts";

import type { Id } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import * as access from "./access.ts";
import { isPasswordOf } from "./entering.ts";
import { acceptInvitation } from "./invitation.ts";
import * as opening from "./opening.ts";
import { staffAccounts } from "./staff.ts";
import { accountById } from "./store.ts";

type Tx = Parameters<Parameters<Context["write"]>[0]>[0];

const malformed = (id: string, path: string): Problem => problem("MALFORMED_ID", { id: id.slice(0, 100) }, [path]);

/** An act on what is the caller's own, answered with how it stands afterwards. */
async function own(context: Context, act: (tx: Tx) => Promise<access.Access | Problem>) {
  const done = await context.write(act);
  if (!isProblem(done)) return { __typename: "AccessSuccess" as const, access: done };
  return toPayload(done, context.language, ["ForbiddenProblem", "InvalidInputProblem", "NotFoundProblem"]);
}

/** The same to something of it that is named by an id. */
function ownById(
  type: string,
  act: (tx: Tx, self: access.Self, id: Id) => Promise<access.Access | Problem>,
): (parent: unknown, args: { readonly id: string }, context: Context) => ReturnType<typeof own> {
  return (_, args, context) => {
    const id = decodeId(type, args.id);
    return own(context, async (tx) => (id === null ? malformed(args.id, "id") : act(tx, context, id)));
  };
}

/** An act that issues codes. Whatever was issued is known here once, and nowhere else. */
async function codes(
  context: Context,
  act: (tx: Tx, issuing: opening.Issuing) => Promise<readonly opening.IssuedCode[] | Problem>,
) {
  const { now, today } = context;
  const issued = await context.write((tx) => act(tx, { keys: context.services.keys, now, today }));
  if (!isProblem(issued)) return { __typename: "CodesSuccess" as const, codes: [...issued] };
  return toPayload(issued, context.language, [
    "ForbiddenProblem",
    "InvalidInputProblem",
    "NotFoundProblem",
    "ConflictProblem",
  ]);
}

export const resolvers: Resolvers = {
  Query: {
    signInMethods: (_, __, context) => context.services.identity.methods(),
    access: (_, __, context) => access.accessOf(context.tx, context),
    async learnerAccounts(_, { learnerId }, context) {
      const id = decodeId("Learner", learnerId);
      if (id === null) return refuse(malformed(learnerId, "learnerId"));
      const rows = await opening.accountsOfLearner(context.tx, context.viewer, id, context.today);
      return isProblem(rows) ? refuse(rows) : rows;
    },
    async classAccounts(_, __, context) {
      const rows = await opening.classAccounts(context.tx, context.viewer);
      return isProblem(rows) ? refuse(rows) : rows;
    },
    async staffAccounts(_, args, context) {
      const page = pageOf(args, 1);
      if (page === null) return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
      const rows = await staffAccounts(context.tx, context.viewer, { ...page, text: args.text ?? "" });
      return isProblem(rows) ? refuse(rows) : connectionOf(rows, page, ({ login }) => [login]);
    },
  },
  Mutation: {
    endSession: ownById("SignInSession", access.endSession),
    removePasskey: ownById("AccountPasskey", access.removePasskey),
    unlinkIdentity: ownById("LinkedIdentity", access.unlinkIdentity),
    endOtherSessions: (_, __, context) => own(context, (tx) => access.endOtherSessions(tx, context)),
    async setPassword(_, { current, password }, context) {
      const { db, now, viewer, services, sessionId } = context;
      const account = viewer.accountId;
      // guesses of whoever stole a session keep its owner from no other door
      const place = { name: sessionId ?? "token", known: false };
      const tried = { account, typed: current ?? "", login: `account ${account}`, place, now };
      const given = typeof current === "string" && account !== null;
      const proved = given && (await isPasswordOf(db, services.keys, tried));
      if (isProblem(proved)) refuse(proved);
      return own(context, (tx) => access.setPassword(tx, context, { proved, password }));
    },
    openAccounts: (_, args, context) =>
      codes(context, async (tx, issuing) => {
        const classId = decodeId("SchoolClass", args.classId);
        if (classId === null) return malformed(args.classId, "classId");
        return opening.openAccounts(tx, context.viewer, { classId, renew: args.renew ?? false }, issuing);
      }),
    restoreAccess: (_, { accountId, reason }, context) =>
      codes(context, async (tx, issuing) => {
        const id = decodeId("LearnerAccount", accountId) ?? decodeId("StaffAccount", accountId);
        if (id === null) return malformed(accountId, "accountId");
        return opening.restoreAccess(tx, context.viewer, { accountId: id, reason }, issuing);
      }),
    inviteGuardian: (_, { input }, context) =>
      codes(context, async (tx, issuing) => {
        const learnerId = decodeId("Learner", input.learnerId);
        if (learnerId === null) return malformed(input.learnerId, "learnerId");
        const { bornOn } = context.services;
        return opening.inviteGuardian(tx, context.viewer, { ...input, learnerId }, { ...issuing, bornOn });
      }),
    async endGuardianship(_, { capacityId, reason }, context) {
      const id = decodeId("Guardianship", capacityId);
      const ended = await context.write(async (tx) => {
        if (id === null) return malformed(capacityId, "capacityId");
        return opening.endGuardianship(tx, context.viewer, { capacityId: id, reason }, context);
      });
      if (isProblem(ended))
        return toPayload(ended, context.language, ["ForbiddenProblem", "InvalidInputProblem", "NotFoundProblem"]);
      context.services.identity.forget(ended);
      return { __typename: "EndGuardianshipSuccess", id: capacityId };
    },
    async acceptInvitation(_, { code }, context) {
      const { db, services, viewer, now } = context;
      const accepted = await acceptInvitation({ db, keys: services.keys }, viewer, code, now);
      context.refresh();
      if (isProblem(accepted))
        return toPayload(accepted, context.language, ["ForbiddenProblem", "InvalidInputProblem"]);
      services.identity.forget(accepted);
      return { __typename: "AcceptInvitationSuccess", viewer: found(await accountById(context.tx, accepted)) };
    },
    async revokeAccess(_, { login }, context) {
      const account = await context.services.identity.accountIdOf(context.viewer, login);
      const ended = await context.write((tx) => opening.revokeAccess(tx, context.viewer, account));
      if (isProblem(ended)) return toPayload(ended, context.language, ["ForbiddenProblem", "NotFoundProblem"]);
      return { __typename: "AccessEndedSuccess", login };
    },
  },
  SignInIssuer: { name: ({ title }) => ({ ...title }) },
  SignInSession: { id: ({ accountId, id }) => encodeId("SignInSession", accountId, id) },
  AccountPasskey: { id: ({ accountId, id }) => encodeId("AccountPasskey", accountId, id) },
  LinkedIdentity: {
    id: ({ id }) => encodeId("LinkedIdentity", id),
    name({ issuer }, _, { services }) {
      const known = services.identity.issuers().find((each) => each.issuer === issuer);
      return known === undefined ? null : { ...known.title };
    },
  },
  LearnerAccount: {
    id: ({ accountId }) => encodeId("LearnerAccount", accountId),
    guardianship: ({ role, capacityId, relation, evidence, inForce }) =>
      role === "GUARDIAN"
        ? { id: encodeId("Guardianship", capacityId), relation, documentSeen: evidence, inForce }
        : null,
  },
  StaffAccount: { id: ({ accountId }) => encodeId("StaffAccount", accountId) },
  StaffRole: {
    institution: ({ institutionId }, _, { loaders }) =>
      institutionId === null ? null : loaders.institution.load(institutionId),
  },
  ClassAccounts: { id: ({ id }) => encodeId("SchoolClass", id) },
};
