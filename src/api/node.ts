import type { Id } from "../domain/id.ts";
import { problem } from "../domain/problem.ts";
import { batchById } from "../features/bank/batch-store.ts";
import type { Context } from "./context.ts";
import { decodeNode } from "./node-id.ts";
import { refuse } from "./problems.ts";

/** The loader of each type of Node that its id alone names. */
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

/** Types whose rows hang on another's: a deposit batch on its school, an achievement on its learner. */
const OWNED: Readonly<Record<string, (owner: Id, id: Id, context: Context) => Promise<object | null>>> = {
  Achievement: (learnerId, id, { loaders }) => loaders.achievement.load({ learnerId, id }),
  DepositBatch: (institutionId, id, { tx }) => batchById(tx, institutionId, id),
};

type NodeTypename = keyof typeof LOADER_OF_TYPE;

const isNodeTypename = (type: string): type is NodeTypename => Object.hasOwn(LOADER_OF_TYPE, type);

/** Any object by its global id; null when there is none or row-level security hides it. MALFORMED_ID for what is no id. */
export async function node(globalId: string, context: Context) {
  const decoded = decodeNode(globalId);
  if (decoded === null) return refuse(problem("MALFORMED_ID", { id: globalId.slice(0, 100) }, ["id"]));
  const row = await rowOf(decoded.type, decoded.ids, context);
  return row === null ? null : ({ __typename: decoded.type, ...row } as never);
}

async function rowOf(type: string, ids: readonly Id[], context: Context): Promise<object | null> {
  const [first, second] = ids;
  if (first === undefined) return null;
  if (second !== undefined && Object.hasOwn(OWNED, type)) return OWNED[type]?.(first, second, context) ?? null;
  return isNodeTypename(type) ? context.loaders[LOADER_OF_TYPE[type]].load(second ?? first) : null;
}
