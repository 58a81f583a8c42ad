import type { Language } from "../auth/viewer.ts";
import type { Problem } from "../domain/problem.ts";
import { en } from "./en.ts";
import { type Messages, zh } from "./zh.ts";

export type { Messages } from "./zh.ts";

const catalogues: Readonly<Record<Language, Messages>> = { zh, en };

/** The catalogue of a language. */
export function messages(language: Language): Messages {
  return catalogues[language];
}

/**
 * Fills `{name}` in a sentence, and `{name|credit|credits}` with the value and the form it asks for: the first for one,
 * the second for any other. A name without a value stays as it is written, so that a fault shows.
 */
export function fill(sentence: string, params: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)(?:\|(\w+)\|(\w+))?\}/g, (whole, name: string, one?: string, other?: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return one === undefined ? String(value) : `${value} ${String(value) === "1" ? one : other}`;
  });
}

/** The human sentence of a problem. */
export function sentenceOf(problem: Problem, language: Language): string {
  return fill(messages(language).problems[problem.code], problem.params);
}
