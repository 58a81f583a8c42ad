import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heard } from "./heard.ts";
import { smallCase } from "./small.ts";
import { RUNS } from "./runs.ts";

describe("verdict and account", () => {
  it("agree on the first condition that fails, on small cases of every shape", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (seed) => {
        for (const { verdict, account } of heard(smallCase(seed))) expect(verdict).toBe(account);
      }),
      RUNS,
    );
  });
});
