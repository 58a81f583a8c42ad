/** A name on record, as far as a stranger to it may be told: its first character, and how many follow. */
export const hinted = (name: string): string =>
  Array.from(name, (character, place) => (place === 0 ? character : "○")).join("");
