import type { PackingModel } from "./model.ts";
import { Selection } from "./selection.ts";

/** The count if every item that is not left out were chosen, in hundredths: a bound that needs no arithmetic of fractions. */
export function ceiling(model: PackingModel, leftOut: Uint8Array): number {
  const all = new Selection(model);
  for (let item = 0; item < leftOut.length; item++) if (leftOut[item] === 0) all.add(item);
  return all.count;
}

/**
 * The most that a row can be filled to with what there is: half a credit below a cap is no room for a course of one credit.
 * Whole courses are counted once each, in whatever application they come; that only makes the bound wider.
 */
export function reach(model: PackingModel, row: number, leftOut: Uint8Array): number {
  const { rows, items } = model;
  const { cap, idx, coef, limit } = rows[row] as PackingModel["rows"][number];
  if (cap === null || limit === 0) return limit;
  const amounts: number[] = [];
  const courses = new Map<string, number>();
  for (let k = 0; k < idx.length; k++) {
    const item = idx[k] as number;
    if (leftOut[item] === 1) continue;
    const application = items[item];
    // a cap that measures whole lines of courses measures each of the courses; any other amount is taken as it is
    const isSum = application?.nodeKey === null && cap.unit === "CREDITS" && application.credits === coef[k];
    if (isSum) for (const { courseId, credits } of application.courses) courses.set(courseId, credits);
    else amounts.push(coef[k] as number);
  }
  return subsetSum([...courses.values(), ...amounts], limit);
}

/** The largest sum of some of the amounts that is not above the limit. */
function subsetSum(amounts: readonly number[], limit: number): number {
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  if (total <= limit) return limit;
  const unit = amounts.reduce(divisor, 0);
  const size = Math.floor(limit / unit);
  const reached = new Uint8Array(size + 1);
  reached[0] = 1;
  for (const amount of amounts) {
    const step = amount / unit;
    for (let sum = size; sum >= step; sum--) if (reached[sum - step] === 1) reached[sum] = 1;
    if (reached[size] === 1) break;
  }
  return reached.lastIndexOf(1) * unit;
}

/** The greatest common divisor; 0 divides nothing and changes nothing. */
export function divisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
