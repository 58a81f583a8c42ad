import { BREAK, type DocumentNode, Kind, visit } from "graphql";
import { type Problem, problem } from "../domain/problem.ts";
import { isText } from "../domain/text.ts";

/** Bounds of what a caller may send. They protect the service; no rule of the field is among them. */
const TEXT_MAX = 20_000;
const ITEMS_MAX = 5000;
const VALUES_MAX = 50_000;
const DEPTH_MAX = 12;

/** Inputs that carry a whole file: the body's own limit holds for them. */
const FILE = /base64$/i;

const refused = (detail: string, path: readonly string[]): Problem => problem("INVALID_INPUT", { detail }, path);

function faultOfText(text: string, path: readonly string[]): Problem | null {
  if (!isText(text)) return refused("not Unicode text", path);
  return text.length > TEXT_MAX && !FILE.test(path.at(-1) ?? "") ? refused(`longer than ${TEXT_MAX}`, path) : null;
}

/** @returns INVALID_INPUT with its path for variables that are too long, too many, too deep, or hold what is no text */
export function faultOfVariables(variables: Readonly<Record<string, unknown>>): Problem | null {
  let left = VALUES_MAX;
  function look(value: unknown, path: readonly string[]): Problem | null {
    left -= 1;
    if (left < 0) return refused(`more than ${VALUES_MAX} values`, []);
    if (typeof value === "string") return faultOfText(value, path);
    if (typeof value !== "object" || value === null) return null;
    if (path.length >= DEPTH_MAX) return refused(`deeper than ${DEPTH_MAX}`, path);
    if (Array.isArray(value) && value.length > ITEMS_MAX) return refused(`more than ${ITEMS_MAX} items`, path);
    for (const [key, each] of Object.entries(value)) {
      const fault = look(each, [...path, key.slice(0, 50)]);
      if (fault !== null) return fault;
    }
    return null;
  }
  return look(variables, []);
}

const documents = new WeakMap<DocumentNode, Problem | null>();

/** The same of what is written into a document itself; each is looked at once. */
export function faultOfDocument(document: DocumentNode): Problem | null {
  const known = documents.get(document);
  if (known !== undefined) return known;
  let fault: Problem | null = null;
  visit(document, {
    [Kind.STRING](node, _, parent) {
      const name = parent !== undefined && "name" in parent ? (parent.name as { value: string }).value : "";
      fault = faultOfText(node.value, [name]);
      return fault === null ? undefined : BREAK;
    },
  });
  documents.set(document, fault);
  return fault;
}
