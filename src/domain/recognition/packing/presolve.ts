import type { PackingModel } from "./model.ts";

/**
 * Items that no answer needs: 1 where an item does not fit even by itself, or where another brings the same courses, takes no
 * more of any row, and goes before it in every part of the tie-break.
 */
export function presolve(model: PackingModel): Uint8Array {
  const { items, coursesOf } = model;
  const leftOut = new Uint8Array(items.length);
  const rivals = new Map<string | number, number[]>();
  for (let item = 0; item < items.length; item++) {
    if (!isPossible(model, item)) leftOut[item] = 1;
    else if (items[item]?.nodeKey === null) {
      const courses = coursesOf[item] as readonly number[];
      const key = courses.length === 1 ? (courses[0] as number) : [...courses].sort().join("+");
      const group = rivals.get(key);
      if (group === undefined) rivals.set(key, [item]);
      else group.push(item);
    }
  }
  for (const group of rivals.values())
    for (const item of group)
      if (group.some((rival) => rival !== item && leftOut[rival] === 0 && replaces(model, rival, item)))
        leftOut[item] = 1;
  return leftOut;
}

/** Whether an item fits by itself. */
function isPossible({ rowStart, rowAt, rowCoef, limits }: PackingModel, item: number): boolean {
  const end = rowStart[item + 1] as number;
  for (let k = rowStart[item] as number; k < end; k++)
    if ((rowCoef[k] as number) > (limits[rowAt[k] as number] as number)) return false;
  return true;
}

/** Whether `rival` can stand wherever `item` does, and should. Both bring the same courses, so they never stand together. */
function replaces(model: PackingModel, rival: number, item: number): boolean {
  const [one, other] = [model.items[rival], model.items[item]];
  if (one === undefined || other === undefined) return false;
  const gain = other.sourceCredits - one.sourceCredits || other.rule.priority - one.rule.priority || item - rival;
  return gain > 0 && takesNoMore(model, rival, item);
}

/** Rows of an item come in ascending order, so two of them are compared in one pass. */
function takesNoMore({ rowStart, rowAt, rowCoef }: PackingModel, rival: number, item: number): boolean {
  let at = rowStart[item] as number;
  const [end, itemEnd] = [rowStart[rival + 1] as number, rowStart[item + 1] as number];
  for (let k = rowStart[rival] as number; k < end; k++) {
    while (at < itemEnd && (rowAt[at] as number) < (rowAt[k] as number)) at++;
    if (at === itemEnd || rowAt[at] !== rowAt[k] || (rowCoef[k] as number) > (rowCoef[at] as number)) return false;
  }
  return true;
}
