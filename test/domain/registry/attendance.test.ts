import { describe, expect, test } from "vitest";
import { absenceDuring, type RegisteredTime } from "../../../src/domain/registry/attendance.ts";

const [FROM, UNTIL] = ["2025-09-01", "2026-01-18"];
const registered = (change: Partial<RegisteredTime> = {}): RegisteredTime => ({
  enteredOn: "2024-09-01",
  leftOn: null,
  changes: [],
  ...change,
});
const leave = { effectiveOn: "2025-03-01", status: "ON_LEAVE" } as const;
const back = { effectiveOn: "2026-02-20", status: "ACTIVE" } as const;

describe("in a term", () => {
  test("whoever was registered attended", () => {
    expect(absenceDuring([registered()], FROM, UNTIL)).toBeNull();
  });
  test("whoever entered later did not yet, if only by a day", () => {
    expect(absenceDuring([registered({ enteredOn: "2026-01-19" })], FROM, UNTIL)).toBe("NOT_ENTERED");
    expect(absenceDuring([registered({ enteredOn: "2026-01-18" })], FROM, UNTIL)).toBeNull();
    expect(absenceDuring([], FROM, UNTIL)).toBe("NOT_ENTERED");
  });
  test("whoever was on leave for all of it did not, and whoever went or came back within it did", () => {
    expect(absenceDuring([registered({ changes: [back, leave] })], FROM, UNTIL)).toBe("ON_LEAVE");
    expect(absenceDuring([registered({ changes: [leave] })], FROM, UNTIL)).toBe("ON_LEAVE");
    expect(absenceDuring([registered({ changes: [{ ...leave, effectiveOn: "2025-09-02" }] })], FROM, UNTIL)).toBeNull();
    expect(absenceDuring([registered({ changes: [leave, { ...back, effectiveOn: UNTIL }] })], FROM, UNTIL)).toBeNull();
  });
  test("whoever had gone did not", () => {
    const withdrawn = { effectiveOn: "2025-08-31", status: "WITHDRAWN" } as const;
    expect(absenceDuring([registered({ changes: [withdrawn], leftOn: "2025-08-31" })], FROM, UNTIL)).toBe("LEFT");
    expect(absenceDuring([registered({ leftOn: "2025-07-10" })], FROM, UNTIL)).toBe("LEFT");
    expect(absenceDuring([registered({ leftOn: "2025-10-01" })], FROM, UNTIL)).toBeNull();
    expect(absenceDuring([registered({ changes: [leave], leftOn: "2025-07-10" })], FROM, UNTIL)).toBe("LEFT");
  });
  test("one registration after another is enough", () => {
    const [first, second] = [registered({ leftOn: "2025-06-30" }), registered({ enteredOn: "2025-09-01" })];
    expect(absenceDuring([first, second], FROM, UNTIL)).toBeNull();
  });
});
