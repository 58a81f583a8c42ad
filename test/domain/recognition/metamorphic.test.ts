import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LAWS } from "./metamorphic.ts";
import { RUNS } from "./runs.ts";

describe("recognition", () => {
  it.each(LAWS)("%s", (_, law) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (seed) => {
        expect(law(seed)).toBeNull();
      }),
      RUNS,
    );
  });
});
