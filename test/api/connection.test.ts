import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { connectionOf, encodeCursor, PAGE_SIZE_MAX, pageOf } from "../../src/api/connection.ts";

describe("a page", () => {
  test("is never larger than the bound, nor negative", () => {
    fc.assert(
      fc.property(fc.integer(), (first) => {
        const page = pageOf({ first }, 1);
        expect(page?.first).toBeGreaterThanOrEqual(0);
        expect(page?.first).toBeLessThanOrEqual(PAGE_SIZE_MAX);
      }),
    );
  });

  test("reads back the keys of its cursor, whatever they hold", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 3 }), (keys) => {
        expect(pageOf({ after: encodeCursor(keys) }, keys.length)?.after).toEqual(keys);
      }),
    );
  });

  test("refuses whatever is no cursor", () => {
    fc.assert(
      fc.property(fc.string(), (after) => {
        expect(pageOf({ after }, 2)).toBeNull();
      }),
    );
  });

  test("refuses a cursor of another list", () => expect(pageOf({ after: encodeCursor(["a"]) }, 2)).toBeNull());
});

describe("a connection", () => {
  test("walked page by page gives every row once, in order", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(500), { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (numbers, first) => {
        const rows = [...numbers].sort((a, b) => a - b);
        const seen: number[] = [];
        let after: string | null = null;
        for (;;) {
          const page = pageOf({ first, after }, 1);
          if (page === null) throw new Error("its own cursor was refused");
          const last = page.after === null ? -1 : Number(page.after[0]);
          const found = rows.filter((row) => row > last).slice(0, first + 1);
          const connection = connectionOf(found, page, (row) => [String(row)]);
          seen.push(...connection.edges.map((edge) => edge.node));
          if (!connection.pageInfo.hasNextPage) break;
          after = connection.pageInfo.endCursor;
        }
        expect(seen).toEqual(rows);
      }),
    );
  });
});
