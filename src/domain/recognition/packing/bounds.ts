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
  const all = [...courses.values(), ...amounts];
  return sum(all) <= limit ? limit : largestSum(all, limit);
}

/** What the caps that measure every application in full leave room for; an item never counts more than it records. */
export function roomForAll({ items, rows }: PackingModel, leftOut: Uint8Array): number {
  const alive = leftOut.reduce((count, out) => count + 1 - out, 0);
  let most = Infinity;
  for (const { cap, idx, coef, limit } of rows) {
    if (cap === null || idx.length < alive || limit >= most) continue;
    const full = idx.filter((item, k) => leftOut[item] === 0 && (coef[k] as number) >= (items[item]?.credits ?? 0));
    if (full.length === alive) most = limit;
  }
  return most;
}

/**
 * Whether items of which some are settled may still record at least `least` and at most `room`: where only courses of even
 * credits are open, no odd sum is left, and no program of fractions sees it. Courses are counted once each, so what this calls
 * possible may still not be.
 * @param settled whether an item is chosen or not; null where that is open.
 */
export function mayRecord(
  { items }: PackingModel,
  settled: (item: number) => boolean | null,
  least: number,
  room: number,
): boolean {
  let recorded = 0;
  const open: number[] = [];
  const courses = new Map<string, number>();
  const taken = new Set<string>();
  items.forEach((application, item) => {
    const state = settled(item);
    if (state === true) {
      recorded += application.credits;
      for (const { courseId } of application.courses) taken.add(courseId);
    } else if (state === null) {
      if (application.nodeKey !== null) open.push(application.credits);
      else for (const { courseId, credits } of application.courses) courses.set(courseId, credits);
    }
  });
  for (const [courseId, credits] of courses) if (!taken.has(courseId)) open.push(credits);
  return recorded <= room && recorded + largestSum(open, room - recorded) >= least;
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

/** The largest sum of some of the amounts that is not above the limit. */
function largestSum(amounts: readonly number[], limit: number): number {
  const total = sum(amounts);
  if (total <= limit) return total;
  const unit = amounts.reduce(divisor, 0);
  const size = Math.floor(limit / unit);
  const reached = new Uint8Array(size + 1);
  reached[0] = 1;
  for (const amount of amounts) {
    const step = amount / unit;
    for (let at = size; at >= step; at--) if (reached[at - step] === 1) reached[at] = 1;
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
