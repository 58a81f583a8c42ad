import { v7 } from "uuid";
import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { decodeId, encodeId } from "../../api/node-id.ts";
import { toPayload } from "../../api/problems.ts";
import { isProblem, problem } from "../../domain/problem.ts";
import * as service from "./service.ts";
import { setBells, setTerm } from "./setting.ts";
import { bellSets } from "./setting-store.ts";
import * as store from "./store.ts";

const noSchool = () => problem("UNKNOWN_INSTITUTION", { key: "" }, ["institutionId"]);

export const resolvers: Resolvers = {
  Query: {
    async calendarDay(_, { institutionId, date, campusId }, { tx, language }) {
      const id = decodeId("Institution", institutionId);
      const campus =
        campusId === null || campusId === undefined ? undefined : (decodeId("Campus", campusId) ?? undefined);
      const day = id === null ? noSchool() : await service.calendarDay(tx, id, date, campus);
      return isProblem(day) ? toPayload(day, language, ["InvalidInputProblem"]) : { __typename: "CalendarDay", ...day };
    },
    async workingDay(_, { institutionId, after, workingDays }, { tx, language }) {
      const id = decodeId("Institution", institutionId);
      const day = id === null ? noSchool() : await service.deadline(tx, id, after, workingDays);
      return isProblem(day) ? toPayload(day, language, ["InvalidInputProblem"]) : { __typename: "WorkingDay", ...day };
    },
  },
  Mutation: {
    async setSchoolDay(_, { input }, context) {
      const draft = { ...input, taughtAs: input.taughtAs ?? null };
      const day = await context.write((tx) => service.setSchoolDay(tx, context.viewer, draft, context.now));
      return isProblem(day)
        ? toPayload(day, context.language, ["ForbiddenProblem", "InvalidInputProblem", "ConflictProblem"])
        : { __typename: "SetSchoolDaySuccess", day };
    },
    async setTerm(_, { input }, context) {
      const { code: termCode, firstMonday, teachingWeeks, examWeeks } = input;
      const wish = { termCode, firstMonday, teachingWeeks, examWeeks: examWeeks ?? [] };
      const term = await context.write((tx) => setTerm(tx, context.viewer, wish, v7()));
      return isProblem(term)
        ? toPayload(term, context.language, ["ForbiddenProblem", "InvalidInputProblem", "ConflictProblem"])
        : { __typename: "SetTermSuccess", term };
    },
    async setBells(_, { input }, context) {
      const named = input.campusId ?? null;
      const campusId = named === null ? null : decodeId("Campus", named);
      const { season, startsOn = null, bells } = input;
      const set =
        named !== null && campusId === null
          ? problem("MALFORMED_ID", { id: named.slice(0, 100) }, ["input", "campusId"])
          : await context.write((tx) =>
              setBells(tx, context.viewer, { campusId, season: season ?? "YEAR", startsOn, bells }),
            );
      return isProblem(set)
        ? toPayload(set, context.language, ["ForbiddenProblem", "InvalidInputProblem", "ConflictProblem"])
        : { __typename: "SetBellsSuccess", institution: found(await context.loaders.institution.load(set)) };
    },
    async setCalendarWindow(_, { input }, context) {
      const window = await context.write((tx) => service.setWindow(tx, context.viewer, input, context.now));
      return isProblem(window)
        ? toPayload(window, context.language, ["ForbiddenProblem", "InvalidInputProblem"])
        : { __typename: "SetCalendarWindowSuccess", window };
    },
  },
  Institution: {
    campuses: ({ id }, _, { tx }) => store.campusesOf(tx, id),
    terms: ({ id }, _, { tx }) => store.termsOf(tx, id),
    ownDays: ({ id }, _, { tx }) => store.schoolDays(tx, id),
    bellSets: ({ id }, _, { tx }) => bellSets(tx, id),
    windows: ({ id }, { termCode }, { tx }) => store.windowsOf(tx, id, termCode ?? null),
  },
  Campus: { id: (row) => encodeId("Campus", row.id), name: (row) => row },
  BellSet: { campus: ({ campusId }, _, { loaders }) => (campusId === null ? null : loaders.campus.load(campusId)) },
  Term: { code: (row) => row.termCode },
};
