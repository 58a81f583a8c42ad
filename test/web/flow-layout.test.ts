import fc from "fast-check";
import { expect, test } from "vitest";
import { type FlowLine, layOut } from "../../src/web/student/flow-layout.ts";

const line = fc.record({
  sources: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 1, maxLength: 3 }),
  targets: fc.uniqueArray(
    fc.record({
      key: fc.constantFrom("T1", "T2", "T3", "T4"),
      groupKey: fc.constant("g"),
      credits: fc.integer({ min: 50, max: 1200 }),
    }),
    { minLength: 1, maxLength: 2, selector: ({ key }) => key },
  ),
});

/** Pixels that sums in another order may differ by. */
const ROUNDING = 1e-6;

const labelHeight = (key: string) => (key === "a" ? 66 : 46);

test("every source of every line reaches every target of it by one ribbon", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines: FlowLine[]) => {
      const { ribbons } = layOut(lines, ["g"], labelHeight);
      const expected = lines.reduce((sum, { sources, targets }) => sum + sources.length * targets.length, 0);
      expect(ribbons).toHaveLength(expected);
    }),
  );
});

test("ribbons fill the bars they end at, and labels of one side never overlap", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines: FlowLine[]) => {
      const { ribbons, sources, targets, height } = layOut(lines, ["g"], labelHeight);
      const filled = (key: string, side: "source" | "target") =>
        ribbons.filter((ribbon) => ribbon[side] === key).reduce((sum, { thickness }) => sum + thickness, 0);
      for (const box of sources) expect(filled(box.key, "source")).toBeCloseTo(box.barHeight, 6);
      for (const box of targets) expect(filled(box.key, "target")).toBeCloseTo(box.barHeight, 6);
      for (const column of [sources, targets]) {
        const sorted = [...column].sort((a, b) => a.top - b.top);
        sorted.forEach((box, index) => {
          const next = sorted[index + 1];
          if (next !== undefined) expect(next.top).toBeGreaterThanOrEqual(box.top + box.height - ROUNDING);
          expect(box.top + box.height).toBeLessThanOrEqual(height + ROUNDING);
        });
      }
    }),
  );
});
