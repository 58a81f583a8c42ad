import { describe, expect, it } from "vitest";
import type { AchievementFact, CertificateLevel } from "../../../src/domain/recognition/facts.ts";
import { supersede } from "../../../src/domain/recognition/supersede.ts";
import { course, percent, SCALE } from "./builders.ts";

const on = "2026-09-01";
const attempt = (id: string, score: number, completedOn = "2026-01-10"): AchievementFact => ({
  ...course("x", 200, { grade: percent(score), completedOn }),
  id,
});
const level = (id: string, name: CertificateLevel, validUntil: string | null = null): AchievementFact => ({
  ...course(id, 0, { kind: "CERTIFICATE", grade: null }),
  detail: { kind: "CERTIFICATE", certificateId: "line", level: name, number: id, validUntil },
});
const losers = (...facts: AchievementFact[]): readonly (readonly [string, string])[] =>
  [...supersede(facts, on, SCALE)].map(([id, by]) => [id, by.id] as const).sort();

describe("of one outcome only the best competes", () => {
  it("of several attempts the highest grade, of equal ones the latest", () => {
    expect(losers(attempt("a", 70), attempt("b", 90), attempt("c", 80))).toEqual([
      ["a", "b"],
      ["c", "b"],
    ]);
    expect(losers(attempt("a", 70, "2025-01-01"), attempt("b", 70, "2026-01-01"))).toEqual([["a", "b"]]);
  });

  it("of a certificate line the highest level that is valid on the day", () => {
    expect(losers(level("a", "ELEMENTARY"), level("b", "ADVANCED"))).toEqual([["a", "b"]]);
    expect(losers(level("a", "ELEMENTARY"), level("b", "ADVANCED", "2026-08-31"))).toEqual([]);
  });

  it("a failed or future attempt supersedes nothing and is superseded by nothing", () => {
    expect(losers(attempt("a", 70), attempt("b", 50), attempt("c", 99, "2026-12-01"))).toEqual([]);
  });

  it("does not depend on the order it is told in", () => {
    const facts = [attempt("a", 70), attempt("b", 70), attempt("c", 70)];
    expect(losers(...facts.toReversed())).toEqual(losers(...facts));
  });
});
