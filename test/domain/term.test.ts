import { describe, expect, it } from "vitest";
import { compareTerms, formatTerm, parseTerm, QUARTER_TERMS } from "../../src/domain/term.ts";

describe("a term", () => {
  it("is read and written in the standard form", () => {
    expect(parseTerm("2025-2026-1")).toEqual({ year: 2025, part: 1 });
    expect(formatTerm({ year: 2025, part: 2 })).toBe("2025-2026-2");
  });

  it("is read in a registrar system's own numbering, and only there", () => {
    expect(parseTerm("2025-2026-3", QUARTER_TERMS)).toEqual({ year: 2025, part: 1 });
    expect(parseTerm("2025-2026-12", QUARTER_TERMS)).toEqual({ year: 2025, part: 2 });
    expect(parseTerm("2025-2026-12")).toBeNull();
    expect(parseTerm("2025-2026-1", QUARTER_TERMS)).toBeNull();
  });

  it("is nothing where its years do not follow, or its form is another", () => {
    for (const text of ["2025-2027-1", "2026-2025-1", "2025-2026", "2025-2026-4", "2025-1", ""])
      expect(parseTerm(text)).toBeNull();
  });

  it("comes after the terms before it", () => {
    const terms = ["2026-2027-1", "2025-2026-2", "2025-2026-1"].flatMap((text) => parseTerm(text) ?? []);
    expect(terms.sort(compareTerms).map(formatTerm)).toEqual(["2025-2026-1", "2025-2026-2", "2026-2027-1"]);
  });
});
