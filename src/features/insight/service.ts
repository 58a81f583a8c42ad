import { authoriseList } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { isProblem, type Problem } from "../../domain/problem.ts";
import * as store from "./store.ts";

export { figureLimit } from "./store.ts";

/** Figures by school, for the education bureau. FORBIDDEN for anyone else */
export async function figures(tx: Tx, viewer: Viewer): Promise<readonly store.FigureRow[] | Problem> {
  const scope = authoriseList(viewer, "figures.read");
  return isProblem(scope) ? scope : store.figures(tx);
}

/** Figures by alliance, for the education bureau. FORBIDDEN for anyone else */
export async function allianceFigures(tx: Tx, viewer: Viewer): Promise<readonly store.AllianceFigureRow[] | Problem> {
  const scope = authoriseList(viewer, "figures.read");
  return isProblem(scope) ? scope : store.allianceFigures(tx);
}
