import type { SheetKind } from "../column.ts";
import { ACHIEVEMENTS } from "./achievements.ts";
import { INSTITUTIONS, PROGRAMMES } from "./catalogue.ts";
import { COURSES, PLANS } from "./curriculum.ts";
import { CAMPUSES, DEPARTMENTS } from "./parts.ts";
import { CLASSES, LEARNERS, STAFF } from "./people.ts";

/** Every kind of sheet that can be imported, in the order in which a school fills them. */
export const SHEET_KINDS = {
  institutions: INSTITUTIONS,
  campuses: CAMPUSES,
  departments: DEPARTMENTS,
  programmes: PROGRAMMES,
  courses: COURSES,
  plans: PLANS,
  classes: CLASSES,
  learners: LEARNERS,
  staff: STAFF,
  achievements: ACHIEVEMENTS,
} as const satisfies Readonly<Record<string, SheetKind>>;
export type SheetKindKey = keyof typeof SHEET_KINDS;
