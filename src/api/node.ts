import { problem } from "../domain/problem.ts";
import type { Context } from "./context.ts";
import { decodeNode } from "./node-id.ts";
import { refuse } from "./problems.ts";

/** The loader of each type of Node. A type whose rows hang on another's (a batch of a school) is found through its owner. */
const LOADER_OF_TYPE = {
  Institution: "institution",
  Major: "major",
  Programme: "programme",
  Course: "course",
  Certificate: "certificate",
  Competition: "competition",
  Plan: "plan",
  Alliance: "alliance",
  Agreement: "agreement",
  Pathway: "pathway",
  Learner: "learner",
  Section: "section",
  Seat: "seat",
} as const;

type NodeTypename = keyof typeof LOADER_OF_TYPE;

const isNodeTypename = (type: string): type is NodeTypename => Object.hasOwn(LOADER_OF_TYPE, type);

/** Any object by its global id; null when there is none or row-level security hides it. MALFORMED_ID for what is no id. */
export async function node(globalId: string, context: Context) {
  const decoded = decodeNode(globalId);
  if (decoded === null) return refuse(problem("MALFORMED_ID", { id: globalId.slice(0, 100) }, ["id"]));
  const id = decoded.ids.at(-1);
  if (id === undefined || !isNodeTypename(decoded.type)) return null;
  const row = await context.loaders[LOADER_OF_TYPE[decoded.type]].load(id);
  return row === null ? null : ({ __typename: decoded.type, ...row } as never);
}
