import type { Language } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { fill, messages } from "../../messages/index.ts";
import { CatalogueIndex, type Hit } from "./search.ts";
import * as store from "./store.ts";

/** What later features may ask of the catalogue. */
export {
  type CourseRow,
  certificatesByIds,
  competitionsByIds,
  coursesByIds,
  institutionByKey,
  institutionsByIds,
  type ProgrammeRow,
  programmesByIds,
} from "./store.ts";

export { publicName, setPublicNames } from "./public-names.ts";
export { publicNamePolicies } from "./store.ts";

/** How old the search index may grow before it is built anew. Milliseconds. */
const INDEX_AGE_MAX = 60_000;

/** The search index of this process; another process builds its own, so nothing is missed but the last minute. */
export class CatalogueSearch {
  #index: CatalogueIndex | null = null;
  #builtAt = 0;
  #building: Promise<CatalogueIndex> | null = null;

  /**
   * Finds entries by code, Chinese, English or pinyin initials, best first.
   * @param now milliseconds, so that age is the caller's to say.
   */
  async find(
    tx: Tx,
    text: string,
    kinds: readonly store.SearchRow["kind"][] | null,
    now: number,
  ): Promise<readonly Hit[]> {
    const index = await this.#current(tx, now);
    return index.find(text, kinds === null ? null : new Set(kinds));
  }

  async #current(tx: Tx, now: number): Promise<CatalogueIndex> {
    if (this.#index !== null && now - this.#builtAt < INDEX_AGE_MAX) return this.#index;
    this.#building ??= store
      .searchRows(tx)
      .then((rows) => {
        this.#index = new CatalogueIndex(rows);
        this.#builtAt = now;
        return this.#index;
      })
      .finally(() => {
        this.#building = null;
      });
    return this.#building;
  }
}

/** How complete each edition is, with the gap stated in words. */
export async function catalogueCoverage(tx: Tx) {
  const rows = await store.coverage(tx);
  return rows.map((row) => ({
    edition: row.edition,
    majors: row.majors,
    majorsPublished: row.published,
    classes: row.classes,
    statement: { zh: stated("zh", row.titleZh, row, row.noteZh), en: stated("en", row.titleEn, row, row.noteEn) },
  }));
}

function stated(language: Language, title: string, row: store.CoverageRow, note: string | null): string {
  const params = { title, majors: row.majors, published: row.published ?? row.majors, note: note ?? "" };
  const whole = row.published === null || row.published === row.majors;
  return fill(messages(language).catalogue[whole ? "COVERED" : "COVERED_IN_PART"], params);
}
