import { pinyin } from "pinyin-pro";
import type { SearchRow } from "./store.ts";

/** An entry of the catalogue that was found, and how well. */
export interface Hit {
  readonly row: SearchRow;
  readonly score: number;
}

/** How well each kind of match counts: an exact code says what is meant, a shared pair of characters hints at it. */
const SCORE = { exact: 1000, prefix: 400, contains: 200, bigram: 20 } as const;

interface Entry {
  readonly row: SearchRow;
  readonly texts: readonly string[];
  readonly initials: string;
}

/** Lower case, half width, without spaces and punctuation, so that "ＡＢ－1" and "ab1" are one. */
export function normalise(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\p{P}]+/gu, "");
}

function bigrams(text: string): string[] {
  const characters = Array.from(text);
  return characters.length < 2
    ? characters
    : characters.slice(1).map((character, at) => `${characters[at]}${character}`);
}

/**
 * A bigram index over codes, Chinese and English names and pinyin initials, held in the process. Two-character Chinese
 * words are one bigram, which is why this finds what trigrams of a database cannot.
 */
export class CatalogueIndex {
  readonly #entries: readonly Entry[];
  readonly #postings = new Map<string, number[]>();

  constructor(rows: readonly SearchRow[]) {
    this.#entries = rows.map((row) => ({
      row,
      texts: [row.code, row.zh, row.en ?? ""].map(normalise).filter((text) => text !== ""),
      initials: normalise(pinyin(row.zh, { pattern: "first", toneType: "none", separator: "" })),
    }));
    for (const [at, entry] of this.#entries.entries()) {
      for (const gram of new Set([...entry.texts, entry.initials].flatMap(bigrams))) {
        const posting = this.#postings.get(gram);
        if (posting === undefined) this.#postings.set(gram, [at]);
        else posting.push(at);
      }
    }
  }

  /** All entries that match, best first; ties by code, so that pages are stable. */
  find(text: string, kinds: ReadonlySet<SearchRow["kind"]> | null): readonly Hit[] {
    const wanted = normalise(text);
    if (wanted === "") return [];
    const hits: Hit[] = [];
    for (const [at, shared] of this.#candidates(wanted)) {
      const entry = this.#entries[at];
      if (entry === undefined || (kinds !== null && !kinds.has(entry.row.kind))) continue;
      const score = scoreOf(entry, wanted, shared);
      if (score > 0) hits.push({ row: entry.row, score });
    }
    return hits.sort(
      (a, b) => b.score - a.score || a.row.code.localeCompare(b.row.code) || a.row.id.localeCompare(b.row.id),
    );
  }

  /** Entries that share pairs of characters with the text, and how many. One character alone is looked for everywhere. */
  #candidates(wanted: string): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    if (Array.from(wanted).length === 1) {
      for (const at of this.#entries.keys()) counts.set(at, 0);
      return counts;
    }
    for (const gram of new Set(bigrams(wanted))) {
      for (const at of this.#postings.get(gram) ?? []) counts.set(at, (counts.get(at) ?? 0) + 1);
    }
    return counts;
  }
}

function scoreOf(entry: Entry, wanted: string, shared: number): number {
  let best = 0;
  for (const text of [...entry.texts, entry.initials]) {
    if (text === wanted) best = Math.max(best, SCORE.exact);
    else if (text.startsWith(wanted)) best = Math.max(best, SCORE.prefix);
    else if (text.includes(wanted)) best = Math.max(best, SCORE.contains);
  }
  if (best > 0) return best + shared;
  // a name may be mistyped, and then more than half of its pairs must be shared; a code is right or wrong
  const pairs = Array.from(wanted).length - 1;
  return pairs > 1 && shared * 2 > pairs && !/^\d+$/.test(wanted) ? shared * SCORE.bigram : 0;
}
