import { canonicalJson } from "./canonical.ts";

/** SHA-256 of a text, in hexadecimal. Handed in, for nothing here comes from outside. */
export type Digest = (text: string) => string;

/** A row as its chain holds it: the hash covers the row and, through the link before it, everything before. */
export interface Link {
  /** From 1, without gaps. */
  readonly position: number;
  /** What names the row in its table. */
  readonly key: string;
  readonly hash: string;
}

/** Where a chain has come to. */
export type ChainEnd = Pick<Link, "position" | "hash">;

/** A chain of nothing. */
export const EMPTY_CHAIN: ChainEnd = { position: 0, hash: "0".repeat(64) };

/**
 * The row to be sealed. What may have to be erased (free text, an address) is no part of `content`: there stands its
 * salted digest as `detail`, so that the chain holds when detail and salt are gone.
 */
export interface SealedRow {
  readonly key: string;
  readonly content: Readonly<Record<string, unknown>>;
  /** Null where there was none, or it was erased. */
  readonly detail: unknown;
  readonly salt: string | null;
}

/** What a head says: how far a chain has come, and up to which transaction no row is missing from it. */
export interface Head extends ChainEnd {
  readonly chain: string;
  /** From 1, without gaps. */
  readonly number: number;
  /** Rows of transactions older than this one are all in the chain. A transaction id of the database. */
  readonly horizon: string;
  readonly sealedAt: string;
}

/** The link of a row that comes after the end of a chain. */
export function linkAfter(digest: Digest, end: ChainEnd, { key, content }: Pick<SealedRow, "key" | "content">): Link {
  const position = end.position + 1;
  return { position, key, hash: digest(canonicalJson({ previous: end.hash, position, key, content })) };
}

/** The links of rows in their order. */
export function linksAfter(
  digest: Digest,
  end: ChainEnd,
  rows: readonly Pick<SealedRow, "key" | "content">[],
): readonly Link[] {
  const links: Link[] = [];
  for (const row of rows) links.push(linkAfter(digest, links.at(-1) ?? end, row));
  return links;
}

/** What stands in a row's content for what may be erased; null for nothing. */
export function detailDigest(digest: Digest, salt: string | null, detail: unknown): string | null {
  return detail === null || detail === undefined ? null : digest(`${salt ?? ""}${canonicalJson(detail)}`);
}

/** The text that a head's signature covers. */
export function headText({ chain, number, position, hash, horizon, sealedAt }: Head): string {
  return canonicalJson({ chain, number, position, hash, horizon, sealedAt });
}

export const CHAIN_FAULTS = [
  /** The row was changed, or stands in another's place. */
  "ROW_ALTERED",
  /** The row is gone. */
  "ROW_GONE",
  /** The row's place in the chain is gone. */
  "LINK_GONE",
  /** The chain is sound in itself and is not the one that was signed. */
  "HEAD_DIFFERS",
  /** What was signed goes further than the chain. */
  "CUT_OFF",
  /** A row that claims to be older than the seal is not in the chain. */
  "ROW_INSERTED",
  /** A head is missing, or two have one number. */
  "HEADS_BROKEN",
  /** A head was not signed by a key of ours. */
  "HEAD_FORGED",
  /** There are seals, and the file with their heads is not there. */
  "HEADS_MISSING",
] as const;
export type ChainFaultCode = (typeof CHAIN_FAULTS)[number];

/** The first thing that does not fit. */
export interface ChainFault {
  readonly code: ChainFaultCode;
  /** Where in the chain; null for what is not in it. */
  readonly position: number | null;
  /** The row; null where nothing names it. */
  readonly key: string | null;
  /** Up to here a signed head vouches for the chain: what is wrong was done between it and `position`. */
  readonly vouchedFor: number;
}

/**
 * Holds a chain against its rows and its signed heads, link by link in the order of their positions. It stops at the
 * first fault: behind a broken link nothing can be told.
 */
export class ChainCheck {
  readonly #digest: Digest;
  readonly #heads: readonly Head[];
  #end: ChainEnd = EMPTY_CHAIN;
  /** The next head to be reached. */
  #next = 0;

  /** @param heads of this chain, their signatures checked, in the order of their numbers */
  constructor(digest: Digest, heads: readonly Head[]) {
    this.#digest = digest;
    this.#heads = heads;
  }

  /** How many links fit so far. */
  get position(): number {
    return this.#end.position;
  }

  /** @param row the row that the link names, null where there is none */
  take(link: Link, row: SealedRow | null): ChainFault | null {
    const fault = this.#faultOf(link, row);
    if (fault !== null) return this.#fault(fault, fault === "LINK_GONE" ? null : link.key);
    this.#end = link;
    return this.#meetHeads();
  }

  /** After the last link. */
  finish(): ChainFault | null {
    if (this.#next >= this.#heads.length) return null;
    return this.#fault("CUT_OFF", null);
  }

  #faultOf(link: Link, row: SealedRow | null): ChainFaultCode | null {
    if (link.position !== this.#end.position + 1) return "LINK_GONE";
    if (row === null) return "ROW_GONE";
    if (linkAfter(this.#digest, this.#end, { key: link.key, content: row.content }).hash !== link.hash) {
      return "ROW_ALTERED";
    }
    const erased = row.detail === null || row.detail === undefined;
    if (!erased && detailDigest(this.#digest, row.salt, row.detail) !== row.content["detail"]) return "ROW_ALTERED";
    return null;
  }

  /** Several heads may stand at one place: a database that moves to another server gets one there. */
  #meetHeads(): ChainFault | null {
    while (this.#heads[this.#next]?.position === this.#end.position) {
      if (this.#heads[this.#next]?.hash !== this.#end.hash) {
        return { code: "HEAD_DIFFERS", position: this.#end.position, key: null, vouchedFor: this.#vouchedFor };
      }
      this.#next += 1;
    }
    return null;
  }

  get #vouchedFor(): number {
    return this.#heads[this.#next - 1]?.position ?? 0;
  }

  #fault(code: ChainFaultCode, key: string | null): ChainFault {
    return { code, position: this.#end.position + 1, key, vouchedFor: this.#vouchedFor };
  }
}

/** Whether heads are the whole line of one chain: numbered from 1 without a gap, never going back. */
export function brokenHead(heads: readonly Head[]): Head | null {
  for (const [index, head] of heads.entries()) {
    const before = heads[index - 1];
    if (head.number !== index + 1 || head.position < (before?.position ?? 0)) return head;
  }
  return null;
}
