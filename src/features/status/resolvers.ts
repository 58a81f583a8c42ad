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
import * as service from "./service.ts";
import type { StatusChangeRow } from "./store.ts";

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

/** A programme by its id in the contract; null where none is named. */
function programmeIn(text: string | null): Id | null | Problem {
  return text === null ? null : (decodeId("Programme", text) ?? malformed(text, "programmeId"));
}

export const resolvers: Resolvers = {
  Query: {
    async statusChanges(_, args, context) {
      const page = pageOf(args, 2);
      const [at = "", id = ""] = page?.after ?? [];
      if (page === null || (page.after !== null && !(isMoment(at) && isId(id))))
        return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
      const named = args.learnerId ?? null;
      const learnerId = named === null ? null : decodeId("Learner", named);
      if (named !== null && learnerId === null) return refuse(malformed(named, "learnerId"));
      const filter = { ...page, learnerId, state: args.state ?? null };
      const rows = await service.statusChanges(context.tx, context.viewer, filter);
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
      const { cohort = null, className = null, toSchoolName = null } = input;
      const where = { programmeId, cohort, className, toSchoolName };
      const wish = { ...input, ...where, learnerId: of.learnerId, registrationId: of.id };
      return act(context, (tx) =>
        service.recordStatusChange(tx, services.keys, viewer, wish, { id: v7(), now, today }),
      );
    },
    async confirmStatusChange(_, { statusChangeId, studentNo = null }, context) {
      const of = ownedId("StatusChange", statusChangeId, "statusChangeId");
      if (isProblem(of)) return refused(of, context);
      const { viewer, services, now, today } = context;
      const opened = { id: v7(), studentNo };
      return act(context, (tx) => service.confirmStatusChange(tx, services.keys, viewer, of, opened, { now, today }));
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
    effects: (row, _, { tx, viewer }) => service.effectsNow(tx, viewer, row),
  },
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
