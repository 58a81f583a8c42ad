import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isProblem } from "../../src/domain/problem.ts";
import { type DocumentKind, maskNumber, readDocument } from "../../src/domain/id-number.ts";

// The only two numbers that tests may use: whoever they would belong to is not born yet.
const [FIRST, SECOND] = ["150203209912310010", "15020320991231007X"] as const;
const TODAY = "2115-09-01";

const read = (number: string | null, kind: DocumentKind | null = null, birthOn: string | null = null) =>
  readDocument({ kind, number, birthOn }, TODAY);

describe("a resident's number", () => {
  test.each([FIRST, SECOND, SECOND.toLowerCase()])("%s is read with its birth date", (number) => {
    expect(read(number)).toEqual({ kind: "RESIDENT_ID", number: number.toUpperCase(), birthOn: "2099-12-31" });
  });

  test("with any one digit changed is refused: that is what the check digit is for", () => {
    const change = fc.tuple(
      fc.constantFrom(FIRST, SECOND),
      fc.integer({ min: 0, max: 16 }),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(change, ([number, place, by]) => {
        const digit = String((Number(number[place]) + by) % 10);
        expect(read(number.slice(0, place) + digit + number.slice(place + 1))).toMatchObject({ kind: "problem" });
      }),
    );
  });

  test("with two neighbours exchanged is refused", () => {
    const exchanged = [FIRST, SECOND].flatMap((number) =>
      Array.from({ length: 16 }, (_, place) => {
        const [one = "", other = ""] = number.slice(place, place + 2);
        return number.slice(0, place) + other + one + number.slice(place + 2);
      }).filter((other) => other !== number),
    );
    expect(exchanged.length).toBeGreaterThan(20);
    expect(exchanged.filter((number) => !isProblem(read(number)))).toEqual([]);
  });

  test.each([
    ["of fifteen digits, out of use since 2013", "150203991231001", "ID_NUMBER_MALFORMED"],
    ["with a wrong check digit", "150203209912310011", "ID_NUMBER_CHECK_DIGIT"],
    ["as a spreadsheet rounds it", "150203209912310000", "ID_NUMBER_CHECK_DIGIT"],
    ["with letters in it", "15020320991231001A", "ID_NUMBER_MALFORMED"],
  ])("%s is refused", (_, number, code) => {
    expect(read(number)).toMatchObject({ code });
  });

  test("of someone not yet born is refused", () => {
    expect(readDocument({ kind: null, number: FIRST, birthOn: null }, "2099-12-30")).toMatchObject({
      code: "ID_NUMBER_BIRTH_DATE",
    });
    expect(readDocument({ kind: null, number: FIRST, birthOn: null }, "2099-12-31")).toMatchObject({ number: FIRST });
  });

  test("beside another birth date is refused", () => {
    expect(read(FIRST, null, "2099-12-30")).toMatchObject({ code: "BIRTH_DATE_DIFFERS" });
    expect(read(FIRST, null, "2099-12-31")).toMatchObject({ birthOn: "2099-12-31" });
  });

  test("is no residence permit of Hong Kong, Macao or Taiwan, whose regions are their own", () => {
    expect(read(FIRST, "HMT_RESIDENCE_PERMIT")).toMatchObject({ code: "ID_NUMBER_MALFORMED" });
  });

  test("never stands in a problem", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{17}[\dX]$/), (number) => {
        const answer = read(number);
        expect(isProblem(answer) ? JSON.stringify(answer) : "").not.toContain(number.slice(6));
      }),
    );
  });
});

test("a foreigner's document has no form to check but that of a number, and its birth date is given", () => {
  expect(read("e12345678", "PASSPORT", "2099-01-02")).toEqual({
    kind: "PASSPORT",
    number: "E12345678",
    birthOn: "2099-01-02",
  });
  expect(read("护照", "PASSPORT")).toMatchObject({ code: "ID_NUMBER_MALFORMED" });
});

test("a birth date alone is kept, and an impossible one refused", () => {
  expect(read(null, null, "2099-01-02")).toEqual({ kind: "RESIDENT_ID", number: null, birthOn: "2099-01-02" });
  expect(read(null, null, "1899-12-31")).toMatchObject({ code: "ID_NUMBER_BIRTH_DATE" });
  expect(read(null)).toBeNull();
});

test("a masked number shows its end and no more than a third of it", () => {
  expect(maskNumber(FIRST)).toBe("**************0010");
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9A-Z]{4,30}$/), (number) => {
      const masked = maskNumber(number);
      expect(masked).toHaveLength(number.length);
      expect(masked.replaceAll("*", "").length).toBeLessThanOrEqual(number.length / 3);
    }),
  );
});
