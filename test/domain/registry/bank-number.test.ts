import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BANK_NUMBERS,
  bankNumberOf,
  looksLikeBankNumber,
  readBankNumber,
} from "../../../src/domain/registry/bank-number.ts";

const lots = fc.integer({ min: 0, max: BANK_NUMBERS - 1 });
const digits = (number: string): readonly number[] => Array.from({ length: number.length - 2 }, (_, nth) => nth + 2);

describe("a bank number", () => {
  test.each([
    [482_019_635, "XF4820196357"],
    [1, "XF0000000013"],
    [572, "XF0000005724"],
  ])("of the lot %i is %s", (lot, number) => {
    expect(bankNumberOf(lot)).toBe(number);
  });

  test("is read as it was given, however it is written down", () => {
    fc.assert(
      fc.property(lots, (lot) => {
        const number = bankNumberOf(lot);
        expect(readBankNumber(number)).toBe(number);
        expect(readBankNumber(` ${number.slice(0, 5).toLowerCase()}-${number.slice(5, 9)} ${number.slice(9)} `)).toBe(
          number,
        );
      }),
    );
  });

  test("is never read with one digit wrong", () => {
    fc.assert(
      fc.property(lots, fc.integer({ min: 1, max: 9 }), (lot, shift) => {
        const number = bankNumberOf(lot);
        for (const at of digits(number)) {
          const wrong = (Number(number[at]) + shift) % 10;
          expect(
            readBankNumber(`${number.slice(0, at)}${wrong}${number.slice(at + 1)}`),
            `${number} at ${at}`,
          ).toBeNull();
        }
      }),
    );
  });

  test("is never read with two neighbours that changed places", () => {
    fc.assert(
      fc.property(lots, (lot) => {
        const number = bankNumberOf(lot);
        for (const at of digits(number).slice(1)) {
          const [one = "", two = ""] = [number[at - 1], number[at]];
          if (one === two) continue;
          expect(readBankNumber(`${number.slice(0, at - 1)}${two}${one}${number.slice(at + 1)}`), number).toBeNull();
        }
      }),
    );
  });

  test.each(["", "XF", "XF482019635", "XF48201963570", "4820196357", "2024010001", "XF48201963五7"])(
    "is not %j",
    (text) => {
      expect(readBankNumber(text)).toBeNull();
    },
  );

  test("is told from a student number by its letters, right or wrong", () => {
    expect(looksLikeBankNumber("xf-1")).toBe(true);
    expect(looksLikeBankNumber("2024010001")).toBe(false);
  });
});
