import type { Viewer } from "../../../auth/viewer.ts";
import type { Tx } from "../../../db/transaction.ts";
import type { Problem } from "../../../domain/problem.ts";
import type { SheetKindKey } from "../../../domain/sheet/kinds/index.ts";
import { type Imported, type ImportInput, importSheet } from "../importing.ts";
import type { SheetRefused } from "../sheet-check.ts";
import { classImporter } from "./classes.ts";
import { courseImporter } from "./courses.ts";
import { programmeImporter } from "./founding-programmes.ts";
import { institutionImporter } from "./institutions.ts";
import { learnerImporter } from "./learners.ts";
import { planImporter } from "./plans.ts";
import { campusImporter, departmentImporter } from "./parts.ts";
import { staffImporter } from "./staff.ts";

/** Kinds of sheet that are written directly; achievements are recorded as a batch instead. */
export type ImportKind = Exclude<SheetKindKey, "achievements">;

type Import = (tx: Tx, viewer: Viewer, input: ImportInput) => Promise<Imported | SheetRefused | Problem>;

/** How a sheet of each kind is imported: see `importSheet`. */
export const IMPORTS: Readonly<Record<ImportKind, Import>> = {
  institutions: (tx, viewer, input) => importSheet(tx, viewer, institutionImporter, input),
  campuses: (tx, viewer, input) => importSheet(tx, viewer, campusImporter, input),
  departments: (tx, viewer, input) => importSheet(tx, viewer, departmentImporter, input),
  programmes: (tx, viewer, input) => importSheet(tx, viewer, programmeImporter, input),
  courses: (tx, viewer, input) => importSheet(tx, viewer, courseImporter, input),
  plans: (tx, viewer, input) => importSheet(tx, viewer, planImporter, input),
  classes: (tx, viewer, input) => importSheet(tx, viewer, classImporter, input),
  learners: (tx, viewer, input) => importSheet(tx, viewer, learnerImporter, input),
  staff: (tx, viewer, input) => importSheet(tx, viewer, staffImporter, input),
};
