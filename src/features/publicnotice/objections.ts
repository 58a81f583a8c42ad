import { z } from "zod";
import { decrypt, encrypt } from "../../auth/cipher.ts";
import type { KeyRing } from "../../auth/keyring.ts";
import { authorise } from "../../auth/policy.ts";
import { hashReceipt, newReceipt } from "../../auth/secret.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { addWorkingDays } from "../../domain/calendar/working-day.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { nextState, type ObjectionOutcome, type ObjectionState } from "../../domain/public-notice.ts";
import { schoolDaysOf } from "../calendar/service.ts";
import { raise } from "../notice/service.ts";
import * as store from "./objection-store.ts";
import { learnerOfItem, noticeById, type PublicNoticeRow } from "./store.ts";
import { REASON_LENGTH_MAX } from "./texts.ts";

/** Bounds of the service, in characters. */
const NAME_LENGTH_MAX = 50;
const CONTACT_LENGTH_MAX = 100;
const WORDS_LENGTH_MAX = 2000;

/** What an objector says; null for what they leave out. */
const content = z.object({ name: z.string().nullable(), contact: z.string().nullable(), words: z.string() });
type Content = z.infer<typeof content>;

/** An objection opened for whoever may read it. */
export type Objection = store.ObjectionRow & Content;

/** Moved to another row, it opens no more. */
const boundTo = ({ institutionId, id }: Pick<store.ObjectionRow, "institutionId" | "id">): string =>
  `objection/${institutionId}/${id}`;

/** Opens an objection that row-level security let through. */
export function openObjection(keys: KeyRing, row: store.ObjectionRow): Objection {
  return { ...row, ...content.parse(JSON.parse(decrypt(keys, "objection", row, boundTo(row)))) };
}

/** What somebody objects to, and in which words. */
export interface NewObjection extends Content {
  readonly position: number | null;
}

/** An objection that only has to be written; `code` is told once. */
export interface PreparedObjection {
  readonly kind: "prepared";
  readonly row: store.NewObjection;
  readonly code: string;
}

/**
 * Prepares an objection of anyone to a notice that is open: the day its answer is due, what is said in a sealed form, and
 * the code its answer is read with.
 * @param notice open now, or null
 * @returns NOT_FOUND where the notice is over, INVALID_INPUT, CALENDAR_YEAR_UNKNOWN
 */
export async function prepareObjection(
  tx: Tx,
  keys: KeyRing,
  notice: PublicNoticeRow | null,
  said: NewObjection,
  at: { readonly id: Id; readonly now: Date; readonly today: IsoDate },
): Promise<PreparedObjection | Problem> {
  if (notice === null) return problem("NOT_FOUND");
  const { position } = said;
  const told = { name: said.name?.trim() || null, contact: said.contact?.trim() || null, words: said.words.trim() };
  const wrong = malformed(told);
  if (wrong !== null) return problem("INVALID_INPUT", { detail: wrong }, ["input", wrong]);
  if (position !== null && position < 1) return problem("NOT_FOUND", {}, ["input", "position"]);
  const { institutionId } = notice;
  const dueOn = addWorkingDays(await schoolDaysOf(tx, institutionId), at.today, notice.answerWorkingDays);
  if (isProblem(dueOn)) return dueOn;
  const { text: code, hash: codeHash } = newReceipt();
  const key = { institutionId, id: at.id };
  const sealed = encrypt(keys.newest("objection"), JSON.stringify(told), boundTo(key));
  const named = told.name !== null;
  const row = {
    ...key,
    ...sealed,
    noticeId: notice.id,
    position,
    codeHash,
    receivedAt: at.now.toISOString(),
    dueOn,
    named,
  };
  return { kind: "prepared", row, code };
}

function malformed({ name, contact, words }: Content): "name" | "contact" | "words" | null {
  if (name !== null && name.length > NAME_LENGTH_MAX) return "name";
  if (contact !== null && contact.length > CONTACT_LENGTH_MAX) return "contact";
  return words === "" || words.length > WORDS_LENGTH_MAX ? "words" : null;
}

/**
 * Writes an objection, in the writer's transaction; the registrars of the school are told.
 * @returns NOT_FOUND where the notice closed meanwhile or has no such line, OBJECTIONS_TOO_MANY
 */
export async function fileObjection(
  tx: Tx,
  { row, code }: PreparedObjection,
): Promise<{ readonly code: string; readonly dueOn: IsoDate } | Problem> {
  const outcome = await store.fileObjection(tx, row);
  if (outcome === "CLOSED") return problem("NOT_FOUND");
  if (outcome === "TOO_MANY") return problem("OBJECTIONS_TOO_MANY");
  const facts = { noticeId: row.noticeId, institutionId: row.institutionId, until: row.dueOn };
  await raise(tx, [{ kind: "OBJECTION_RECEIVED", key: row.id, happenedAt: row.receivedAt, facts }]);
  return { code, dueOn: row.dueOn };
}

/** What whoever holds a code may read; null for a code that is none. */
export async function objectionAnswer(tx: Tx, code: string): Promise<store.AnswerRow | null> {
  const hash = hashReceipt(code);
  return hash === null ? null : store.answerByCode(tx, hash);
}

/** An objection that somebody is about to act on. */
export interface ObjectionId {
  readonly institutionId: Id;
  readonly id: Id;
}

/** The objection of the viewer's school, held, where its state lets it come to the next. */
async function held(
  tx: Tx,
  viewer: Viewer,
  of: ObjectionId,
  next: ObjectionState,
): Promise<(Pick<store.ObjectionRow, "institutionId" | "id" | "noticeId" | "position"> & { accountId: Id }) | Problem> {
  const { institutionId, accountId } = viewer;
  const what = { type: "PublicNoticeObjection", id: of.id };
  const refused = authorise(viewer, "publicNotice.answer", { institutionIds: [institutionId], what });
  if (refused !== null) return refused;
  if (accountId === null) return problem("FORBIDDEN", { action: "publicNotice.answer" });
  const row = of.institutionId === institutionId ? await store.lockObjection(tx, of.institutionId, of.id) : null;
  if (row === null) return problem("NOT_FOUND");
  return nextState(row.state) === next ? { ...row, accountId } : problem("OBJECTION_STATE", { state: row.state });
}

/** Begins to look into an objection. @returns its notice's id, FORBIDDEN, NOT_FOUND, OBJECTION_STATE */
export async function takeUpObjection(
  tx: Tx,
  viewer: Viewer,
  of: ObjectionId,
  now: Date,
): Promise<PublicNoticeRow | Problem> {
  const row = await held(tx, viewer, of, "UNDER_REVIEW");
  if (isProblem(row)) return row;
  await store.takeUp(tx, row, { accountId: row.accountId, at: now.toISOString() });
  return (await noticeById(tx, row.institutionId, row.noticeId)) ?? problem("NOT_FOUND");
}

/**
 * Answers an objection that is under review, in the writer's transaction; whom its line is about is told of the outcome,
 * whoever objected reads the answer with their code.
 * @returns its notice's id, FORBIDDEN, NOT_FOUND, INVALID_INPUT, OBJECTION_STATE
 */
export async function answerObjection(
  tx: Tx,
  viewer: Viewer,
  of: ObjectionId,
  said: { readonly outcome: ObjectionOutcome; readonly answer: string },
  now: Date,
): Promise<{ readonly institutionId: Id; readonly noticeId: Id } | Problem> {
  const row = await held(tx, viewer, of, "ANSWERED");
  if (isProblem(row)) return row;
  const answer = said.answer.trim();
  if (answer === "" || answer.length > REASON_LENGTH_MAX)
    return problem("INVALID_INPUT", { detail: "answer" }, ["answer"]);
  const { outcome } = said;
  const [at, { institutionId, noticeId, position, accountId }] = [now.toISOString(), row];
  await store.answer(tx, row, { outcome, answer, accountId, at });
  const learnerId = position === null ? null : await learnerOfItem(tx, institutionId, noticeId, position);
  if (learnerId !== null) {
    const facts = { noticeId, institutionId, learnerId };
    await raise(tx, [{ kind: `OBJECTION_${outcome}`, key: row.id, happenedAt: at, facts }]);
  }
  return { institutionId, noticeId };
}

const REENCRYPT_BATCH = 200;

/** Writes with the newest key what older keys wrote, one batch in one transaction. As SYSTEM. @returns how many */
export async function reencryptObjections(tx: Tx, keys: KeyRing): Promise<number> {
  const key = keys.newest("objection");
  const rows = await store.objectionsOfOlderKeys(tx, key.id, REENCRYPT_BATCH);
  for (const row of rows) {
    const { institutionId, id } = row;
    const text = decrypt(keys, "objection", row, boundTo(row));
    await store.putSealed(tx, { institutionId, id, ...encrypt(key, text, boundTo(row)) });
  }
  return rows.length;
}

/** Keys that objections in the database need and the ring lacks. */
export async function missingObjectionKeys(tx: Tx, keys: KeyRing): Promise<readonly string[]> {
  return (await store.keysOfObjections(tx)).filter((id) => keys.find("objection", id) === null);
}
