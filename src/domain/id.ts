/** The identity of a stored thing: a uuid in its canonical lower-case form. */
export type Id = string;

/** A calendar date without a time, `YYYY-MM-DD`. Compares correctly as text. */
export type IsoDate = string;

/** A text in the two languages of the service. */
export interface Title {
  readonly zh: string;
  readonly en: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a well-formed id. */
export function isId(text: string): text is Id {
  return UUID.test(text);
}
