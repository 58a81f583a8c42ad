import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assess } from "../../../src/domain/recognition/recognise.ts";
import { largeCase, PROFILES } from "./instances.ts";
import { smallCase } from "./small.ts";

/** Every application of a case: what the verdict says fails first, and what the account says does. */
function heard(
  input: Parameters<typeof assess>[0],
): readonly { readonly verdict: string | null; readonly account: string | null }[] {
  const { eligible, refused, preceded } = assess(input).eligibility;
  return [...eligible, ...refused, ...preceded.map(({ application }) => application)].map(({ failed, conditions }) => ({
    verdict: failed,
    account: conditions.find(({ met }) => !met)?.code ?? null,
  }));
}

describe("verdict and account", () => {
  it("agree on the first condition that fails, on small cases of every shape", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (seed) => {
        for (const { verdict, account } of heard(smallCase(seed))) expect(verdict).toBe(account);
      }),
      { numRuns: 300 },
    );
  });

  it.each(PROFILES)("agree on large cases: $name", (profile) => {
    const all = [1, 2, 3].flatMap((seed) => heard(largeCase(seed, profile)));
    expect(all.filter(({ verdict, account }) => verdict !== account)).toEqual([]);
    expect(all.some(({ verdict }) => verdict !== null)).toBe(true);
    expect(all.some(({ verdict }) => verdict === null)).toBe(true);
  });
});
