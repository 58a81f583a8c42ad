/** A term of an academic year, written `2025-2026-1`. Source: OpenURP and the identifiers in use. */
export interface Term {
  /** The calendar year in which the academic year begins. */
  readonly year: number;
  readonly part: TermPart;
}
export type TermPart = 1 | 2 | 3;

/** How a registrar system numbers the terms: which number stands for which part. */
export type TermDialect = Readonly<Record<string, TermPart>>;

/** 1, 2 and the short summer term 3. */
export const STANDARD_TERMS: TermDialect = { "1": 1, "2": 2, "3": 3 };
/** Some registrar systems write term 1 as 3, term 2 as 12 and the short term as 16. */
export const QUARTER_TERMS: TermDialect = { "3": 1, "12": 2, "16": 3 };

const SHAPE = /^(\d{4})-(\d{4})-(\d{1,2})$/;

/** Reads a term code in a dialect; null where it is none, or its years do not follow on each other. */
export function parseTerm(text: string, dialect: TermDialect = STANDARD_TERMS): Term | null {
  const match = SHAPE.exec(text.trim());
  if (match === null) return null;
  const [, from = "", until = "", number = ""] = match;
  const part = dialect[number];
  return part === undefined || Number(until) !== Number(from) + 1 ? null : { year: Number(from), part };
}

/** Writes a term in the standard form. */
export function formatTerm(term: Term): string {
  return `${term.year}-${term.year + 1}-${term.part}`;
}

/** Orders two terms in time: negative where `a` is earlier. */
export function compareTerms(a: Term, b: Term): number {
  return a.year - b.year || a.part - b.part;
}
