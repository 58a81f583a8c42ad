import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";
import type { AccountGround } from "../../domain/registry/bank-number.ts";
import { hex } from "./document-store.ts";
import type { RegistryHolder } from "./registry-number-store.ts";

/** The number the bank gave to a learner without a registration, and how the account came to be. */
export interface BankNumberRow {
  readonly learnerId: Id;
  readonly number: string;
  readonly homeInstitutionId: Id | null;
  /** The school that opened the account. */
  readonly institutionId: Id;
  readonly ground: AccountGround;
  readonly remark: string | null;
  readonly openedBy: Id;
  readonly openedAt: string;
}

export function bankNumbersOf(tx: Tx, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<BankNumberRow[]>`/* registry.bankNumbersOf */
      select learner_id, number, home_institution_id, institution_id, ground, remark, opened_by, opened_at
      from bank_number where learner_id = any(${learnerIds as Id[]}::uuid[])`,
  );
}

/** @returns false where the number is somebody's already */
export async function insertBankNumber(tx: Tx, row: BankNumberRow): Promise<boolean> {
  const made = await tx.run(
    (sql) => sql`/* registry.insertBankNumber */
      insert into bank_number (learner_id, number, home_institution_id, institution_id, ground, remark, opened_by, opened_at)
      values (${row.learnerId}, ${row.number}, ${row.homeInstitutionId}, ${row.institutionId}, ${row.ground}, ${row.remark},
        ${row.openedBy}, ${row.openedAt})
      on conflict (number) do nothing`,
  );
  return made.count > 0;
}

/** Writes a learner of the acting school, who has no registration. */
export async function insertLearner(
  tx: Tx,
  row: { readonly id: Id; readonly name: string; readonly homeInstitutionId: Id },
): Promise<void> {
  await tx.run(
    (sql) => sql`/* registry.insertLearner */
      insert into learner (id, name, home_institution_id) values (${row.id}, ${row.name}, ${row.homeInstitutionId})`,
  );
}

/** Learners of any school without a registration, by their document and the name they were written with. */
export async function bankLearnersByDocument(
  tx: Tx,
  asked: readonly { readonly lookup: Uint8Array; readonly name: string }[],
): Promise<readonly RegistryHolder[]> {
  if (asked.length === 0) return [];
  const lookups = asked.map(({ lookup }) => hex(lookup));
  const names = asked.map(({ name }) => name);
  return tx.run(
    (sql) => sql<RegistryHolder[]>`/* registry.bankLearnersByDocument */
      select lookup, learner_id, name
      from bank_learners_by_document(${lookups as string[]}::text[]::bytea[], ${names}::text[])`,
  );
}
