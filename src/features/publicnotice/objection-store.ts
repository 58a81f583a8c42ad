import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { ObjectionOutcome, ObjectionState } from "../../domain/public-notice.ts";

/** An objection as it lies in the database: who objects and what they say only the keys open. */
export interface ObjectionRow {
  readonly institutionId: Id;
  readonly id: Id;
  readonly noticeId: Id;
  readonly position: number | null;
  readonly receivedAt: string;
  readonly dueOn: IsoDate;
  readonly state: ObjectionState;
  readonly keyId: string;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly outcome: ObjectionOutcome | null;
  readonly answer: string | null;
  readonly answeredAt: string | null;
}

const hex = (bytes: Uint8Array): string => `\\x${Buffer.from(bytes).toString("hex")}`;

export interface NewObjection extends Omit<ObjectionRow, "state" | "outcome" | "answer" | "answeredAt"> {
  readonly codeHash: string;
  readonly named: boolean;
}

/** Writes an objection, for anyone. @returns what the database says: taken, the notice is over, or too many wait */
export async function fileObjection(tx: Tx, row: NewObjection): Promise<"TAKEN" | "CLOSED" | "TOO_MANY"> {
  const [said] = await tx.run(
    (sql) => sql<{ readonly outcome: "TAKEN" | "CLOSED" | "TOO_MANY" }[]>`/* publicnotice.fileObjection */
      select file_objection(${row.institutionId}, ${row.noticeId}, ${row.id}, ${row.position}, ${row.codeHash},
        ${row.receivedAt}::timestamptz, ${row.dueOn}::date, ${row.named}, ${row.keyId}, ${hex(row.nonce)}::text::bytea,
        ${hex(row.ciphertext)}::text::bytea) as outcome`,
  );
  return said?.outcome ?? "CLOSED";
}

/** The objections to notices, the oldest first. */
export function objectionsOf(tx: Tx, noticeIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<ObjectionRow[]>`/* publicnotice.objectionsOf */
      select institution_id, id, notice_id, position, received_at, due_on, state, key_id, nonce, ciphertext, outcome, answer,
        answered_at
      from public_notice_objection where notice_id = any(${noticeIds as Id[]}::uuid[]) order by received_at, id`,
  );
}

/** One objection of a school, held until the transaction ends. */
export async function lockObjection(
  tx: Tx,
  institutionId: Id,
  id: Id,
): Promise<Pick<ObjectionRow, "institutionId" | "id" | "noticeId" | "position" | "state"> | null> {
  const [row] = await tx.run(
    (sql) => sql<
      Pick<ObjectionRow, "institutionId" | "id" | "noticeId" | "position" | "state">[]
    >`/* publicnotice.lockObjection */
      select institution_id, id, notice_id, position, state from public_notice_objection
      where institution_id = ${institutionId} and id = ${id} for update`,
  );
  return row ?? null;
}

export async function takeUp(
  tx: Tx,
  { institutionId, id }: Pick<ObjectionRow, "institutionId" | "id">,
  by: { readonly accountId: Id; readonly at: string },
): Promise<void> {
  await tx.run(
    (sql) => sql`/* publicnotice.takeUp */
      update public_notice_objection set state = 'UNDER_REVIEW', taken_up_by = ${by.accountId}, taken_up_at = ${by.at}
      where institution_id = ${institutionId} and id = ${id}`,
  );
}

export async function answer(
  tx: Tx,
  { institutionId, id }: Pick<ObjectionRow, "institutionId" | "id">,
  said: { readonly outcome: ObjectionOutcome; readonly answer: string; readonly accountId: Id; readonly at: string },
): Promise<void> {
  await tx.run(
    (sql) => sql`/* publicnotice.answer */
      update public_notice_objection set state = 'ANSWERED', outcome = ${said.outcome}, answer = ${said.answer},
        answered_by = ${said.accountId}, answered_at = ${said.at}
      where institution_id = ${institutionId} and id = ${id}`,
  );
}

/** What whoever holds a code may read of an objection. */
export interface AnswerRow {
  readonly noticeTitle: string;
  readonly receivedAt: string;
  readonly dueOn: IsoDate;
  readonly state: ObjectionState;
  readonly outcome: ObjectionOutcome | null;
  readonly answer: string | null;
}

export async function answerByCode(tx: Tx, codeHash: string): Promise<AnswerRow | null> {
  const [row] = await tx.run(
    (sql) => sql<AnswerRow[]>`/* publicnotice.answerByCode */
      select notice_title, received_at, due_on, state, outcome, answer from objection_by_code(${codeHash})`,
  );
  return row ?? null;
}

type SealedRow = Pick<ObjectionRow, "institutionId" | "id" | "keyId" | "nonce" | "ciphertext">;

/** Objections that an older key wrote; held until the transaction ends. */
export function objectionsOfOlderKeys(tx: Tx, keyId: string, limit: number) {
  return tx.run(
    (sql) => sql<SealedRow[]>`/* publicnotice.objectionsOfOlderKeys */
      select institution_id, id, key_id, nonce, ciphertext from public_notice_objection
      where key_id <> ${keyId} order by institution_id, id limit ${limit} for update skip locked`,
  );
}

export async function putSealed(tx: Tx, { institutionId, id, keyId, nonce, ciphertext }: SealedRow): Promise<void> {
  await tx.run(
    (sql) => sql`/* publicnotice.putSealed */
      update public_notice_objection set key_id = ${keyId}, nonce = ${hex(nonce)}::text::bytea,
        ciphertext = ${hex(ciphertext)}::text::bytea
      where institution_id = ${institutionId} and id = ${id}`,
  );
}

/** Which keys the objections need. */
export async function keysOfObjections(tx: Tx): Promise<readonly string[]> {
  const rows = await tx.run(
    (sql) => sql<{ readonly id: string }[]>`/* publicnotice.keysOfObjections */
      select distinct key_id as id from public_notice_objection order by 1`,
  );
  return rows.map(({ id }) => id);
}

/** Objections that are not answered and due on a day or before, by school, with the first day. */
export function dueObjections(tx: Tx, until: IsoDate) {
  return tx.run(
    (sql) => sql<
      { readonly institutionId: Id; readonly count: number; readonly until: IsoDate }[]
    >`/* publicnotice.dueObjections */
      select institution_id, count(*)::int as count, min(due_on) as until from public_notice_objection
      where state <> 'ANSWERED' and due_on <= ${until} group by institution_id order by institution_id`,
  );
}

/** How many days before an answer is due its school is reminded: a setting; null where nobody is. */
export async function objectionLead(tx: Tx): Promise<number | null> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly days: number | null }[]>`/* publicnotice.objectionLead */
      select max(days) as days from reminder_lead where kind = 'OBJECTION_DUE'`,
  );
  return row?.days ?? null;
}
