import { type Problem, type ProblemCode, problem } from "../../domain/problem.ts";
import { type Forbidden, forbiddenIn } from "../../domain/public-notice.ts";

/** Bounds of the service: characters of its texts, and lines of one notice. */
const TITLE_LENGTH_MAX = 100;
const WORDS_LENGTH_MAX = 2000;
const CONTACT_LENGTH_MAX = 100;
const ITEM_LENGTH_MAX = 200;
export const REASON_LENGTH_MAX = 500;
export const ITEMS_MAX = 1000;

const CODES: Readonly<Record<Forbidden, ProblemCode>> = {
  ID_NUMBER: "PUBLIC_NOTICE_ID_NUMBER",
  PHONE: "PUBLIC_NOTICE_PHONE",
  BIRTH_DATE: "PUBLIC_NOTICE_BIRTH_DATE",
};

interface Texts {
  readonly title: string;
  readonly words: string | null;
  readonly contactName: string;
  readonly contactHow: string;
  readonly lines: readonly { readonly item: string }[];
}

/** What is wrong with the texts of a notice: too long, empty, or something that no public list may hold. */
export function faultIn({ title, words, contactName, contactHow, lines }: Texts): Problem | null {
  const fault =
    unfit(title, TITLE_LENGTH_MAX, "title") ??
    (words === null ? null : unfit(words, WORDS_LENGTH_MAX, "words", true)) ??
    unfit(contactName, CONTACT_LENGTH_MAX, "contactName") ??
    // an office is reached by its telephone; nobody's ID number is a contact
    unfit(contactHow, CONTACT_LENGTH_MAX, "contactHow", false, ["PHONE"]);
  if (fault !== null) return fault;
  for (const [place, { item }] of lines.entries()) {
    const wrong = unfit(item, ITEM_LENGTH_MAX, "item");
    if (wrong !== null) return { ...wrong, path: ["input", "rows", String(place), "item"] };
  }
  return null;
}

function unfit(
  text: string,
  longest: number,
  field: string,
  mayBeEmpty = false,
  allowed: readonly Forbidden[] = [],
): Problem | null {
  const path = ["input", field];
  if ((!mayBeEmpty && text.trim() === "") || text.length > longest) {
    return problem("INVALID_INPUT", { detail: `${field}: 1 … ${longest}` }, path);
  }
  const found = forbiddenIn(text);
  return found === null || allowed.includes(found) ? null : problem(CODES[found], {}, path);
}
