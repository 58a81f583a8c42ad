import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { EducationLevel } from "../../domain/major.ts";
import type { DocumentRow } from "./document-store.ts";

/** What a learner is registered in now. */
interface Schooling {
  readonly learnerId: Id;
  readonly level: EducationLevel;
  readonly enteredOn: IsoDate;
}
/** A document as far as a birth date can be read out of it. */
export type SealedBirth = Pick<DocumentRow, "learnerId" | "kind" | "keyId" | "nonce" | "ciphertext">;

/** Documents under seal, of learners whose age the viewer may judge: also a class teacher, who sees no document. */
export function sealedBirths(tx: Tx, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<SealedBirth[]>`/* registry.sealedBirths */
      select learner_id, kind, key_id, nonce, ciphertext from sealed_births(${learnerIds as Id[]}::uuid[])`,
  );
}

/** The newest registration of each learner that goes on: the level of its phase, and when it began. */
export function schoolings(tx: Tx, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<Schooling[]>`/* registry.schoolings */
      select distinct on (r.learner_id) r.learner_id, r.entered_on,
        coalesce(p.phases -> (r.phase - 1) ->> 'level', p.level) as level
      from registration r join programme p on p.id = r.programme_id
      where r.learner_id = any(${learnerIds as Id[]}::uuid[]) and r.status in ('ACTIVE', 'ON_LEAVE')
      order by r.learner_id, r.entered_on desc, r.phase desc`,
  );
}
