import type { Tx } from "../../db/transaction.ts";
import { CatalogueIndex, type Hit } from "./search.ts";
import * as store from "./store.ts";

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

/** Majors of the 2021 vocational catalogue as the ministry published them: 358 + 744 + 247. Source: 职业教育专业目录 2021. */
const PUBLISHED: Readonly<Record<string, number>> = { "2021": 1349 };

/** How complete each edition is, with the gap stated in words. */
export async function catalogueCoverage(tx: Tx) {
  const rows = await store.coverage(tx);
  return rows.map((row) => {
    const published = PUBLISHED[row.edition] ?? row.majors;
    const gap = published - row.majors;
    return {
      edition: row.edition,
      majors: row.majors,
      majorsPublished: published,
      classes: row.classes,
      statement:
        gap === 0
          ? {
              zh: `${row.edition} 版目录已收录 ${row.majors} 个专业。`,
              en: `Edition ${row.edition} holds ${row.majors} majors.`,
            }
          : {
              zh: `${row.edition} 版目录公布 ${published} 个专业，已收录 ${row.majors} 个；尚缺的 ${gap} 个为国家控制布点（K）的高职专科专业。`,
              en: `Edition ${row.edition} publishes ${published} majors; ${row.majors} are here. The missing ${gap} are state-controlled (K) majors of the associate level.`,
            },
    };
  });
}
