import { describe, expect, test } from "vitest";
import { leadOf } from "../../src/domain/lead.ts";

describe("a lead", () => {
  const of = (end: string) => leadOf([90, 30, 7], "2026-11-24", end);

  test("is the shortest that reaches the end: each begins once, whoever looks when", () => {
    expect([of("2027-02-22"), of("2026-12-25"), of("2026-12-24"), of("2026-12-02"), of("2026-12-01")]).toEqual([
      90, 90, 30, 30, 7,
    ]);
    expect(of("2026-11-24")).toBe(7);
  });

  test("is none for what is further away than all, or past, or where nobody set any", () => {
    expect([of("2027-02-23"), of("2026-11-23"), leadOf([], "2026-11-24", "2026-11-25")]).toEqual([null, null, null]);
  });
});
