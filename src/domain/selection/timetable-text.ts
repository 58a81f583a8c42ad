import { type Problem, problem } from "../problem.ts";
import { blockPractice, type Meeting, weekSet } from "./meeting.ts";

const WEEKDAYS = "一二三四五六日";

/** `1-4,6-17` or `[1,2,16]`, then 单 or 双 in one of the places schools put it, then weekday and periods. */
const MEETING =
  /^(?<list>\[\d+(?:,\d+)*\]|\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)?(?<before>[单双])?周?(?:\((?<after>[单双])周?\))?(?:(?:星期|周)(?<day>[一二三四五六日天1-7])第?(?<from>\d+)(?:-(?<to>\d+))?节)?$/;

/** Full-width signs, the many dashes and the many commas of real timetables as one of each. */
function normalise(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/[~–—〜－至到]/g, "-")
    .replace(/[、,]\s*/g, ",")
    .replace(/周[次数]/g, "周")
    .trim();
}

function weeksIn(list: string): readonly number[] | null {
  const weeks: number[] = [];
  for (const part of list.replace(/[[\]]/g, "").split(",")) {
    const [first = 0, last = first] = part.split("-").map(Number);
    // a bound on the work a text can ask for; the term itself is checked by whoever knows it
    if (first < 1 || last < first || last > 60) return null;
    for (let week = first; week <= last; week += 1) weeks.push(week);
  }
  return weekSet(weeks);
}

function weekdayOf(day: string): number {
  const digit = Number(day);
  if (Number.isInteger(digit)) return digit;
  return day === "天" ? 7 : WEEKDAYS.indexOf(day) + 1;
}

function parseMeeting(text: string, teachingWeeks: number): Meeting | null {
  const groups = MEETING.exec(text)?.groups;
  // only an irregular list goes without 周: [1,2,16]星期一6-7节
  if (groups === undefined || !(text.includes("周") || text.startsWith("["))) return null;
  const parity = groups["before"] ?? groups["after"];
  const list = groups["list"];
  if (list === undefined && parity === undefined) return null;
  const listed = weeksIn(list ?? `1-${teachingWeeks}`);
  const weeks = listed?.filter((week) => parity === undefined || (week % 2 === 1) === (parity === "单"));
  if (weeks === undefined || weeks.length === 0) return null;
  const { day, from } = groups;
  if (day === undefined || from === undefined) return blockPractice(weeks);
  const startPeriod = Number(from);
  const endPeriod = Number(groups["to"] ?? from);
  if (startPeriod < 1 || endPeriod < startPeriod) return null;
  return { weeks, weekday: weekdayOf(day), startPeriod, endPeriod };
}

/**
 * Reads timetable text: `1-4,6-17周星期一6-7节`, `1-16单周周三1-2节`, `[1,2,16]周星期五3-4节`, `10周` (block practice),
 * several with a semicolon, a space or a new line between them.
 * @param teachingWeeks how long the term is, for `双周星期一1-2节`, which names no weeks
 * @returns TIMETABLE_UNREADABLE with the part that is no meeting
 */
export function parseTimetable(text: string, teachingWeeks: number): readonly Meeting[] | Problem {
  const meetings: Meeting[] = [];
  for (const part of normalise(text).split(/[;\s]+/)) {
    if (part === "") continue;
    const meeting = parseMeeting(part, teachingWeeks);
    if (meeting === null) return problem("TIMETABLE_UNREADABLE", { text: part });
    meetings.push(meeting);
  }
  return meetings;
}

/** Runs of weeks in a row: 1 2 3 6 7 -> 1-3, 6-7. */
function runsOf(weeks: readonly number[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const week of weeks) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === week - 1) last[1] = week;
    else runs.push([week, week]);
  }
  return runs;
}

function writeWeeks(weeks: readonly number[]): string {
  const [first = 0] = weeks;
  const last = weeks.at(-1) ?? first;
  const everyOther = weeks.length > 2 && weeks.every((week, index) => week === first + 2 * index);
  if (everyOther) return `${first}-${last}${first % 2 === 1 ? "单" : "双"}周`;
  const runs = runsOf(weeks);
  // a list without any longer run is easier to read as what it is
  if (runs.length > 1 && runs.every(([from, to]) => to - from < 2)) return `[${weeks.join(",")}]周`;
  return `${runs.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(",")}周`;
}

/** Writes a meeting the way timetables print it; `parseTimetable` reads it back. */
export function writeMeeting(meeting: Meeting): string {
  const weeks = writeWeeks(meeting.weeks);
  const { weekday, startPeriod, endPeriod } = meeting;
  if (weekday === null) return weeks;
  const periods = startPeriod === endPeriod ? String(startPeriod) : `${startPeriod}-${endPeriod}`;
  return `${weeks}星期${WEEKDAYS[weekday - 1] ?? "?"}${periods}节`;
}
