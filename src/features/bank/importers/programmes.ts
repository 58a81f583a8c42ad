import { narrowed } from "../../../domain/sheet/cell.ts";
import type { SchoolProgramme } from "../import-store.ts";
import { type Lookup, lookup } from "../lookup.ts";

/** Programmes of the school, found by their key or Chinese title. */
export function programmeLookup(rows: readonly SchoolProgramme[]): Lookup<SchoolProgramme> {
  return lookup(rows, (row) => [row.key, narrowed(row.titleZh)]);
}
