import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blockPractice, type Meeting, weekSet } from "../../../src/domain/selection/meeting.ts";
import { parseTimetable, writeMeeting } from "../../../src/domain/selection/timetable-text.ts";

const TERM = 20;
const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
const at = (weeks: readonly number[], weekday: number, startPeriod: number, endPeriod: number): Meeting => ({
  weeks,
  weekday,
  startPeriod,
  endPeriod,
});

describe("timetable text is read as schools write it", () => {
  const cases: readonly (readonly [string, readonly Meeting[]])[] = [
    ["1-4,6-17周星期一6-7节", [at([...range(1, 4), ...range(6, 17)], 1, 6, 7)]],
    ["1-15单周星期三1-2节", [at(range(1, 15, 2), 3, 1, 2)]],
    ["2-16双周周五3-4节", [at(range(2, 16, 2), 5, 3, 4)]],
    ["1-16周(单)星期二5节", [at(range(1, 15, 2), 2, 5, 5)]],
    ["1－16周（双周）星期日第9－10节", [at(range(2, 16, 2), 7, 9, 10)]],
    ["双周星期四1-2节", [at(range(2, 20, 2), 4, 1, 2)]],
    ["[1,2,16]星期一6-7节", [at([1, 2, 16], 1, 6, 7)]],
    ["[1,2,16]周周天1-2节", [at([1, 2, 16], 7, 1, 2)]],
    ["10周", [blockPractice([10])]],
    ["18-19周", [blockPractice([18, 19])]],
    ["1、3、5周星期六1-4节", [at([1, 3, 5], 6, 1, 4)]],
    [
      "1-8周星期一1-2节；9-16周星期二3-4节\n17周",
      [at(range(1, 8), 1, 1, 2), at(range(9, 16), 2, 3, 4), blockPractice([17])],
    ],
    ["3,3,1-2周星期一1节", [at([1, 2, 3], 1, 1, 1)]],
    ["", []],
  ];
  test.each(cases)("%s", (text, meetings) => {
    expect(parseTimetable(text, TERM)).toEqual(meetings);
  });

  test.each([
    "星期一6-7节",
    "0-4周星期一1节",
    "4-1周星期一1节",
    "1-4周星期八1节",
    "1-4周星期一7-6节",
    "1-4",
    "1-999999周",
    "2-2单周",
  ])("%s is no meeting, and the text that is not understood is named", (text) => {
    expect(parseTimetable(`1周星期一1节;${text}`, TERM)).toMatchObject({
      code: "TIMETABLE_UNREADABLE",
      params: { text },
    });
  });
});

describe("timetable text is written as timetables print it", () => {
  test.each([
    [at([...range(1, 4), ...range(6, 17)], 1, 6, 7), "1-4,6-17周星期一6-7节"],
    [at(range(1, 15, 2), 3, 1, 2), "1-15单周星期三1-2节"],
    [at(range(2, 16, 2), 7, 3, 3), "2-16双周星期日3节"],
    [at([1, 2, 16], 1, 6, 7), "[1,2,16]周星期一6-7节"],
    [blockPractice([10]), "10周"],
  ] as const)("%o", (meeting, text) => {
    expect(writeMeeting(meeting)).toBe(text);
  });

  test("whatever is written is read back to the same meetings", () => {
    const weeks = fc.uniqueArray(fc.integer({ min: 1, max: TERM }), { minLength: 1 }).map(weekSet);
    const timed = fc
      .record({
        weeks,
        weekday: fc.integer({ min: 1, max: 7 }),
        startPeriod: fc.integer({ min: 1, max: 12 }),
        length: fc.nat(3),
      })
      .map(({ length, ...rest }) => ({ ...rest, endPeriod: rest.startPeriod + length }));
    const meeting: fc.Arbitrary<Meeting> = fc.oneof(timed, weeks.map(blockPractice));
    fc.assert(
      fc.property(fc.array(meeting, { maxLength: 4 }), (meetings) => {
        expect(parseTimetable(meetings.map(writeMeeting).join(";"), TERM)).toEqual(meetings);
      }),
    );
  });
});
