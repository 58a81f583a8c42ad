import fc from "fast-check";
import { expect, test } from "vitest";
import { maskName } from "../../src/domain/name.ts";

test.each([
  ["张三", "张*"],
  ["张三丰", "张**"],
  ["欧阳修", "欧阳*"],
  ["欧阳", "欧*"],
  ["司馬相如", "司馬**"],
  ["王", "*"],
  ["", ""],
  ["𠮷野家", "𠮷**"],
  ["买买提·吐尔逊", "买**·***"],
  ["阿·斯仁", "阿·**"],
  ["斯琴•高娃", "斯*•**"],
  ["John Smith", "J*** *****"],
  ["O'Brien", "O'*****"],
  ["Ji\u0301mena", "J*****"],
  ["👩‍🏫老师", "👩‍🏫**"],
  ["·张·", "·*·"],
])("%j is shown as %j", (name, masked) => {
  expect(maskName(name)).toBe(masked);
});

const graphemes = (text: string) => Array.from(new Intl.Segmenter("und").segment(text), ({ segment }) => segment);
const SEPARATORS = /^[\s·•‧・.．。,，'’-]$/u;
const han = fc
  .array(fc.constantFrom(...Array.from("张王欧阳司马修明远德𠮷芳诸葛亮·• ")), { maxLength: 8 })
  .map((characters) => characters.join(""));
const anyName = fc.oneof(
  han,
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 20 }),
);

test("a mask shows at most a surname, never a whole name, and every separator", () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const [before, after] = [graphemes(name), graphemes(maskName(name))];
      const letters = before.flatMap((character, place) => (SEPARATORS.test(character) ? [] : [place]));
      const told = letters.filter((place) => after[place] !== "*");
      expect(told.length).toBeLessThanOrEqual(2);
      expect(told.length).toBeLessThanOrEqual(Math.max(0, letters.length - 1));
      // what is told is the beginning, and as it was
      expect(told).toEqual(letters.slice(0, told.length));
      for (const place of told) expect(after[place]).toBe(before[place]);
    }),
    { numRuns: 2000 },
  );
});

test("a mask keeps the length, and masking again changes nothing", () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const masked = maskName(name);
      expect(graphemes(masked)).toHaveLength(graphemes(name).length);
      expect(maskName(masked)).toBe(masked);
    }),
    { numRuns: 2000 },
  );
});

test("two names of one surname and one length look the same", () => {
  const given = fc.string({ unit: fc.constantFrom(...Array.from("明远德芳亮伟静丽")), minLength: 1, maxLength: 1 });
  fc.assert(
    fc.property(given, given, (one, other) => {
      expect(maskName(`张${one}`)).toBe(maskName(`张${other}`));
    }),
  );
});
