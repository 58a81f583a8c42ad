import { describe, expect, test } from "vitest";
import { inert } from "../../../src/domain/sheet/cell.ts";

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

  test.each(["王思远", "a=b", "85.5", "-5", "+8.5", "-0.5%", "2026-06-30", "", "'=1"])("%j stays as it is", (text) => {
    expect(inert(text)).toBe(text);
  });
});
