import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inert, unmarked } from "../../../src/domain/sheet/cell.ts";

describe("a text that leaves the house in a sheet", () => {
  test.each([
    "=1+1",
    "=cmd|'/c calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "　＝1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    " =1",
    "|calc",
  ])("%j is marked as text, and not run", (text) => {
    expect(inert(text)).toBe(`'${text}`);
  });

  test("comes back from it as it was, whatever it is and however often it went", () => {
    const signs = fc.constantFrom(
      "=",
      "+",
      "-",
      "@",
      "\t",
      "\r",
      "\n",
      "'",
      '"',
      ",",
      " ",
      "　",
      "＝",
      "1",
      "a",
      "王",
      "|",
    );
    const texts = fc.oneof(
      fc.array(signs, { maxLength: 8 }).map((each) => each.join("")),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(unmarked(inert(text))).toBe(text);
        expect(unmarked(unmarked(inert(inert(text))))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  test.each(["王思远", "a=b", "85.5", "-5", "+8.5", "-0.5%", "2026-06-30", "", "'", "'x", "'-5"])(
    "%j stays as it is",
    (text) => {
      expect(inert(text)).toBe(text);
    },
  );
});
