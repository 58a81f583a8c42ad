/** Half a surrogate pair is no character, and the database takes no NUL: neither is text. */
// oxlint-disable-next-line no-control-regex
const NO_TEXT = /[\0\p{Surrogate}]/u;

/** How long a text in somebody's own words may be, in characters: one outside the basic plane is one, too. */
export interface Length {
  readonly min: number;
  readonly max: number;
}

/** A text in somebody's own words as it is kept, without the spaces around it; null where it is too short, too long or none. */
export function fittingText(written: string, { min, max }: Length): string | null {
  const text = written.trim();
  const { length } = Array.from(text);
  return length >= min && length <= max && isText(text) ? text : null;
}

/** Whether every unit of a string belongs to a character that can be kept. */
export function isText(text: string): boolean {
  return !NO_TEXT.test(text);
}
