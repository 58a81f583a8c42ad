import { connectionOf, pageOf } from "../../api/connection.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeNode, encodeId } from "../../api/node-id.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import { isId, type Id } from "../../domain/id.ts";
import { isProblem, problem } from "../../domain/problem.ts";
import * as service from "./service.ts";
import type { NoticeKey, NoticeRow } from "./store.ts";
import { textOf } from "./words.ts";

/** The page of a list that goes on after a moment and two ids. */
function page(args: Parameters<typeof pageOf>[0]) {
  const asked = pageOf(args, 3);
  const [at = "", ...ids] = asked?.after ?? [];
  if (asked === null || (asked.after !== null && (Number.isNaN(Date.parse(at)) || !ids.every(isId)))) {
    return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
  }
  return asked;
}

const place = (row: NoticeRow): string[] => [row.happenedAt, row.eventId, row.learnerId];

/** The notices that ids name; null where one is no notice's. */
function keysOf(accountId: Id, ids: readonly string[]): readonly NoticeKey[] | null {
  const keys: NoticeKey[] = [];
  for (const id of ids) {
    const decoded = decodeNode(id);
    const [eventId, learnerId] = decoded?.ids ?? [];
    if (decoded?.type !== "Notice" || eventId === undefined || learnerId === undefined) return null;
    keys.push({ accountId, eventId, learnerId });
  }
  return keys;
}

export const resolvers: Resolvers = {
  Query: {
    async notices(_, args, context) {
      const asked = page(args);
      const filter = { ...asked, unreadOnly: args.unreadOnly ?? false };
      const rows = await service.inbox(context.tx, context.viewer, filter);
      return isProblem(rows) ? refuse(rows) : connectionOf(rows, asked, place);
    },
    unreadNotices: (_, __, { tx, viewer }) => service.unreadCount(tx, viewer),
    async unreadNoticesOfClass(_, args, context) {
      const asked = page(args);
      const rows = await service.unreadOfWards(context.tx, context.viewer, asked);
      return isProblem(rows) ? refuse(rows) : connectionOf(rows, asked, place);
    },
    noticeAddresses: (_, __, { tx, viewer }) => service.addresses(tx, viewer),
  },
  Mutation: {
    async remindClass(_, __, context) {
      const { tx, viewer, now, today } = context;
      const answer = await service.remindWards(tx, viewer, { now, today }, (act) => context.post(act));
      return isProblem(answer)
        ? toPayload(answer, context.language, ["ForbiddenProblem"])
        : { __typename: "RemindClassSuccess", reminded: answer };
    },
    async readNotices(_, { ids }, context) {
      const { viewer } = context;
      const keys = ids === null || ids === undefined ? null : keysOf(viewer.accountId ?? "", ids);
      const answer =
        keys === null && ids !== null && ids !== undefined
          ? problem("MALFORMED_ID", { id: "" }, ["ids"])
          : await context.write((tx) => service.markRead(tx, viewer, keys, context.now));
      return isProblem(answer)
        ? toPayload(answer, context.language, ["ForbiddenProblem", "InvalidInputProblem"])
        : { __typename: "ReadNoticesSuccess", unread: answer.unread };
    },
    async setNoticeAddress(_, { input }, context) {
      const wish = {
        channel: input.channel,
        address: input.address ?? null,
        frequency: input.frequency ?? ("EACH" as const),
      };
      const answer = await context.write((tx) => service.setAddress(tx, context.viewer, wish));
      return isProblem(answer)
        ? toPayload(answer, context.language, ["ForbiddenProblem", "InvalidInputProblem"])
        : { __typename: "SetNoticeAddressSuccess", addresses: [...answer] };
    },
  },
  Notice: {
    id: (row) => encodeId("Notice", row.eventId, row.learnerId),
    title: (row, _, { language }) => textOf(row, language).title,
    text: (row, _, { language }) => textOf(row, language).text,
  },
  UnreadNotice: {
    learnerName: ({ params }) => (typeof params["learner"] === "string" ? params["learner"] : ""),
    title: (row, _, { language }) => textOf({ ...row, regard: "CLASS_TEACHER" }, language).title,
    text: (row, _, { language }) => textOf({ ...row, regard: "CLASS_TEACHER" }, language).text,
  },
};
