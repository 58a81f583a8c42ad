import { describe, expect, it } from "vitest";
import { LAWS } from "./metamorphic.ts";

describe("recognition, on ten thousand cases", () => {
  it.each(LAWS)("%s", { timeout: 3_600_000 }, (_, law) => {
    const broken: { seed: number; what: string }[] = [];
    for (let seed = 1; seed <= 10_000; seed++) {
      const what = law(seed);
      if (what !== null) broken.push({ seed, what });
    }
    expect(broken).toEqual([]);
  });
});
