import { v7 } from "uuid";
import type { Context } from "../../api/context.ts";
import type { ConsentPaperInput, Resolvers } from "../../api/generated/resolvers.ts";
import { decodeId, encodeId } from "../../api/node-id.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import type { ConsentAct } from "../../domain/consent.ts";
import type { IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { askConsent, type Asking, type Consenting, consentStates, recordConsent, scanOf } from "./service.ts";

const PROBLEMS = ["ForbiddenProblem", "NotFoundProblem", "InvalidInputProblem"] as const;
const ASK_PROBLEMS = [...PROBLEMS, "ConflictProblem"] as const;

const malformed = (id: string): Problem => problem("MALFORMED_ID", { id: id.slice(0, 100) }, ["learnerId"]);

/** A paper as it is told of; a problem where it names a scan by what is no file's id. */
function paperIn(input: ConsentPaperInput | null): Consenting["paper"] | Problem {
  if (input === null) return null;
  const { guardianName, reference } = input;
  const named = input.scanId ?? null;
  const scanId = named === null ? null : decodeId("File", named);
  if (named !== null && scanId === null)
    return problem("MALFORMED_ID", { id: named.slice(0, 100) }, ["paper", "scanId"]);
  return { guardianName, reference, scanId };
}

/** Records it, and answers how every act stands now. */
async function record(
  context: Context,
  learner: string,
  { input, ...wish }: Omit<Consenting, "learnerId" | "paper"> & { readonly input: ConsentPaperInput | null },
) {
  const learnerId = decodeId("Learner", learner);
  if (learnerId === null) return toPayload(malformed(learner), context.language, PROBLEMS);
  const paper = paperIn(input);
  if (isProblem(paper)) return toPayload(paper, context.language, PROBLEMS);
  const at = { today: context.today, now: context.now, id: v7() };
  const done = await context.write((tx) => recordConsent(tx, context.viewer, { ...wish, learnerId, paper }, at));
  if (isProblem(done)) return toPayload(done, context.language, PROBLEMS);
  const states = await consentStates(context.tx, context.services.keys, context.viewer, learnerId, context.today);
  if (isProblem(states)) return toPayload(states, context.language, PROBLEMS);
  return { __typename: "ConsentSuccess" as const, states };
}

/** Asks for a consent, and answers how every act stands now. */
async function ask(
  context: Context,
  {
    learnerId: learner,
    ...wish
  }: { readonly learnerId: string; readonly act: ConsentAct; readonly neededBy: IsoDate | null },
) {
  const learnerId = decodeId("Learner", learner);
  if (learnerId === null) return toPayload(malformed(learner), context.language, ASK_PROBLEMS);
  const { viewer, now, today, services } = context;
  const asking: Asking = { read: context.tx, post: (act) => context.post(act), keys: services.keys, now, today };
  const refused = await askConsent(asking, viewer, { ...wish, learnerId });
  if (refused !== null) return toPayload(refused, context.language, ASK_PROBLEMS);
  const states = await consentStates(context.tx, services.keys, viewer, learnerId, today);
  if (isProblem(states)) return toPayload(states, context.language, ASK_PROBLEMS);
  return { __typename: "ConsentSuccess" as const, states };
}

export const resolvers: Resolvers = {
  Query: {
    async consents(_, args, context) {
      const learnerId = decodeId("Learner", args.learnerId);
      if (learnerId === null) return refuse(malformed(args.learnerId));
      const states = await consentStates(context.tx, context.services.keys, context.viewer, learnerId, context.today);
      return isProblem(states) ? refuse(states) : states;
    },
  },
  Mutation: {
    askConsent: (_, { learnerId, act, neededBy }, context) =>
      ask(context, { learnerId, act, neededBy: neededBy ?? null }),
    giveConsent: (_, { learnerId, act, validUntil, paper }, context) =>
      record(context, learnerId, { act, event: "GIVEN", validUntil: validUntil ?? null, input: paper ?? null }),
    revokeConsent: (_, { learnerId, act, paper }, context) =>
      record(context, learnerId, { act, event: "REVOKED", validUntil: null, input: paper ?? null }),
  },
  GuardianConsent: {
    id: (row) => encodeId("GuardianConsent", row.learnerId, row.id),
    scan: (row, _, context) => scanOf(context.tx, context.viewer, row),
    givenOn: (row) => row.onDay,
  },
};
