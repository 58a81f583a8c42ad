import { describe, expect, it } from "vitest";
import { type LinearRow, Tableau } from "../../../../src/domain/recognition/packing/simplex.ts";

function tableau(objective: readonly number[], upper: readonly number[], rows: readonly LinearRow[]): Tableau {
  return Tableau.of({ objective: Float64Array.from(objective), upper: Float64Array.from(upper), rows });
}
const row = (coef: readonly number[], rhs: number): LinearRow => ({ idx: coef.map((_, i) => i), coef, rhs });
const valuesOf = (solved: Tableau, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => Number(solved.at(i).toFixed(6)));

describe("the simplex", () => {
  const textbook = (): Tableau => tableau([3, 2], [3, Infinity], [row([1, 1], 4), row([1, 3], 6)]);

  it("finds the best corner, bounds of variables included", () => {
    const solved = textbook();
    expect(solved.maximise()).toBe("OPTIMAL");
    expect(solved.value).toBeCloseTo(11);
    expect(valuesOf(solved, 2)).toEqual([3, 1]);
  });

  it("takes a variable to its bound where no row stops it", () => {
    const solved = tableau([1, 1], [1, 1], [row([1, 1], 5)]);
    expect(solved.maximise()).toBe("OPTIMAL");
    expect(valuesOf(solved, 2)).toEqual([1, 1]);
  });

  it("says that a program without end is stuck", () => {
    expect(tableau([1], [Infinity], [row([-1], 1)]).maximise()).toBe("STUCK");
  });

  it("finds its way back after a variable is fixed, and knows when there is none", () => {
    const solved = textbook();
    solved.maximise();
    solved.keep();
    solved.fix(0, false);
    expect(solved.restore(-Infinity)).toBe("OPTIMAL");
    expect(valuesOf(solved, 2)).toEqual([0, 2]);
    expect(solved.value).toBeCloseTo(4);
    solved.rewind();
    expect(valuesOf(solved, 2)).toEqual([3, 1]);
    expect(solved.isFixed(0)).toBe(false);
    const none = tableau([0, 0], [1, 1], [row([-1, -1], -2)]);
    none.fix(0, false);
    expect(none.restore(-Infinity)).toBe("INFEASIBLE");
  });

  it("takes another objective where it stands, and then asks for as much of it", () => {
    const solved = textbook();
    solved.maximise();
    solved.demand(10);
    solved.aim(Float64Array.from([-1, 0]));
    expect(solved.value).toBeCloseTo(-3);
    expect(solved.isPrimalFeasible()).toBe(true);
    expect(solved.isDualFeasible()).toBe(false);
    expect(solved.maximise()).toBe("OPTIMAL");
    // where 3a + 2b = 10 and a + 3b = 6
    expect(valuesOf(solved, 2)).toEqual([2.571429, 1.142857]);
  });

  it("stops as soon as the bound is below what is wanted", () => {
    const solved = textbook();
    solved.maximise();
    solved.fix(0, false);
    expect(solved.restore(10)).toBe("CUT_OFF");
  });

  it("keeps every value when the columns of fixed variables are forgotten", () => {
    const solved = tableau([2, 1, 1], [1, 1, 1], [row([1, 1, 1], 2)]);
    solved.maximise();
    solved.fix(0, true);
    solved.fix(2, false);
    expect(solved.restore(-Infinity)).toBe("OPTIMAL");
    solved.compact();
    expect(valuesOf(solved, 3)).toEqual([1, 1, 0]);
    expect(solved.value).toBeCloseTo(3);
  });
});
