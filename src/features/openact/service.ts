import type { KeyRing } from "../../auth/keyring.ts";
import { type Action, authorise, may } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import {
  comparePlaces,
  OPEN_ACT_KINDS,
  OPEN_ACTS,
  type OpenAct,
  type OpenActKind,
  placeOf,
} from "../../domain/open-act.ts";
import { isProblem, type Problem } from "../../domain/problem.ts";
import { endOfDay } from "../../domain/public-notice.ts";
import { messages } from "../../messages/index.ts";
import { actionable, appealableOf, type Pending, returnedOf } from "../application/service.ts";
import { awaitedConsents } from "../consent/service.ts";
import { raise } from "../notice/service.ts";
import { type OpenLine, openLinesOf } from "../publicnotice/service.ts";
import { learnersByIds } from "../registry/service.ts";

/** Whose acts are looked for, when, and what they are read with. */
export interface Looking {
  readonly read: Tx;
  readonly keys: KeyRing;
  readonly learnerIds: readonly Id[];
  readonly now: Date;
  readonly today: IsoDate;
}
type Found = Omit<OpenAct, "kind">;

/** Everything that is open to some learners and their guardians, what ends first before the rest. */
export async function openActsOf(look: Looking): Promise<readonly OpenAct[]> {
  const { read, keys, learnerIds, now, today } = look;
  const [consents, applications, lines] = await Promise.all([
    awaitedConsents(read, keys, learnerIds, today),
    actionable(read, learnerIds),
    openLinesOf(read, now, learnerIds),
  ]);
  const appeals = appealableOf(applications, lines);
  const appealed = new Set<Id | null>(appeals.map(({ id }) => id));
  const found: Readonly<Record<OpenActKind, readonly Found[]>> = {
    CONSENT: consents.map(aboutConsent),
    APPLY_AGAIN: (await returnedOf(read, applications, now)).map(aboutApplication),
    APPEAL: appeals.map(aboutApplication),
    // who can appeal has no need to object
    OBJECTION: lines.filter(({ aboutId }) => aboutId === null || !appealed.has(aboutId)).map(aboutLine),
  };
  return OPEN_ACT_KINDS.flatMap((kind) => found[kind].map((act): OpenAct => ({ kind, ...act }))).sort((one, other) =>
    comparePlaces(placeOf(one), placeOf(other)),
  );
}

function aboutConsent(row: Awaited<ReturnType<typeof awaitedConsents>>[number]): Found {
  const { learnerId, id: aboutId, act, askedAt: since, neededBy } = row;
  const until = neededBy === null ? null : endOfDay(neededBy);
  const words = { act: { zh: messages("zh").consentAct[act], en: messages("en").consentAct[act] } };
  return { learnerId, aboutId, since, until, words };
}

function aboutApplication({ learnerId, id: aboutId, since, until, school }: Pending): Found {
  return { learnerId, aboutId, since, until, words: { school } };
}

function aboutLine({ learnerId, noticeId: aboutId, title: list, openedAt: since, closesAt: until }: OpenLine): Found {
  return { learnerId, aboutId, since, until, words: { list } };
}

/** An open act of a learner of a class, by name. */
export interface OpenActOfClass extends OpenAct {
  readonly learnerName: string;
}

/** Whether the viewer may do this to their class; a class without learners is theirs all the same. */
function refusedFor(viewer: Viewer, action: Action): Problem | null {
  const [ward = null] = viewer.wardIds;
  if (viewer.role === "CLASS_TEACHER" && ward === null) return null;
  return authorise(viewer, action, { learnerId: ward });
}

type Page = { readonly first: number; readonly after: readonly string[] | null };

/** For a class teacher: which of their learners, or whose guardians, have not acted; one more than the page holds. */
export async function openActsOfClass(
  look: Omit<Looking, "learnerIds">,
  viewer: Viewer,
  { first, after }: Page,
): Promise<readonly OpenActOfClass[] | Problem> {
  const refused = refusedFor(viewer, "openAct.read");
  if (refused !== null) return refused;
  const acts = await openActsOf({ ...look, learnerIds: viewer.wardIds });
  const page = acts.filter((act) => after === null || comparePlaces(placeOf(act), after) > 0).slice(0, first + 1);
  const learners = await learnersByIds(look.read, [...new Set(page.map(({ learnerId }) => learnerId))]);
  const nameOf = new Map(learners.map(({ id, name }) => [id, name]));
  return page.map((act) => ({ ...act, learnerName: nameOf.get(act.learnerId) ?? "" }));
}

/**
 * Reminds whoever of a class teacher's learners has something left undone that is expected of them or their guardian, each
 * once a day.
 * @param post a transaction of the writer's, in which the reminders are raised
 * @returns how many are reminded by this; FORBIDDEN
 */
export async function remindOfOpenActs(
  look: Omit<Looking, "learnerIds">,
  viewer: Viewer,
  post: <T>(act: (tx: Tx) => Promise<T>) => Promise<T>,
): Promise<number | Problem> {
  const [ward = null] = viewer.wardIds;
  if (!may(viewer, "openAct.remind", { learnerId: ward })) return refusedFor(viewer, "openAct.remind") ?? 0;
  const acts = await openActsOf({ ...look, learnerIds: viewer.wardIds });
  const expected = acts.filter(({ kind }) => OPEN_ACTS[kind].expected);
  const learnerIds = [...new Set(expected.map(({ learnerId }) => learnerId))];
  return post(async (tx): Promise<number | Problem> => {
    const refused = learnerIds.map((learnerId) => authorise(viewer, "openAct.remind", { learnerId })).find(isProblem);
    if (refused !== undefined) return refused;
    return raise(
      tx,
      learnerIds.map((learnerId) => ({
        kind: "ACTS_OPEN",
        key: `${learnerId}/${look.today}`,
        happenedAt: look.now.toISOString(),
        facts: { learnerId, count: expected.filter((act) => act.learnerId === learnerId).length },
      })),
    );
  });
}
