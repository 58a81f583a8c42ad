import { byId, listBy } from "../../db/batching.ts";
import type { Tx } from "../../db/transaction.ts";
import * as store from "./store.ts";

/** Loaders of the curriculum, for one request. */
export function curriculumLoaders(tx: Tx) {
  return {
    plan: byId((ids) => store.plansByIds(tx, ids)),
    planCourses: listBy(
      (ids) => store.coursesOfPlans(tx, ids),
      (row) => row.planId,
    ),
    cohorts: listBy(
      (ids) => store.cohortsOfProgrammes(tx, ids),
      (row) => row.programmeId,
    ),
  };
}
