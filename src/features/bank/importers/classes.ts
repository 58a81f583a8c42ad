import { v7 } from "uuid";
import type { Id } from "../../../domain/id.ts";
import { CLASSES } from "../../../domain/sheet/kinds/people.ts";
import { campusesOf } from "../../calendar/service.ts";
import * as store from "../import-store.ts";
import { compared, counted, type Importer } from "../importing.ts";
import type { Lookup } from "../lookup.ts";
import { programmeLookup } from "./programmes.ts";

interface ClassItem {
  readonly name: string;
  readonly programmeId: Id;
  readonly entryYear: number;
  readonly campusId: Id | null;
}
interface ClassFacts {
  readonly programmes: Lookup<store.SchoolProgramme>;
  readonly campuses: ReadonlyMap<string, Id>;
  readonly known: ReadonlyMap<string, ClassItem & { readonly id: Id }>;
}

export const classImporter: Importer<typeof CLASSES.columns, ClassFacts, ClassItem> = {
  kind: CLASSES,
  action: "roster.import",
  keyColumn: "name",
  keyOf: (item) => item.name,
  async load(tx, { institutionId }) {
    const [programmes, classes, campuses] = await Promise.all([
      store.programmes(tx, institutionId),
      store.classes(tx, institutionId),
      campusesOf(tx, institutionId),
    ]);
    const named = campuses.flatMap(({ id, zh, en }) => [[zh, id] as const, [en, id] as const]);
    return {
      programmes: programmeLookup(programmes),
      campuses: new Map(named),
      known: new Map(classes.map((row) => [row.name, row])),
    };
  },
  resolve({ name, programme, entryYear, campus }, { programmes, campuses }, refuse) {
    const found = programmes.find(programme);
    const campusId = campus === null ? null : campuses.get(campus);
    if (campusId === undefined) refuse("campus", "UNKNOWN_CAMPUS", { name: campus ?? "" });
    if (found === null) refuse("programme", "UNKNOWN_PROGRAMME", { key: programme });
    if (found === null || campusId === undefined) return null;
    return { name, programmeId: found.row.id, entryYear, campusId };
  },
  async write(tx, { institutionId }, items, { known }, dryRun) {
    // a sheet that says nothing of campuses moves no class
    const kept = (item: ClassItem) => ({ ...item, campusId: item.campusId ?? known.get(item.name)?.campusId ?? null });
    const found = compared<ClassItem, ClassItem>(items, (item) => known.get(item.name), kept);
    const rowOf = (item: ClassItem) => ({ id: known.get(item.name)?.id ?? v7(), institutionId, ...kept(item) });
    if (!dryRun) await store.putClasses(tx, [...found.inserts, ...found.updates].map(rowOf));
    return counted(found);
  },
};
