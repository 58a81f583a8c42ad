import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  brokenHead,
  ChainCheck,
  type ChainFault,
  detailDigest,
  type Digest,
  EMPTY_CHAIN,
  type Head,
  headText,
  type Link,
  linksAfter,
  type SealedRow,
} from "../../src/domain/chain.ts";

const sha256: Digest = (text) => createHash("sha256").update(text).digest("hex");

const row = (key: string, content: object = {}): SealedRow => ({
  key,
  content: { ...content, key },
  detail: null,
  salt: null,
});

/** A head at the end of some links. */
const headAt = (number: number, link: Link | undefined): Head => ({
  chain: "test",
  number,
  position: link?.position ?? 0,
  hash: link?.hash ?? EMPTY_CHAIN.hash,
  horizon: String(number * 100),
  sealedAt: "2026-11-24T02:00:00.000Z",
});

/** A chain of rows with a head every so many links and one at its end. */
function chainOf(rows: readonly SealedRow[], every: number): { links: readonly Link[]; heads: readonly Head[] } {
  const links = linksAfter(sha256, EMPTY_CHAIN, rows);
  const ends = links.filter((link, index) => link.position % every === 0 || index === links.length - 1);
  return { links, heads: ends.map((link, index) => headAt(index + 1, link)) };
}

function check(
  links: readonly Link[],
  rows: readonly (SealedRow | undefined)[],
  heads: readonly Head[],
): ChainFault | null {
  const by = new Map(rows.flatMap((each) => (each === undefined ? [] : [[each.key, each] as const])));
  const checking = new ChainCheck(sha256, heads);
  for (const link of links) {
    const fault = checking.take(link, by.get(link.key) ?? null);
    if (fault !== null) return fault;
  }
  return checking.finish();
}

const rowsOf = (count: number): SealedRow[] => Array.from({ length: count }, (_, n) => row(`r${n + 1}`, { n }));

test("a chain that nobody touched fits, whatever its rows hold and wherever its heads lie", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 30 }), fc.integer({ min: 1, max: 7 }), (values, every) => {
      const rows = values.map((value, n) => row(`r${n}`, { value }));
      const { links, heads } = chainOf(rows, every);
      expect(check(links, rows, heads)).toBeNull();
    }),
  );
});

test("a chain is the same whether its rows are sealed at once or in parts", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 }), (first, second) => {
      const rows = rowsOf(first + second);
      const before = linksAfter(sha256, EMPTY_CHAIN, rows.slice(0, first));
      const after = linksAfter(sha256, before.at(-1) ?? EMPTY_CHAIN, rows.slice(first));
      expect([...before, ...after]).toEqual(linksAfter(sha256, EMPTY_CHAIN, rows));
    }),
  );
});

test("of a changed row its own place is told", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5 }), fc.nat(), (count, every, pick) => {
      const rows = rowsOf(count);
      const { links, heads } = chainOf(rows, every);
      const place = pick % count;
      const altered = rows.map((each, n) => (n === place ? row(each.key, { n: -1 }) : each));
      expect(check(links, altered, heads)).toMatchObject({
        code: "ROW_ALTERED",
        position: place + 1,
        key: `r${place + 1}`,
        vouchedFor: place - (place % every),
      });
    }),
  );
});

test("of a row that was taken away its own place is told, with its link or without", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), fc.boolean(), (count, pick, alsoLink) => {
      const rows = rowsOf(count);
      const { links, heads } = chainOf(rows, 4);
      const place = pick % count;
      const left = rows.filter((_, n) => n !== place);
      const leftLinks = alsoLink ? links.filter((_, n) => n !== place) : links;
      const last = alsoLink && place === count - 1;
      expect(check(leftLinks, left, heads)).toMatchObject({
        code: last ? "CUT_OFF" : alsoLink ? "LINK_GONE" : "ROW_GONE",
        position: place + 1,
      });
    }),
  );
});

test("two rows that changed places do not fit", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.nat(), (count, pick) => {
      const rows = rowsOf(count);
      const { links, heads } = chainOf(rows, 4);
      const place = pick % (count - 1);
      const swapped = links.map((link, n) => {
        const key = n === place ? links[place + 1]?.key : n === place + 1 ? links[place]?.key : link.key;
        return { ...link, key: key ?? "" };
      });
      expect(check(swapped, rows, heads)).toMatchObject({ code: "ROW_ALTERED", position: place + 1 });
    }),
  );
});

test("a chain computed anew over changed rows does not fit what was signed, from the first head behind the change", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5 }), fc.nat(), (count, every, pick) => {
      const rows = rowsOf(count);
      const { heads } = chainOf(rows, every);
      const place = pick % count;
      const altered = rows.map((each, n) => (n === place ? row(each.key, { n: -1 }) : each));
      const fault = check(linksAfter(sha256, EMPTY_CHAIN, altered), altered, heads);
      expect(fault?.code).toBe("HEAD_DIFFERS");
      expect(fault?.vouchedFor).toBeLessThanOrEqual(place);
      expect(fault?.position).toBeGreaterThan(place);
    }),
  );
});

test("what may be erased can go and the chain holds, but it cannot be replaced", () => {
  const detail = { reason: "手机号写错" };
  const salt = "salt";
  const kept: SealedRow = { ...row("r1", { detail: detailDigest(sha256, salt, detail) }), detail, salt };
  const { links, heads } = chainOf([kept], 1);
  expect(check(links, [kept], heads)).toBeNull();
  expect(check(links, [{ ...kept, detail: null, salt: null }], heads)).toBeNull();
  expect(check(links, [{ ...kept, detail: { reason: "别的理由" } }], heads)).toMatchObject({ code: "ROW_ALTERED" });
  const bare = row("r1", {});
  const bareChain = chainOf([bare], 1);
  const written = { ...bare, detail, salt };
  expect(check(bareChain.links, [written], bareChain.heads)).toMatchObject({ code: "ROW_ALTERED" });
});

test("the digest of what may be erased tells nothing without its salt", () => {
  expect(detailDigest(sha256, "a", "x")).not.toBe(detailDigest(sha256, "b", "x"));
  expect(detailDigest(sha256, "a", null)).toBeNull();
});

test("heads are one line: numbered from 1 without a gap, and never going back", () => {
  const { heads } = chainOf(rowsOf(9), 3);
  expect(brokenHead(heads)).toBeNull();
  expect(brokenHead(heads.slice(1))?.number).toBe(2);
  expect(brokenHead([...heads.slice(0, 1), ...heads.slice(2)])?.number).toBe(3);
  const [first, second] = heads;
  if (first === undefined || second === undefined) throw new Error("three heads");
  expect(brokenHead([first, { ...second, position: 1 }])?.number).toBe(2);
});

test("a signature covers everything a head says", () => {
  const [head] = chainOf(rowsOf(1), 1).heads;
  if (head === undefined) throw new Error("one head");
  const changes = [
    { chain: "other" },
    { number: 2 },
    { position: 2 },
    { hash: "0" },
    { horizon: "1" },
    { sealedAt: "2027-01-01T00:00:00.000Z" },
  ];
  const texts = changes.map((change) => headText({ ...head, ...change }));
  expect(new Set([headText(head), ...texts]).size).toBe(changes.length + 1);
});
