import { byId, listBy } from "../../db/batching.ts";
import type { Tx } from "../../db/transaction.ts";
import * as store from "./store.ts";

/** Loaders of the catalogue, for one request. */
export function catalogueLoaders(tx: Tx) {
  return {
    institution: byId((ids) => store.institutionsByIds(tx, ids)),
    publicNames: listBy(
      (ids) => store.publicNamePolicies(tx, ids),
      (row) => row.institutionId,
    ),
    institutionEvents: listBy(
      (ids) => store.eventsOfInstitutions(tx, ids),
      (event) => event.institutionId,
    ),
    department: byId((ids) => store.departmentsByIds(tx, ids)),
    major: byId((ids) => store.majorsByIds(tx, ids)),
    programme: byId((ids) => store.programmesByIds(tx, ids)),
    programmesOfInstitution: listBy(
      (ids) => store.programmesOfInstitutions(tx, ids),
      (row) => row.institutionId,
    ),
    course: byId((ids) => store.coursesByIds(tx, ids)),
    prerequisites: listBy(
      (ids) => store.prerequisitesOfCourses(tx, ids),
      (row) => row.courseId,
    ),
    certificate: byId((ids) => store.certificatesByIds(tx, ids)),
    competition: byId((ids) => store.competitionsByIds(tx, ids)),
  };
}
