import { describe, expect, test } from "vitest";
import { CatalogueIndex, normalise } from "../../../src/features/catalogue/search.ts";
import type { SearchRow } from "../../../src/features/catalogue/store.ts";

const row = (kind: SearchRow["kind"], code: string, zh: string, en: string | null = null): SearchRow => ({
  kind,
  id: `id-${kind}-${code}`,
  code,
  zh,
  en,
});

const index = new CatalogueIndex([
  row("MAJOR", "660301", "机电技术应用", "Mechatronics Application"),
  row("MAJOR", "460301", "机电一体化技术", "Mechatronics Technology"),
  row("MAJOR", "260301", "机械电子工程技术"),
  row("MAJOR", "720201", "护理", "Nursing"),
  row("MAJOR", "520201", "护理", "Nursing"),
  row("COURSE", "JD0201", "机械制图", "Mechanical Drawing"),
  row("INSTITUTION", "btvtc", "包头职业技术学院", "Baotou Vocational & Technical College"),
]);
const codes = (text: string, kinds: ReadonlySet<SearchRow["kind"]> | null = null): string[] =>
  index.find(text, kinds).map((hit) => hit.row.code);

describe("a reader finds an entry", () => {
  test("by its code", () => expect(codes("460301")[0]).toBe("460301"));
  test("by the beginning of its code", () => expect(codes("4603")).toEqual(["460301"]));
  test("by its whole Chinese name, before names that only contain it", () =>
    expect(codes("机电一体化技术")[0]).toBe("460301"));
  test("by a word of two characters", () => expect(codes("护理")).toEqual(["520201", "720201"]));
  test("by part of its English name, in either case", () => expect(codes("DRAWING")).toEqual(["JD0201"]));
  test("by pinyin initials", () => expect(codes("jdyth")).toEqual(["460301"]));
  test("typed in full width, with spaces and dots", () => expect(codes("４６０ ３０１．")[0]).toBe("460301"));
  test("although one word of the name is wrong", () => expect(codes("机电一体技术")).toContain("460301"));
});

describe("a search", () => {
  test("keeps to the kinds asked for", () => expect(codes("机械", new Set(["COURSE"]))).toEqual(["JD0201"]));
  test("of nothing but spaces finds nothing", () => expect(codes("  　")).toEqual([]));
  test("of what is not here finds nothing", () => expect(codes("量子")).toEqual([]));
  test("gives ties in the order of their codes, so that pages are stable", () => {
    expect(codes("护理")).toEqual(codes("护理"));
  });
});

test("normalising folds width, case, spaces and punctuation", () => {
  expect(normalise(" ＡＢ－1·x（二） ")).toBe("ab1x二");
});
