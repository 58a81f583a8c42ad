import { v7 } from "uuid";
import { connectionOf, type Page, pageOf } from "../../api/connection.ts";
import type { Context } from "../../api/context.ts";
import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeId, decodeNode, encodeId } from "../../api/node-id.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import { isMoment } from "../../domain/date.ts";
import { type Id, isId } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { standingOf } from "../../domain/public-notice.ts";
import { prepareObjection } from "./objections.ts";
import * as service from "./service.ts";
import * as store from "./store.ts";

const PROBLEMS = ["ForbiddenProblem", "NotFoundProblem", "InvalidInputProblem", "ConflictProblem"] as const;
const UNSIGNED_PROBLEMS = ["NotFoundProblem", "InvalidInputProblem", "ConflictProblem"] as const;

const malformed = (id: string, field: string): Problem => problem("MALFORMED_ID", { id: id.slice(0, 100) }, [field]);

/** A page of notices: it goes on after a moment and an id. */
function noticePage(args: Parameters<typeof pageOf>[0]): Page {
  const page = pageOf(args, 2);
  const [at = "", id = ""] = page?.after ?? [];
  if (page === null || (page.after !== null && !(isMoment(at) && isId(id)))) {
    return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
  }
  return page;
}

const place = (row: store.PublicNoticeRow): string[] => [row.openedAt, row.id];

/** What an id of a type names: a school's thing. */
function ownedId(type: "PublicNotice" | "PublicNoticeObjection", text: string) {
  const node = decodeNode(text);
  const [institutionId, id] = node?.ids ?? [];
  if (node?.type !== type || institutionId === undefined || id === undefined) return malformed(text, "id");
  return { institutionId, id };
}

const refused = (fault: Problem, context: Context) => toPayload(fault, context.language, PROBLEMS);
const success = (notice: store.PublicNoticeRow) => ({ __typename: "PublicNoticeSuccess" as const, notice });

async function noticeOrProblem(context: Context, of: { readonly institutionId: Id; readonly noticeId: Id } | Problem) {
  if (isProblem(of)) return refused(of, context);
  return success(found(await store.noticeById(context.tx, of.institutionId, of.noticeId)));
}

export const resolvers: Resolvers = {
  Query: {
    async publicNotices(_, { institutionKey, ...args }, { tx, now }) {
      const page = noticePage(args);
      return connectionOf(await service.openNotices(tx, now, institutionKey ?? null, page), page, place);
    },
    async publicNotice(_, { id }, { tx, now }) {
      const of = ownedId("PublicNotice", id);
      return isProblem(of) ? refuse(of) : service.openNotice(tx, now, of.institutionId, of.id);
    },
    async schoolPublicNotices(_, args, { tx, viewer }) {
      const page = noticePage(args);
      const rows = await service.schoolNotices(tx, viewer, page);
      return isProblem(rows) ? refuse(rows) : connectionOf(rows, page, place);
    },
    objectionAnswer: (_, { code }, { tx }) => service.objectionAnswer(tx, code),
  },
  Mutation: {
    async openPublicNotice(_, { input }, context) {
      const { tx, viewer, now, today } = context;
      const rows: { readonly learnerId: Id; readonly item: string }[] = [];
      for (const { learnerId: text, item } of input.rows ?? []) {
        const learnerId = decodeId("Learner", text);
        if (learnerId === null) return refused(malformed(text, "learnerId"), context);
        rows.push({ learnerId, item });
      }
      const named = input.batchId ?? null;
      const batchId = named === null ? null : decodeId("DepositBatch", named);
      if (named !== null && batchId === null) return refused(malformed(named, "batchId"), context);
      const at = { id: v7(), now, today };
      const wish = { ...input, words: input.words ?? null, rows, batchId };
      const composed = await service.composeForRegistrar(tx, viewer, wish, at);
      if (isProblem(composed)) return refused(composed, context);
      return noticeOrProblem(
        context,
        await context.post((writer) => service.openForRegistrar(writer, viewer, composed)),
      );
    },
    async withdrawPublicNotice(_, { id, reason }, context) {
      const of = ownedId("PublicNotice", id);
      if (isProblem(of)) return refused(of, context);
      const done = await context.write((tx) => service.withdrawNotice(tx, context.viewer, of, reason, context.now));
      return isProblem(done) ? refused(done, context) : success(done);
    },
    async objectToPublicNotice(_, { input }, context) {
      const { tx, services, now, today, language } = context;
      const of = ownedId("PublicNotice", input.noticeId);
      if (isProblem(of)) return toPayload(of, language, UNSIGNED_PROBLEMS);
      const notice = await service.openNotice(tx, now, of.institutionId, of.id);
      const { words, position = null, name = null, contact = null } = input;
      const said = { words, position, name, contact };
      const prepared = await prepareObjection(tx, services.keys, notice, said, { id: v7(), now, today });
      if (isProblem(prepared)) return toPayload(prepared, language, UNSIGNED_PROBLEMS);
      const filed = await context.post((writer) => service.fileObjection(writer, prepared));
      if (isProblem(filed)) return toPayload(filed, language, UNSIGNED_PROBLEMS);
      return { __typename: "ObjectionSuccess", ...filed };
    },
    async takeUpObjection(_, { id }, context) {
      const of = ownedId("PublicNoticeObjection", id);
      if (isProblem(of)) return refused(of, context);
      const done = await context.write((tx) => service.takeUpObjection(tx, context.viewer, of, context.now));
      return isProblem(done) ? refused(done, context) : success(done);
    },
    async answerObjection(_, { id, outcome, answer }, context) {
      const of = ownedId("PublicNoticeObjection", id);
      if (isProblem(of)) return refused(of, context);
      const said = { outcome, answer };
      return noticeOrProblem(
        context,
        await context.post((writer) => service.answerObjection(writer, context.viewer, of, said, context.now)),
      );
    },
    async setPublicNoticePeriod(_, { input }, context) {
      const { kind, workingDays, answerWorkingDays } = input;
      const { document, clause, url } = input.citation;
      const citation = { document, clause, ...(url === null || url === undefined ? {} : { url }) };
      const wish = { kind, workingDays, answerWorkingDays, citation };
      const done = await context.write((tx) => service.setPeriod(tx, context.viewer, wish, context.now));
      if (isProblem(done)) return toPayload(done, context.language, ["ForbiddenProblem", "InvalidInputProblem"]);
      return {
        __typename: "PublicNoticePeriodSuccess",
        institution: found(await context.loaders.institution.load(done)),
      };
    },
  },
  Institution: { publicNoticePeriods: ({ id }, _, { tx }) => service.periodsAt(tx, id) },
  PublicNoticePeriod: { isSetting: ({ certainty }) => certainty !== "VERIFIED" },
  PublicNotice: {
    id: (row) => encodeId("PublicNotice", row.institutionId, row.id),
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
    lengthIsSetting: ({ certainty }) => certainty !== "VERIFIED",
    async items(row, args, { tx }) {
      const page = pageOf(args, 1);
      if (page === null || (page.after !== null && !/^\d{1,6}$/.test(page.after[0] ?? ""))) {
        return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
      }
      return connectionOf(await store.itemsOf(tx, row, page), page, (item) => [String(item.position)]);
    },
  },
  PublicNoticeItem: {
    school: ({ schoolId }, _, { loaders }) => (schoolId === null ? null : loaders.institution.load(schoolId)),
    department: ({ departmentId }, _, { loaders }) =>
      departmentId === null ? null : loaders.department.load(departmentId),
  },
  SchoolPublicNotice: {
    notice: (row) => row,
    async standing(row, _, { loaders, now }) {
      const standing = standingOf(row, await loaders.objectionsOfNotice.load(row.id), now);
      // what stands here was opened
      return standing === "NOT_OPENED" ? "OPEN" : standing;
    },
    async objections(row, _, { loaders, services }) {
      const rows = await loaders.objectionsOfNotice.load(row.id);
      return rows.map((each) => service.openObjection(services.keys, each));
    },
  },
  PublicNoticeObjection: { id: (row) => encodeId("PublicNoticeObjection", row.institutionId, row.id) },
};
