import { describe, expect, it } from "vitest";
import type { EducationLevel } from "../../src/domain/major.ts";
import { climbs, labelOf, type Stage } from "../../src/domain/pathway.ts";

const stage = (level: EducationLevel, years: number): Stage => ({
  level,
  years,
  institutionId: "i",
  majorId: "m",
  programmeId: "p",
});

describe("a pathway's label", () => {
  it.each([
    [[stage("SECONDARY", 3), stage("ASSOCIATE", 2)], "3+2"],
    [[stage("ASSOCIATE", 3), stage("VOCATIONAL_BACHELOR", 2)], "3+2"],
    [[stage("SECONDARY", 3), stage("GENERAL_BACHELOR", 4)], "3+4"],
    [[stage("SECONDARY", 3), stage("ASSOCIATE", 2), stage("VOCATIONAL_BACHELOR", 2)], "3+2+2"],
  ])("is derived from its stages", (stages, text) => {
    expect(labelOf({ kind: "STAGED", stages })).toEqual({ kind: "SUM", text });
    expect(climbs(stages)).toBe(true);
  });

  it("of an integrated programme is its years, not 3+2", () => {
    expect(labelOf({ kind: "INTEGRATED", programmeId: "p", phases: [{ years: 3 }, { years: 2 }] })).toEqual({
      kind: "INTEGRATED",
      years: 5,
    });
  });

  it("stands on stages that climb", () => {
    expect(climbs([stage("ASSOCIATE", 3), stage("SECONDARY", 2)])).toBe(false);
    expect(climbs([stage("VOCATIONAL_BACHELOR", 2), stage("GENERAL_BACHELOR", 2)])).toBe(false);
  });
});
