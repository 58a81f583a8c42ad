import { classImporter } from "./classes.ts";
import { courseImporter } from "./courses.ts";
import { learnerImporter } from "./learners.ts";
import { planImporter } from "./plans.ts";
import { staffImporter } from "./staff.ts";

/** Everything that is imported directly, by the name of its sheet. */
export const IMPORTERS = {
  courses: courseImporter,
  plans: planImporter,
  classes: classImporter,
  learners: learnerImporter,
  staff: staffImporter,
} as const;
