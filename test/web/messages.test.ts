import { expect, test } from "vitest";
import { en } from "../../src/web/messages/en.ts";
import { zh } from "../../src/web/messages/zh.ts";

/** The names between braces: what a sentence must be given. */
const placeholders = (sentence: string) =>
  [...new Set([...sentence.matchAll(/\{(\w+)/g)].map(([, name]) => name))].sort();

test("every sentence of the portal exists in both languages", () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  for (const [id, sentence] of [...Object.entries(zh), ...Object.entries(en)]) expect(sentence.trim(), id).not.toBe("");
});

test("both languages say a sentence with the same facts", () => {
  for (const [id, sentence] of Object.entries(zh)) {
    const other = en[id as keyof typeof zh];
    expect([id, placeholders(other)]).toEqual([id, placeholders(sentence)]);
  }
});
