import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ConsentEvent,
  type ConsentRequirement,
  consentInForce,
  requirementFor,
} from "../../src/domain/consent.ts";

const requirement = (change: Partial<ConsentRequirement>): ConsentRequirement => ({
  institutionKey: "*",
  act: "INTERNSHIP",
  effectiveFrom: "2022-01-01",
  effectiveUntil: null,
  belowAge: 18,
  citation: { document: "规定", clause: "第一条", invented: true },
  certainty: "VERIFIED",
  ...change,
});
const event = (change: Partial<ConsentEvent>): ConsentEvent => ({
  id: "1",
  act: "LEAVE",
  event: "GIVEN",
  form: "ACCOUNT",
  institutionId: "school",
  onDay: "2026-01-10",
  validUntil: null,
  recordedAt: "2026-01-10T00:00:00.000Z",
  ...change,
});
const here = (on: string) => ({ institutionId: "school", on });

test("a school's own requirement goes before the general one, a newer before an older", () => {
  const own = requirement({ institutionKey: "jdsf", belowAge: 16 });
  const newer = requirement({ effectiveFrom: "2024-01-01", belowAge: 20 });
  const all = [requirement({}), own, newer];
  expect(requirementFor(all, "INTERNSHIP", "jdsf", "2026-01-01")).toBe(own);
  expect(requirementFor(all, "INTERNSHIP", "btvtc", "2026-01-01")).toBe(newer);
  expect(requirementFor(all, "INTERNSHIP", "btvtc", "2023-01-01")?.belowAge).toBe(18);
  expect(requirementFor(all, "INTERNSHIP", "btvtc", "2021-12-31")).toBeNull();
  expect(requirementFor(all, "LEAVE", "btvtc", "2026-01-01")).toBeNull();
});

test("a requirement holds on its last day and not after", () => {
  const ended = [requirement({ effectiveUntil: "2025-12-31" })];
  expect(requirementFor(ended, "INTERNSHIP", "x", "2025-12-31")).not.toBeNull();
  expect(requirementFor(ended, "INTERNSHIP", "x", "2026-01-01")).toBeNull();
});

test("a consent holds from its day until its last, or until it is revoked", () => {
  const given = event({ validUntil: "2026-02-01" });
  expect(consentInForce([given], "LEAVE", here("2026-01-09"))).toBeNull();
  expect(consentInForce([given], "LEAVE", here("2026-01-10"))).toBe(given);
  expect(consentInForce([given], "LEAVE", here("2026-02-01"))).toBe(given);
  expect(consentInForce([given], "LEAVE", here("2026-02-02"))).toBeNull();
  expect(consentInForce([given], "WITHDRAWAL", here("2026-01-10"))).toBeNull();
  const revoked = event({ id: "2", event: "REVOKED", recordedAt: "2026-01-10T01:00:00.000Z" });
  expect(consentInForce([revoked, given], "LEAVE", here("2026-01-10"))).toBeNull();
});

test("a paper counts only at the school that keeps it", () => {
  const paper = event({ form: "PAPER", institutionId: "other" });
  expect(consentInForce([paper], "LEAVE", here("2026-01-10"))).toBeNull();
  expect(consentInForce([paper], "LEAVE", { institutionId: "other", on: "2026-01-10" })).toBe(paper);
});

test("the newest event alone decides, in whatever order they are read", () => {
  const events = fc.uniqueArray(fc.record({ day: fc.integer({ min: 10, max: 28 }), given: fc.boolean() }), {
    selector: ({ day }) => day,
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(events, (drawn) => {
      const all = drawn.map(({ day, given }) =>
        event({ id: String(day), onDay: `2026-01-${day}`, event: given ? "GIVEN" : "REVOKED" }),
      );
      const newest = [...all].sort((a, b) => a.onDay.localeCompare(b.onDay)).at(-1);
      const expected = newest?.event === "GIVEN" ? newest : null;
      expect(consentInForce(all, "LEAVE", here("2026-02-01"))).toBe(expected);
      expect(consentInForce([...all].reverse(), "LEAVE", here("2026-02-01"))).toBe(expected);
    }),
  );
});
