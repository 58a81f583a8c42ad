import { connectionOf, type Page, pageOf } from "../../api/connection.ts";
import type { Resolvers, Role } from "../../api/generated/resolvers.ts";
import { decodeId, encodeId } from "../../api/node-id.ts";
import { refuse } from "../../api/problems.ts";
import { ASSIGNED_ROLES, type Language } from "../../auth/viewer.ts";
import { isProblem, problem } from "../../domain/problem.ts";
import { messages } from "../../messages/index.ts";
import * as service from "./service.ts";

function page(args: Parameters<typeof pageOf>[0]): Page {
  const asked = pageOf(args, 2);
  if (asked === null || (asked.after !== null && !service.isPlace(asked.after)))
    return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
  return asked;
}

const place = (row: { readonly at: string; readonly id: string }): string[] => [row.at, row.id];

/** What was done, in words; a code that has none (of an earlier version) as it is. */
function actionText(action: string, language: Language): string {
  const words: Readonly<Record<string, string>> = messages(language).action;
  return words[action] ?? action;
}

const assignedRole = (role: string): Role | null => ASSIGNED_ROLES.find((each) => each === role) ?? null;

export const resolvers: Resolvers = {
  Query: {
    async auditEntries(_, { filter, ...args }, context) {
      const asked = page(args);
      const learnerId = typeof filter?.learnerId === "string" ? decodeId("Learner", filter.learnerId) : null;
      if (learnerId === null && typeof filter?.learnerId === "string")
        return refuse(problem("MALFORMED_ID", { id: filter.learnerId.slice(0, 100) }, ["filter", "learnerId"]));
      const { accountLogin = null, action = null, from = null, until = null, outcome = null } = filter ?? {};
      const wish = { learnerId, accountLogin, action, from, until, outcome };
      const rows = await service.search(context.tx, context.viewer, wish, asked);
      return isProblem(rows) ? refuse(rows) : connectionOf(rows, asked, place);
    },
    async accessLog(_, args, context) {
      const asked = page(args);
      const rows = await service.accessLog(context.tx, context.viewer, asked);
      return isProblem(rows) ? refuse(rows) : connectionOf(rows, asked, place);
    },
  },
  AuditAccount: { id: (row) => encodeId("Account", row.id) },
  AuditEntry: {
    id: (row) => encodeId("AuditEntry", row.id),
    account: (row, _, { loaders }) => (row.accountId === null ? null : loaders.auditAccount.load(row.accountId)),
    target: (row, _, { loaders }) =>
      row.resourceType !== "Account" || row.resourceId === null ? null : loaders.auditAccount.load(row.resourceId),
    role: (row) => assignedRole(row.role),
    institution: (row, _, { loaders }) =>
      row.institutionId === null ? null : loaders.institution.load(row.institutionId),
    actionText: (row, _, { language }) => actionText(row.action, language),
    learnerIds: (row) => row.learnerIds.map((id) => encodeId("Learner", id)),
    address: (row) => row.detail?.address ?? null,
    reason: (row) => row.detail?.reason ?? null,
  },
  AccessLogEntry: {
    id: (row) => encodeId("AuditEntry", row.id),
    role: (row) => assignedRole(row.role),
    institution: (row, _, { loaders }) =>
      row.institutionId === null ? null : loaders.institution.load(row.institutionId),
    actionText: (row, _, { language }) => actionText(row.action, language),
  },
};
