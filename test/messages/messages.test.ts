import { describe, expect, test } from "vitest";
import { PROBLEM_CODES } from "../../src/domain/problem.ts";
import { en } from "../../src/messages/en.ts";
import { fill } from "../../src/messages/index.ts";
import { zh } from "../../src/messages/zh.ts";

const placeholders = (sentence: string): string[] =>
  [...sentence.matchAll(/\{(\w+)[|}]/g)].map((match) => match[1] ?? "").sort();

describe("every sentence", () => {
  const sections = Object.keys(zh) as (keyof typeof zh)[];

  test("of a problem's code stands in both languages", () => {
    for (const catalogue of [zh.problems, en.problems])
      expect(Object.keys(catalogue).sort()).toEqual([...PROBLEM_CODES].sort());
  });

  test.each(sections)("of %s asks for the same values in both languages", (section) => {
    const chinese: Readonly<Record<string, string>> = zh[section];
    const english: Readonly<Record<string, string>> = en[section];
    expect(Object.keys(english).sort()).toEqual(Object.keys(chinese).sort());
    for (const key of Object.keys(chinese)) {
      expect({ key, asks: [...new Set(placeholders(english[key] ?? ""))] }).toEqual({
        key,
        asks: [...new Set(placeholders(chinese[key] ?? ""))],
      });
    }
  });

  test.each(sections)("of %s that is English holds no Chinese but the text it explains", (section) => {
    const sentences = Object.entries(en[section]).filter(([key]) => key !== "TIMETABLE_UNREADABLE");
    expect(sentences.filter(([, sentence]) => /[\u4e00-\u9fff，。]/.test(sentence))).toEqual([]);
  });
});

test("a value that is missing stays visible instead of vanishing", () => {
  expect(fill("{a} and {b}", { a: 1 })).toBe("1 and {b}");
});

test("a number takes the form its noun asks for", () => {
  expect(fill("{n|credit|credits}", { n: 1 })).toBe("1 credit");
  expect(fill("{n|credit|credits}", { n: "2.5" })).toBe("2.5 credits");
});
