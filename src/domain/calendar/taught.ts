import { weekdayOf } from "../date.ts";
import type { IsoDate } from "../id.ts";
import { isProblem, type Problem } from "../problem.ts";
import { dayKind, type DayKind, type SchoolDays } from "./day.ts";
import { type TeachingCalendar, teachingWeekOf } from "./teaching.ts";

/** What is taught on a date at a school. */
export interface TaughtDay {
  readonly kind: DayKind;
  /** The term it lies in; null between terms. */
  readonly termCode: string | null;
  /** The week of the timetable that is taught, and its weekday (1 = Monday, weekends too); null where nothing is. */
  readonly week: number | null;
  readonly weekday: number | null;
  /** The date whose classes are taught, where it is another. */
  readonly taughtAs: IsoDate | null;
  /** A weekend day that is worked, and the school has not said yet whose classes are taught: nobody's to guess. */
  readonly undecided: boolean;
  /** A week of examinations: worked, without classes. */
  readonly exams: boolean;
}

const NOTHING = { termCode: null, week: null, weekday: null, taughtAs: null, undecided: false, exams: false };

/** Whether the classes of a date are held on another. */
function isMovedAway({ own }: SchoolDays, date: IsoDate): boolean {
  return [...own.values()].some((day) => day.kind === "TAUGHT" && day.taughtAs === date);
}

/**
 * The teaching week and weekday taught on a date. The notice of the holidays says which weekend days are worked, and not
 * whose classes are held on them: that is the school's to say.
 * @param terms of the school, any order
 */
export function taughtOn(
  days: SchoolDays,
  terms: readonly Pick<TeachingCalendar, "termCode" | "firstMonday" | "teachingWeeks" | "examWeeks">[],
  date: IsoDate,
): TaughtDay | Problem {
  const kind = dayKind(days, date);
  if (isProblem(kind)) return kind;
  const term = terms.find((each) => teachingWeekOf(each, date) !== null);
  if (term === undefined) return { ...NOTHING, kind };
  const { termCode } = term;
  if (kind === "SHIFTED") return { ...NOTHING, kind, termCode, undecided: true };
  const own = days.own.get(date);
  if (kind === "HOLIDAY" || kind === "SCHOOL_OFF") return { ...NOTHING, kind, termCode };
  if (own?.kind !== "TAUGHT" && isMovedAway(days, date)) return { ...NOTHING, kind, termCode };
  const taughtAs = own?.kind === "TAUGHT" ? own.taughtAs : null;
  const planned = taughtAs ?? date;
  // classes of a day may be moved out of its own week, even before the first or after the last
  const week = teachingWeekOf(term, planned);
  if (week !== null && term.examWeeks.includes(week)) return { ...NOTHING, kind, termCode, taughtAs, exams: true };
  return { ...NOTHING, kind, termCode, taughtAs, week, weekday: week === null ? null : weekdayOf(planned) };
}
