import { isText } from "../domain/text.ts";

/** The most rows one page may ask for. A bound of the service, not of the field. */
export const PAGE_SIZE_MAX = 200;

/** A page asked for: how many, and the keys of the row it comes after. */
export interface Page {
  readonly first: number;
  readonly after: readonly string[] | null;
}

/** A connection of the contract. */
export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** A cursor: the keys of a row, in the order of the list. */
export function encodeCursor(keys: readonly string[]): string {
  return Buffer.from(JSON.stringify(keys)).toString("base64url");
}

function decodeCursor(text: string): readonly string[] | null {
  try {
    const keys: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    return Array.isArray(keys) && keys.every((key) => typeof key === "string" && isText(key)) ? keys : null;
  } catch {
    return null;
  }
}

/**
 * Reads `first` and `after`. A page beyond the bound is cut to it; a cursor with another number of keys than `keyCount`
 * is refused as null.
 */
export function pageOf(
  args: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  keyCount: number,
): Page | null {
  const first = Math.min(Math.max(args.first ?? 20, 0), PAGE_SIZE_MAX);
  if (args.after === null || args.after === undefined) return { first, after: null };
  const after = decodeCursor(args.after);
  return after !== null && after.length === keyCount ? { first, after } : null;
}

/** Makes a connection from up to `first + 1` rows: the one too many tells that there is a next page. */
export function connectionOf<Node>(
  rows: readonly Node[],
  page: Page,
  keysOf: (node: Node) => readonly string[],
): Connection<Node> {
  // most callers ask for the rows only: a cursor is made when it is read
  const edges = rows.slice(0, page.first).map((node) => ({
    get cursor() {
      return encodeCursor(keysOf(node));
    },
    node,
  }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > page.first,
      hasPreviousPage: page.after !== null,
      get startCursor() {
        return edges[0]?.cursor ?? null;
      },
      get endCursor() {
        return edges.at(-1)?.cursor ?? null;
      },
    },
  };
}
