import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import {
  type BellSetting,
  bellsFault,
  isMonthAndDay,
  termFault,
  type TermSetting,
} from "../../domain/calendar/setting.ts";
import type { Id } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { setter } from "./service.ts";
import * as store from "./setting-store.ts";
import { campusesOf, termsOf, type TermRow } from "./store.ts";

/**
 * Sets a term of the viewer's school: its first week, its length, its weeks of examinations. A term that sections were
 * published in keeps its first week and the weeks they meet in, for seats have claimed their hours.
 * @returns FORBIDDEN, INVALID_INPUT, NOT_A_MONDAY, TERMS_OVERLAP, TERM_IN_USE
 */
export async function setTerm(tx: Tx, viewer: Viewer, term: TermSetting, id: Id): Promise<TermRow | Problem> {
  const by = setter(viewer);
  if (isProblem(by)) return by;
  const { institutionId } = by;
  const terms = await termsOf(tx, institutionId);
  const fault = termFault(term, terms);
  if (fault !== null) return fault;
  const before = terms.find(({ termCode }) => termCode === term.termCode);
  const used = before === undefined ? null : await store.lastWeekUsed(tx, institutionId, term.termCode);
  if (before !== undefined && used !== null) {
    if (before.firstMonday !== term.firstMonday || used > term.teachingWeeks) {
      return problem("TERM_IN_USE", { code: term.termCode, week: used }, ["input"]);
    }
  }
  const examWeeks = term.examWeeks.toSorted((a, b) => a - b);
  await store.putTerm(tx, id, institutionId, { ...term, examWeeks });
  return { ...term, institutionId, examWeeks };
}

export interface BellsDraft {
  /** Null: of every campus that has none of its own. */
  readonly campusId: Id | null;
  readonly season: store.Season;
  /** `MM-DD`: from when in each year the season's bells ring; null for those of the whole year. */
  readonly startsOn: string | null;
  readonly bells: readonly BellSetting[];
}

/**
 * Sets the bells of the viewer's school, of a campus and a season where they differ. Those of the whole year and every
 * campus are what all others fall back upon: they hold every period that a section meets in.
 * @returns FORBIDDEN, INVALID_INPUT, BELL_OUT_OF_ORDER, PERIOD_IN_USE
 */
export async function setBells(tx: Tx, viewer: Viewer, draft: BellsDraft): Promise<Id | Problem> {
  const by = setter(viewer);
  if (isProblem(by)) return by;
  const { institutionId } = by;
  const { campusId, season, startsOn, bells } = draft;
  if ((season === "YEAR") !== (startsOn === null) || (startsOn !== null && !isMonthAndDay(startsOn))) {
    return problem("INVALID_INPUT", { detail: "startsOn" }, ["input", "startsOn"]);
  }
  const fault = bellsFault(bells);
  if (fault !== null) return fault;
  if (campusId !== null && (await campusesOf(tx, institutionId)).every(({ id }) => id !== campusId)) {
    return problem("INVALID_INPUT", { detail: "campusId" }, ["input", "campusId"]);
  }
  if (season === "YEAR" && campusId === null) {
    const used = await store.lastPeriodUsed(tx, institutionId);
    if (used > bells.length) return problem("PERIOD_IN_USE", { period: used }, ["input", "bells"]);
  }
  await store.putBells(tx, { institutionId, campusId, season, bells });
  if (startsOn !== null) await store.putSeason(tx, institutionId, season, startsOn);
  return institutionId;
}
