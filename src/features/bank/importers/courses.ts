import { v7 } from "uuid";
import type { Id } from "../../../domain/id.ts";
import type { RowOf } from "../../../domain/sheet/column.ts";
import { COURSES } from "../../../domain/sheet/kinds/curriculum.ts";
import * as store from "../import-store.ts";
import { compared, counted, type Importer } from "../importing.ts";

type CourseItem = RowOf<typeof COURSES.columns>;

const courseFields = (item: CourseItem): store.CourseFields => ({
  titleZh: item.titleZh,
  titleEn: item.titleEn ?? item.titleZh,
  credits: item.credits,
  theoryHours: item.theoryHours,
  practiceHours: item.practiceHours,
  group: item.group,
  requirement: item.requirement,
  subject: item.subject ?? "ORDINARY",
  gradingMode: item.gradingMode,
});

export const courseImporter: Importer<
  typeof COURSES.columns,
  ReadonlyMap<string, store.CourseFields & { readonly id: Id }>,
  CourseItem
> = {
  kind: COURSES,
  action: "course.import",
  keyColumn: "code",
  keyOf: (item) => item.code,
  load: async (tx, { institutionId }) =>
    new Map((await store.courses(tx, institutionId)).map((row) => [row.code, row])),
  resolve: (row) => row,
  async write(tx, { institutionId }, items, known, dryRun) {
    const found = compared<CourseItem, store.CourseFields>(items, (item) => known.get(item.code), courseFields);
    const rowOf = (item: CourseItem) => ({
      id: known.get(item.code)?.id ?? v7(),
      institutionId,
      code: item.code,
      ...courseFields(item),
    });
    if (!dryRun) await store.putCourses(tx, [...found.inserts, ...found.updates].map(rowOf));
    return counted(found);
  },
};
