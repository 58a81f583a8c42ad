import { v7 } from "uuid";
import type { Action } from "../../../auth/policy.ts";
import type { Id } from "../../../domain/id.ts";
import { narrowed } from "../../../domain/sheet/cell.ts";
import type { RowOf, SheetKind } from "../../../domain/sheet/column.ts";
import { CAMPUSES, DEPARTMENTS } from "../../../domain/sheet/kinds/parts.ts";
import * as founding from "../founding-store.ts";
import { schools } from "../import-store.ts";
import { compared, counted, type Importer, NO_SCHOOL } from "../importing.ts";
import { type Lookup, lookup } from "../lookup.ts";

type PartColumns = typeof CAMPUSES.columns;
interface PartItem {
  readonly institutionId: Id;
  readonly nameZh: string;
  readonly nameEn: string;
}
interface PartFacts {
  /** The administrator's own school; NO_SCHOOL for one of the whole service. */
  readonly own: Id;
  readonly schools: Lookup<{ readonly id: Id; readonly key: string; readonly nameZh: string }>;
  readonly known: ReadonlyMap<string, founding.SchoolPartRow>;
}

const keyOf = (part: { readonly institutionId: Id; readonly nameZh: string }): string =>
  `${part.institutionId}/${part.nameZh}`;

/** What a school is made of: entered by its own administrator, or by one of the whole service who names the school. */
const partImporter = (
  part: founding.SchoolPart,
  kind: SheetKind<PartColumns>,
  action: Action,
): Importer<PartColumns, PartFacts, PartItem> => ({
  kind,
  action,
  anySchool: true,
  keyColumn: "name",
  keyOf,
  async load(tx, { institutionId }) {
    const [all, known] = await Promise.all([schools(tx), founding.schoolParts(tx, part)]);
    return {
      own: institutionId,
      schools: lookup(all, (row) => [row.key, narrowed(row.nameZh)]),
      known: new Map(known.map((row) => [keyOf(row), row])),
    };
  },
  resolve({ name, nameEn, school }: RowOf<PartColumns>, { own, schools: all, known }, refuse) {
    const institutionId = school === null ? own : (all.find(school)?.row.id ?? null);
    if (institutionId === null) return refuse("school", "UNKNOWN_INSTITUTION", { key: school ?? "" });
    if (institutionId === NO_SCHOOL) return refuse("school", "CELL_REQUIRED", {});
    if (own !== NO_SCHOOL && institutionId !== own) return refuse("school", "FORBIDDEN", {});
    const before = known.get(keyOf({ institutionId, nameZh: name }));
    return { institutionId, nameZh: name, nameEn: nameEn ?? before?.nameEn ?? name };
  },
  async write(tx, _, items, { known }, dryRun) {
    const found = compared<PartItem, PartItem>(
      items,
      (item) => known.get(keyOf(item)),
      (item) => item,
    );
    const rowOf = (item: PartItem) => ({ id: known.get(keyOf(item))?.id ?? v7(), ...item });
    if (!dryRun) await founding.putSchoolParts(tx, part, [...found.inserts, ...found.updates].map(rowOf));
    return counted(found);
  },
});

export const campusImporter = partImporter("campus", CAMPUSES, "campus.import");
export const departmentImporter = partImporter("department", DEPARTMENTS, "department.import");
