import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";

/** What learners are called. */
export function namesOf(tx: Tx, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<{ readonly learnerId: Id; readonly name: string }[]>`/* openact.namesOf */
      select id as learner_id, name from learner where id = any(${learnerIds as Id[]}::uuid[])`,
  );
}
