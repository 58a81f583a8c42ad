import { v7 } from "uuid";
import type { Id } from "../../../domain/id.ts";
import { narrowed } from "../../../domain/sheet/cell.ts";
import { PROGRAMMES } from "../../../domain/sheet/kinds/catalogue.ts";
import * as founding from "../founding-store.ts";
import { schools } from "../import-store.ts";
import { compared, counted, type Importer } from "../importing.ts";
import { type Lookup, lookup } from "../lookup.ts";

type ProgrammeItem = Omit<founding.ProgrammeRow, "id">;
interface ProgrammeFacts {
  readonly schools: Lookup<{ readonly id: Id; readonly key: string; readonly nameZh: string }>;
  readonly majors: ReadonlyMap<string, Id>;
  /** By school and name. */
  readonly departments: ReadonlyMap<string, Id>;
  readonly known: ReadonlyMap<string, founding.ProgrammeRow>;
}

/** The years of each registry phase, as text: what is compared must be comparable. */
function phasesOf(row: {
  readonly level: string;
  readonly kind: string;
  readonly years: number;
  readonly secondaryYears: number | null;
}): string {
  const { level, kind, years, secondaryYears } = row;
  const parts =
    kind === "FIVE_YEAR_INTEGRATED" && secondaryYears !== null
      ? [
          { level: "SECONDARY", years: secondaryYears },
          { level, years: years - secondaryYears },
        ]
      : [{ level, years }];
  return JSON.stringify(parts);
}

/** The phases that are there, written as a sheet's would be: a gate that was added by hand is no difference. */
function plain(phases: string): string {
  const parts = JSON.parse(phases) as readonly { readonly level: string; readonly years: number }[];
  return JSON.stringify(parts.map(({ level, years }) => ({ level, years })));
}

/** 专业: entered by an administrator of the whole service; a major of the catalogue at a school. */
export const programmeImporter: Importer<typeof PROGRAMMES.columns, ProgrammeFacts, ProgrammeItem> = {
  kind: PROGRAMMES,
  action: "programme.import",
  anySchool: true,
  keyColumn: "key",
  keyOf: ({ key }) => key,
  async load(tx) {
    const [all, majors, departments, known] = await Promise.all([
      schools(tx),
      founding.majors(tx),
      founding.schoolParts(tx, "department"),
      founding.programmes(tx),
    ]);
    return {
      schools: lookup(all, (row) => [row.key, narrowed(row.nameZh)]),
      majors: new Map(majors.map(({ code, level, id }) => [`${level} ${code}`, id])),
      departments: new Map(departments.map(({ institutionId, nameZh, id }) => [`${institutionId} ${nameZh}`, id])),
      known: new Map(known.map((row) => [row.key, { ...row, phases: plain(row.phases) }])),
    };
  },
  resolve(row, { schools: all, majors, departments, known }, refuse) {
    const institutionId = all.find(row.school)?.row.id;
    const majorId = majors.get(`${row.level} ${row.major}`);
    if (institutionId === undefined) refuse("school", "UNKNOWN_INSTITUTION", { key: row.school });
    if (majorId === undefined) refuse("major", "UNKNOWN_MAJOR", { code: row.major, key: row.major });
    const integrated = row.kind === "FIVE_YEAR_INTEGRATED";
    if (integrated && (row.secondaryYears === null || row.secondaryYears >= row.years)) {
      refuse("secondaryYears", "CELL_REQUIRED", {});
    }
    // a sheet that says nothing of departments moves no programme
    const departmentId =
      row.department === null
        ? (known.get(row.key)?.departmentId ?? null)
        : departments.get(`${institutionId} ${row.department}`);
    if (departmentId === undefined) refuse("department", "UNKNOWN_SCOPE", { name: row.department ?? "" });
    if (institutionId === undefined || majorId === undefined || departmentId === undefined) return null;
    const { key, level, kind, years, titleZh, titleEn } = row;
    return { key, institutionId, majorId, departmentId, level, kind, years, phases: phasesOf(row), titleZh, titleEn };
  },
  async write(tx, _, items, { known }, dryRun) {
    const found = compared<ProgrammeItem, ProgrammeItem>(
      items,
      ({ key }) => known.get(key),
      (item) => item,
    );
    const rowOf = (item: ProgrammeItem) => ({ id: known.get(item.key)?.id ?? v7(), ...item });
    if (!dryRun) await founding.putProgrammes(tx, [...found.inserts, ...found.updates].map(rowOf));
    return counted(found);
  },
};
