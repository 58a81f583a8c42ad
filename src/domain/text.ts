/** Half a surrogate pair is no character, and the database takes no NUL: neither is text. */
// oxlint-disable-next-line no-control-regex
const NO_TEXT = /[\0\p{Surrogate}]/u;

/** Whether every unit of a string belongs to a character that can be kept. */
export function isText(text: string): boolean {
  return !NO_TEXT.test(text);
}
