import { v7 } from "uuid";
import { connectionOf, pageOf } from "../../api/connection.ts";
import type { Context } from "../../api/context.ts";
import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeId, encodeId } from "../../api/node-id.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import type { Id } from "../../domain/id.ts";
import { isProblem, problem } from "../../domain/problem.ts";
import { availableTo, takenIn } from "../../domain/selection/seating.ts";
import { writeMeeting } from "../../domain/selection/timetable-text.ts";
import { Asking } from "./asking.ts";
import { confirmReturnedGrades, decideReturnedGrades } from "./confirming.ts";
import { homeValueOf } from "./home-value.ts";
import { publishSection } from "./publish.ts";
import { returnGrades } from "./returning.ts";
import * as service from "./service.ts";
import { seatsOf } from "./store.ts";

const SEAT_PROBLEMS = ["ForbiddenProblem", "NotFoundProblem", "InvalidInputProblem", "SeatRefusedProblem"] as const;
const SHEET_PROBLEMS = ["ForbiddenProblem", "NotFoundProblem", "InvalidInputProblem", "ConflictProblem"] as const;
const PUBLISH_PROBLEMS = ["ForbiddenProblem", "InvalidInputProblem", "ConflictProblem"] as const;
const CONFIRM_PROBLEMS = ["ForbiddenProblem", "NotFoundProblem", "ConflictProblem"] as const;

const malformed = (id: string) => problem("MALFORMED_ID", { id: id.slice(0, 100) }, ["sectionId"]);

/** What the services ask for to take and give up seats. */
function atTheDesk(context: Context): service.AtTheDesk {
  const { tx, viewer, now, today, services } = context;
  return { tx, viewer, now, today, desk: services.seats, keys: services.keys, release: () => context.refresh() };
}

export const resolvers: Resolvers = {
  Query: {
    async sections(_, args, context) {
      const page = pageOf(args, 3);
      if (page === null) return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
      const filter = { ...page, termCode: args.termCode ?? null };
      const keys = await service.sections(context.tx, filter, await Asking.of(context).school());
      const rows = await Promise.all(keys.map(async ({ id }) => found(await context.loaders.section.load(id))));
      return connectionOf(rows, page, (row) => [row.termCode, row.number, row.id]);
    },
    section(_, args, context) {
      const id = decodeId("Section", args.id);
      return id === null ? refuse({ ...malformed(args.id), path: ["id"] }) : context.loaders.section.load(id);
    },
    async mySeats(_, __, context) {
      const seats = await service.mySeats(context.tx, context.viewer);
      return isProblem(seats) ? refuse(seats) : seats;
    },
  },
  Subscription: {
    sectionSeats: {
      async subscribe(_, { sectionId }, context) {
        const id = decodeId("Section", sectionId);
        if (id === null) return refuse(malformed(sectionId));
        // whoever may not see the section has nothing to wait for
        if ((await context.loaders.section.load(id)) === null) return refuse(problem("NOT_FOUND", {}, ["sectionId"]));
        return context.services.news.of("guantong_section", id);
      },
      async resolve(id: Id, _: unknown, context: Context) {
        if (!(await context.services.identity.stillHolds(context.viewer, context.today)))
          return refuse(problem("FORBIDDEN"));
        return found(await context.loaders.section.load(id));
      },
    },
  },
  Mutation: {
    async publishSection(_, { input }, context) {
      const campus = input.campusId ?? null;
      const campusId = campus === null ? null : decodeId("Campus", campus);
      if (campus !== null && campusId === null)
        return toPayload({ ...malformed(campus), path: ["campusId"] }, context.language, PUBLISH_PROBLEMS);
      const draft = {
        ...input,
        campusId,
        reservations: input.reservations ?? [],
        meetings: (input.meetings ?? []).map((meeting) => ({ ...meeting, weekday: meeting.weekday ?? null })),
      };
      const id = await context.write((tx) => publishSection(tx, context.viewer, draft));
      if (isProblem(id)) return toPayload(id, context.language, PUBLISH_PROBLEMS);
      return { __typename: "PublishSectionSuccess", section: found(await context.loaders.section.load(id)) };
    },
    async takeSeat(_, args, context) {
      const sectionId = decodeId("Section", args.sectionId);
      if (sectionId === null) return toPayload(malformed(args.sectionId), context.language, SEAT_PROBLEMS);
      const wish = { sectionId, idempotencyKey: args.idempotencyKey, seatId: v7() };
      const seat = await service.takeSeat(atTheDesk(context), wish);
      return isProblem(seat) ? toPayload(seat, context.language, SEAT_PROBLEMS) : { __typename: "SeatSuccess", seat };
    },
    async dropSeat(_, args, context) {
      const sectionId = decodeId("Section", args.sectionId);
      if (sectionId === null) return toPayload(malformed(args.sectionId), context.language, SEAT_PROBLEMS);
      const seat = await service.dropSeat(atTheDesk(context), sectionId);
      return isProblem(seat) ? toPayload(seat, context.language, SEAT_PROBLEMS) : { __typename: "SeatSuccess", seat };
    },
    async returnGrades(_, { completedOn, rows, ...args }, context) {
      const sectionId = decodeId("Section", args.sectionId);
      if (sectionId === null) return toPayload(malformed(args.sectionId), context.language, SHEET_PROBLEMS);
      const answer = await context.post((tx) =>
        returnGrades(tx, context.viewer, { sectionId, completedOn, rows }, context),
      );
      if (isProblem(answer)) return toPayload(answer, context.language, SHEET_PROBLEMS);
      const section = found(await context.loaders.section.load(sectionId));
      return { __typename: "ReturnGradesSuccess", section, ...answer };
    },
    async confirmReturnedGrades(_, args, context) {
      const sectionId = decodeId("Section", args.sectionId);
      if (sectionId === null) return toPayload(malformed(args.sectionId), context.language, CONFIRM_PROBLEMS);
      const at = { now: context.now, today: context.today, newId: v7 };
      const decided = await decideReturnedGrades(context.tx, context.viewer, sectionId, at);
      const answer = isProblem(decided) ? decided : await context.post((tx) => confirmReturnedGrades(tx, decided));
      if (isProblem(answer)) return toPayload(answer, context.language, CONFIRM_PROBLEMS);
      const seats = await Promise.all(answer.seatIds.map(async (id) => found(await context.loaders.seat.load(id))));
      const { deposited, recognised } = answer;
      return { __typename: "ConfirmGradesSuccess", deposited, recognised, seats };
    },
  },
  Section: {
    id: (row) => encodeId("Section", row.id),
    course: async (row, _, { loaders }) => found(await loaders.course.load(row.courseId)),
    host: async (row, _, { loaders }) => found(await loaders.institution.load(row.hostInstitutionId)),
    campus: (row, _, { loaders }) => (row.campusId === null ? null : loaders.campus.load(row.campusId)),
    taken: (row) => takenIn(seatsOf(row)),
    available: async (row, _, context) => availableTo(seatsOf(row), await Asking.of(context).school()),
    countsAtHome: async (row, _, context) => {
      const world = await Asking.of(context).homeWorld();
      return world === null ? null : homeValueOf(context.tx, world, row, context.viewer);
    },
    mySeat: async (row, _, context) => {
      const seats = await Asking.of(context).seats();
      return seats.find((seat) => seat.sectionId === row.id && seat.hostState !== "DROPPED") ?? null;
    },
    roster: (row, _, context) => Asking.of(context).roster(row.id),
  },
  SectionReservation: {
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
  },
  Meeting: { text: (meeting) => writeMeeting(meeting) },
  HomeValue: {
    targets: ({ targetCourseIds }, _, { loaders }) =>
      Promise.all(targetCourseIds.map(async (id) => found(await loaders.course.load(id)))),
  },
  Seat: {
    id: (row) => encodeId("Seat", row.sectionId, row.id),
    section: async (row, _, { loaders }) => found(await loaders.section.load(row.sectionId)),
    home: async (row, _, { loaders }) => found(await loaders.institution.load(row.homeInstitutionId)),
    host: async (row, _, { loaders }) => found(await loaders.institution.load(row.hostInstitutionId)),
  },
};
