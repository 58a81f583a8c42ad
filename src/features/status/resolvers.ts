import { v7 } from "uuid";
import { connectionOf, pageOf } from "../../api/connection.ts";
import type { Context } from "../../api/context.ts";
import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeId, decodeNode, encodeId } from "../../api/node-id.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import { isMoment } from "../../domain/date.ts";
import { type Id, isId } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { changesOf } from "../../domain/registry/registration.ts";
import { placeInPathway } from "./pathways.ts";
import * as service from "./service.ts";
import type { StatusChangeRow } from "./store.ts";
import type { TransferListRow } from "./transfer-store.ts";
import * as transferring from "./transferring.ts";

const PROBLEMS = ["ForbiddenProblem", "NotFoundProblem", "InvalidInputProblem", "ConflictProblem"] as const;

const malformed = (id: string, field: string): Problem => problem("MALFORMED_ID", { id: id.slice(0, 100) }, [field]);
const refused = (fault: Problem, context: Context) => toPayload(fault, context.language, PROBLEMS);

/** What a learner's row is called in the contract: its learner and its own id. */
function ownedId(type: string, text: string, field: string): service.StatusChangeId | Problem {
  const node = decodeNode(text);
  const [learnerId, id] = node?.ids ?? [];
  if (node?.type !== type || learnerId === undefined || id === undefined) return malformed(text, field);
  return { learnerId, id };
}

async function act(context: Context, doing: Parameters<typeof context.write<StatusChangeRow | Problem>>[0]) {
  const done = await context.write(doing);
  return isProblem(done) ? refused(done, context) : { __typename: "StatusChangeSuccess" as const, statusChange: done };
}

/** A page of rows in the order of when they were written down. */
function changePage(args: Parameters<typeof pageOf>[0]) {
  const page = pageOf(args, 2);
  const [at = "", id = ""] = page?.after ?? [];
  if (page !== null && (page.after === null || (isMoment(at) && isId(id)))) return page;
  return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
}

/** A list by its id in the contract: its school and its own id. */
function listKey(text: string): { readonly institutionId: Id; readonly id: Id } | Problem {
  const node = decodeNode(text);
  const [institutionId, id] = node?.ids ?? [];
  if (node?.type !== "TransferList" || institutionId === undefined || id === undefined)
    return malformed(text, "listId");
  return { institutionId, id };
}

const making = ({ now, today }: Context): transferring.Making => ({ now, today, newId: () => v7() });

async function listOf(context: Context, doing: Parameters<typeof context.write<TransferListRow | Problem>>[0]) {
  const done = await context.write(doing);
  return isProblem(done) ? refused(done, context) : { __typename: "TransferListSuccess" as const, transferList: done };
}

/** A programme by its id in the contract; null where none is named. */
function programmeIn(text: string | null): Id | null | Problem {
  return text === null ? null : (decodeId("Programme", text) ?? malformed(text, "programmeId"));
}

export const resolvers: Resolvers = {
  Query: {
    async statusChanges(_, args, context) {
      const page = changePage(args);
      const named = args.learnerId ?? null;
      const learnerId = named === null ? null : decodeId("Learner", named);
      if (named !== null && learnerId === null) return refuse(malformed(named, "learnerId"));
      const filter = { ...page, learnerId, state: args.state ?? null };
      const rows = await service.statusChanges(context.tx, context.viewer, filter);
      return isProblem(rows) ? refuse(rows) : connectionOf(rows, page, (row) => [row.recordedAt, row.id]);
    },
    async transferList(_, { id }, { tx, viewer }) {
      const key = listKey(id);
      return isProblem(key) ? refuse(key) : transferring.transferList(tx, viewer, key);
    },
    async transferLists(_, args, context) {
      const page = changePage(args);
      const rows = await transferring.transferLists(context.tx, context.viewer, page);
      return isProblem(rows) ? refuse(rows) : connectionOf(rows, page, (row) => [row.recordedAt, row.id]);
    },
  },
  Mutation: {
    async recordStatusChange(_, { input }, context) {
      const of = ownedId("Registration", input.registrationId, "registrationId");
      if (isProblem(of)) return refused(of, context);
      const programmeId = programmeIn(input.programmeId ?? null);
      if (isProblem(programmeId)) return refused(programmeId, context);
      const { viewer, services, now, today } = context;
      const { cohort = null, className = null, toSchoolName = null, lateReason = null } = input;
      const where = { programmeId, cohort, className, toSchoolName, lateReason };
      const wish = { ...input, ...where, learnerId: of.learnerId, registrationId: of.id };
      return act(context, (tx) =>
        service.recordStatusChange(tx, services.keys, viewer, wish, { id: v7(), now, today }),
      );
    },
    async confirmStatusChange(_, { statusChangeId, studentNo = null, className = null }, context) {
      const of = ownedId("StatusChange", statusChangeId, "statusChangeId");
      if (isProblem(of)) return refused(of, context);
      const { viewer, services, now, today } = context;
      const opened = { id: v7(), studentNo, className, lateReason: null };
      return act(context, (tx) => service.confirmStatusChange(tx, services.keys, viewer, of, opened, { now, today }));
    },
    async placeInPathway(_, { input }, context) {
      const of = ownedId("Registration", input.registrationId, "registrationId");
      if (isProblem(of)) return refused(of, context);
      const named = input.pathwayId ?? null;
      const pathwayId = named === null ? null : decodeId("Pathway", named);
      if (named !== null && pathwayId === null) return refused(malformed(named, "pathwayId"), context);
      const { viewer, services, today } = context;
      const placing = { learnerId: of.learnerId, registrationId: of.id, pathwayId };
      const done = await context.write((tx) => placeInPathway(tx, services.keys, viewer, placing, today));
      if (isProblem(done)) return refused(done, context);
      return { __typename: "PlaceInPathwaySuccess", registration: done };
    },
    async makeTransferList(_, { input }, context) {
      const [pathwayId, programmeId] = [decodeId("Pathway", input.pathwayId), decodeId("Programme", input.programmeId)];
      if (pathwayId === null) return refused(malformed(input.pathwayId, "pathwayId"), context);
      if (programmeId === null) return refused(malformed(input.programmeId, "programmeId"), context);
      const { className = null, lateReason = null } = input;
      const told = { results: input.results ?? [], declined: input.declined ?? [] };
      const wish = { ...input, ...told, pathwayId, programmeId, className, lateReason };
      const { viewer, services } = context;
      return listOf(context, (tx) => transferring.makeTransferList(tx, services.keys, viewer, wish, making(context)));
    },
    async publishTransferList(_, { input: { listId, ...words } }, context) {
      const key = listKey(listId);
      if (isProblem(key)) return refused(key, context);
      const { viewer } = context;
      const prepared = await transferring.prepareTransferList(context.tx, viewer, key, words, making(context));
      if (isProblem(prepared)) return refused(prepared, context);
      const fault = await context.post((tx) => transferring.publishTransferList(tx, viewer, prepared));
      if (fault !== null) return refused(fault, context);
      const list = await transferring.transferList(context.tx, viewer, key);
      return { __typename: "TransferListSuccess", transferList: found(list) };
    },
    async withdrawTransferList(_, { listId, reason }, context) {
      const key = listKey(listId);
      if (isProblem(key)) return refused(key, context);
      const { viewer, now } = context;
      return listOf(context, (tx) => transferring.withdrawTransferList(tx, viewer, key, reason, now));
    },
    async acceptTransfers(_, { input }, context) {
      const { className = null, lateReason = null } = input;
      const rows: transferring.Acceptance[] = [];
      for (const { statusChangeId, studentNo = null } of input.rows) {
        const of = ownedId("StatusChange", statusChangeId, "statusChangeId");
        if (isProblem(of)) return refused(of, context);
        rows.push({ of, opened: { id: v7(), studentNo, className, lateReason } });
      }
      const { viewer, services, now, today } = context;
      const done = await context.write((tx) =>
        transferring.acceptTransfers(tx, services.keys, viewer, rows, { now, today }),
      );
      if (isProblem(done)) return refused(done, context);
      return { __typename: "AcceptTransfersSuccess", statusChanges: [...done] };
    },
    async rejectStatusChange(_, { statusChangeId, reason }, context) {
      const of = ownedId("StatusChange", statusChangeId, "statusChangeId");
      if (isProblem(of)) return refused(of, context);
      return act(context, (tx) => service.rejectStatusChange(tx, context.viewer, of, reason, context.now));
    },
    async fileStatusChange(_, { input }, context) {
      const of = ownedId("StatusChange", input.statusChangeId, "statusChangeId");
      if (isProblem(of)) return refused(of, context);
      const filing = { state: input.filing, on: input.on, note: input.note ?? null };
      return act(context, (tx) => service.fileStatusChange(tx, context.viewer, of, filing, context.today));
    },
  },
  Registration: { changes: ({ status }) => [...changesOf(status)] },
  StatusChange: {
    id: (row) => encodeId("StatusChange", row.learnerId, row.id),
    learnerId: (row) => encodeId("Learner", row.learnerId),
    withConsent: (row) => row.consentId !== null,
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
    toInstitution: (row, _, { loaders }) =>
      row.toInstitutionId === null ? null : loaders.institution.load(row.toInstitutionId),
    programme: async (row, _, { loaders }) => found(await loaders.programme.load(row.programmeBefore)),
    programmeAfter: async (row, _, { loaders }) => found(await loaders.programme.load(row.programmeAfter)),
    classAfter: async (row, _, { loaders }) =>
      row.classAfter === null ? null : ((await loaders.schoolClass.load(row.classAfter))?.name ?? null),
    mayConfirm: (row, _, { viewer }) => service.mayConfirm(viewer, row),
    mayReject: (row, _, { viewer }) => service.mayReject(viewer, row),
    findings: (row) => [...(row.findings ?? [])],
    standing: (row, _, { tx, now }) => service.standingOf(tx, row, now),
    // of a list they are what was read when it was made, and again when each is taken in: a page of them is a class
    effects: (row, _, { tx, viewer }) => (row.listId === null ? service.effectsNow(tx, viewer, row) : row.effects),
  },
  TransferList: {
    id: (row) => encodeId("TransferList", row.institutionId, row.id),
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
    toInstitution: async (row, _, { loaders }) => found(await loaders.institution.load(row.toInstitutionId)),
    pathway: async (row, _, { loaders }) => found(await loaders.pathway.load(row.pathwayId)),
    programme: async (row, _, { loaders }) => found(await loaders.programme.load(row.programmeBefore)),
    programmeAfter: async (row, _, { loaders }) => found(await loaders.programme.load(row.programmeAfter)),
    cohort: (row) => row.cohortBefore,
    mayPublish: (row, _, { viewer }) => transferring.mayPublish(viewer, row),
    mayWithdraw: (row, _, { viewer }) => transferring.mayWithdraw(viewer, row),
    mayAccept: (row, _, { viewer }) => transferring.mayAccept(viewer, row),
    async changes(row, args, { tx, viewer }) {
      const page = changePage(args);
      const rows = await service.statusChanges(tx, viewer, { ...page, learnerId: null, state: null, listId: row.id });
      return isProblem(rows) ? refuse(rows) : connectionOf(rows, page, (each) => [each.recordedAt, each.id]);
    },
  },
  TransferFinding: { missing: ({ missing }) => [...missing] },
  StatusChangeEffects: {
    // what was recorded before there were applications says nothing of them
    openApplications: (row) => (row as Partial<typeof row>).openApplications ?? 0,
    carriedOver: ({ transition }) => [...(transition?.carriedOver ?? [])],
    proposal: ({ transition }) => [...(transition?.proposal ?? [])],
    makeUp: ({ transition }) => [...(transition?.makeUp ?? [])],
  },
  SeatGivenUp: { section: ({ number }) => number, course: ({ title }) => title },
  NamedCourse: { id: ({ courseId }) => encodeId("Course", courseId) },
  ProposedRecognition: { achievementCount: ({ achievementIds }) => achievementIds.length },
};
