import { describe, expect, it } from "vitest";
import { type MajorEdition, parseMajorCode, sameClass } from "../../src/domain/major.ts";

const read = (code: string, edition: MajorEdition = "VOCATIONAL_2021") => {
  const major = parseMajorCode(code, edition);
  if (major === null) throw new Error(`${code} is no code`);
  return major;
};

describe("a major's code", () => {
  it.each([
    ["660301", "SECONDARY"],
    ["460301", "ASSOCIATE"],
    ["260301", "VOCATIONAL_BACHELOR"],
  ])("%s tells its level, and category 6, class 3 at every level", (code, level) => {
    expect(read(code)).toMatchObject({ level, category: 6, class: 3, stateControlled: false });
  });

  it("may be state-controlled", () => {
    expect(read("520201K")).toMatchObject({ level: "ASSOCIATE", category: 12, stateControlled: true });
  });

  it("reaches from category 1 to 19 and no further", () => {
    for (const code of ["610101", "790101", "410101", "590101", "210101", "390101"])
      expect(parseMajorCode(code, "VOCATIONAL_2021")).not.toBeNull();
    for (const code of ["600101", "800101", "400101", "200101", "010101", "46030", "4603011", "460301X", "460301T"])
      expect(parseMajorCode(code, "VOCATIONAL_2021")).toBeNull();
  });

  it("means another thing in another edition", () => {
    expect(read("560301", "VOCATIONAL_2015")).toMatchObject({ level: "ASSOCIATE", category: 56 });
    expect(sameClass(read("560301"), read("560301", "VOCATIONAL_2015"))).toBe(false);
  });

  it("of a general bachelor's major may carry T, K or TK", () => {
    expect(read("080601", "GENERAL_BACHELOR")).toMatchObject({
      level: "GENERAL_BACHELOR",
      category: 8,
      special: false,
    });
    expect(read("080604T", "GENERAL_BACHELOR")).toMatchObject({ special: true, stateControlled: false });
    expect(read("101101K", "GENERAL_BACHELOR")).toMatchObject({ special: false, stateControlled: true });
    expect(read("083106TK", "GENERAL_BACHELOR")).toMatchObject({ special: true, stateControlled: true });
    expect(parseMajorCode("150101", "GENERAL_BACHELOR")).toBeNull();
  });
});

describe("the same class", () => {
  it("is a matter of category and class, not of the level", () => {
    expect(sameClass(read("660301"), read("260301"))).toBe(true);
    expect(sameClass(read("660301"), read("460302"))).toBe(true);
    expect(sameClass(read("660301"), read("460201"))).toBe(false);
    expect(sameClass(read("660301"), read("470301"))).toBe(false);
  });
});
