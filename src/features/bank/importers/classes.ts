import { v7 } from "uuid";
import type { Id } from "../../../domain/id.ts";
import { CLASSES } from "../../../domain/sheet/kinds/people.ts";
import * as store from "../import-store.ts";
import { compared, counted, type Importer } from "../importing.ts";
import type { Lookup } from "../lookup.ts";
import { programmeLookup } from "./programmes.ts";

interface ClassItem {
  readonly name: string;
  readonly programmeId: Id;
  readonly entryYear: number;
}
interface ClassFacts {
  readonly programmes: Lookup<store.SchoolProgramme>;
  readonly known: ReadonlyMap<string, ClassItem & { readonly id: Id }>;
}

export const classImporter: Importer<typeof CLASSES.columns, ClassFacts, ClassItem> = {
  kind: CLASSES,
  action: "roster.import",
  keyColumn: "name",
  keyOf: (item) => item.name,
  async load(tx, { institutionId }) {
    const [programmes, classes] = await Promise.all([
      store.programmes(tx, institutionId),
      store.classes(tx, institutionId),
    ]);
    return { programmes: programmeLookup(programmes), known: new Map(classes.map((row) => [row.name, row])) };
  },
  resolve({ name, programme, entryYear }, { programmes }, refuse) {
    const found = programmes.find(programme);
    if (found === null) return refuse("programme", "UNKNOWN_PROGRAMME", { key: programme });
    return { name, programmeId: found.row.id, entryYear };
  },
  async write(tx, { institutionId }, items, { known }, dryRun) {
    const found = compared<ClassItem, ClassItem>(
      items,
      (item) => known.get(item.name),
      (item) => item,
    );
    const rowOf = (item: ClassItem) => ({ id: known.get(item.name)?.id ?? v7(), institutionId, ...item });
    if (!dryRun) await store.putClasses(tx, [...found.inserts, ...found.updates].map(rowOf));
    return counted(found);
  },
};
