import { v7 } from "uuid";
import type { Id } from "../../../domain/id.ts";
import type { RowOf } from "../../../domain/sheet/column.ts";
import { INSTITUTIONS } from "../../../domain/sheet/kinds/catalogue.ts";
import * as store from "../founding-store.ts";
import { compared, counted, type Importer } from "../importing.ts";

type InstitutionItem = RowOf<typeof INSTITUTIONS.columns>;
type InstitutionFacts = ReadonlyMap<string, InstitutionItem & { readonly id: Id }>;

/** 院校: entered by an administrator of the whole service, before anything else can be. */
export const institutionImporter: Importer<typeof INSTITUTIONS.columns, InstitutionFacts, InstitutionItem> = {
  kind: INSTITUTIONS,
  action: "institution.import",
  anySchool: true,
  keyColumn: "key",
  keyOf: ({ key }) => key,
  async load(tx) {
    return new Map((await store.institutions(tx)).map((row) => [row.key, row]));
  },
  resolve: (row) => row,
  async write(tx, _, items, known, dryRun) {
    const found = compared<InstitutionItem, InstitutionItem>(
      items,
      ({ key }) => known.get(key),
      (item) => item,
    );
    const rowOf = (item: InstitutionItem) => ({ id: known.get(item.key)?.id ?? v7(), ...item });
    if (!dryRun) await store.putInstitutions(tx, [...found.inserts, ...found.updates].map(rowOf));
    return counted(found);
  },
};
