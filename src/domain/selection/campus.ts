import type { Id } from "../id.ts";

/** A school and one of its campuses; null where it does not say which. */
export interface Place {
  readonly institutionId: Id;
  readonly campusId: Id | null;
}

/**
 * Whether a section is off the campus of a learner's class: at another school always, for a campus is one school's; at
 * their own where both campuses are known and differ. Where their own school does not say, nobody has to go anywhere.
 */
export function isOffCampus(section: Place, home: Place): boolean {
  if (section.institutionId !== home.institutionId) return true;
  return section.campusId !== null && home.campusId !== null && section.campusId !== home.campusId;
}
