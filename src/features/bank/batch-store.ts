import type { Tx } from "../../db/transaction.ts";
import type { Credits, CreditUnit } from "../../domain/credit.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { CellProblem } from "../../domain/sheet/cell.ts";
import type { Correction } from "./correction.ts";
import type { Deposit } from "./deposit.ts";

export interface BatchRow {
  readonly institutionId: Id;
  readonly id: Id;
  readonly number: string;
  readonly sourceName: string;
  readonly status: "OPEN" | "CONFIRMED" | "DISCARDED";
  readonly rowCount: number;
  readonly badRowCount: number;
  readonly recordedBy: Id;
  readonly recordedByName: string;
  readonly recordedAt: string;
  readonly confirmedBy: Id | null;
  readonly confirmedByName: string | null;
  readonly confirmedAt: string | null;
}

export type BatchLineStatus = "READY" | "SET_ASIDE" | "POSTED" | "ALREADY_POSTED";
/** One row of a batch. */
export interface BatchLine {
  readonly rowNo: number;
  readonly sheet: string;
  readonly status: BatchLineStatus;
  readonly learnerId: Id | null;
  /** The texts of the row, by column. */
  readonly cells: Readonly<Record<string, string>>;
  readonly deposit: (Deposit & { readonly contentHash: string }) | null;
  /** What it takes back, or puts its deposit in the place of; null for what is new. */
  readonly corrects: Correction | null;
  readonly problems: readonly CellProblem[];
  readonly warnings: readonly CellProblem[];
}

export async function insertBatch(
  tx: Tx,
  batch: Omit<BatchRow, "status" | "confirmedBy" | "confirmedByName" | "confirmedAt"> & { readonly sourceHash: string },
): Promise<void> {
  await tx.run(
    (sql) => sql`/* bank.insertBatch */
      insert into deposit_batch (institution_id, id, number, source_name, source_hash, status, row_count, bad_row_count,
        recorded_by, recorded_by_name, recorded_at)
      values (${batch.institutionId}, ${batch.id}, ${batch.number}, ${batch.sourceName}, ${batch.sourceHash}, 'OPEN',
        ${batch.rowCount}, ${batch.badRowCount}, ${batch.recordedBy}, ${batch.recordedByName}, ${batch.recordedAt})`,
  );
}

export async function insertLines(tx: Tx, institutionId: Id, batchId: Id, lines: readonly BatchLine[]): Promise<void> {
  const rows = JSON.stringify(
    lines.map(({ rowNo, learnerId, ...rest }) => ({
      institution_id: institutionId,
      batch_id: batchId,
      row_no: rowNo,
      learner_id: learnerId,
      ...rest,
    })),
  );
  await tx.run(
    (sql) => sql`/* bank.insertLines */
      insert into batch_row (institution_id, batch_id, row_no, sheet, status, learner_id, cells, deposit, corrects, problems,
        warnings)
      select institution_id, batch_id, row_no, sheet, status, learner_id, cells, nullif(deposit, 'null'::jsonb),
        nullif(corrects, 'null'::jsonb), problems, warnings
      from json_populate_recordset(null::batch_row, ${rows}::text::json)`,
  );
}

export async function batchById(tx: Tx, institutionId: Id, id: Id): Promise<BatchRow | null> {
  const rows = await tx.run(
    (sql) => sql<BatchRow[]>`/* bank.batchById */
      select institution_id, id, number, source_name, status, row_count, bad_row_count, recorded_by, recorded_by_name,
        recorded_at, confirmed_by, confirmed_by_name, confirmed_at
      from deposit_batch where institution_id = ${institutionId} and id = ${id}`,
  );
  return rows[0] ?? null;
}

/** The same by what people call it. */
export async function batchByNumber(tx: Tx, institutionId: Id, number: string): Promise<BatchRow | null> {
  const rows = await tx.run(
    (sql) => sql<{ id: Id }[]>`/* bank.batchByNumber */
      select id from deposit_batch where institution_id = ${institutionId} and number = ${number}`,
  );
  const [row] = rows;
  return row === undefined ? null : batchById(tx, institutionId, row.id);
}

/** Holds a batch until the transaction ends, so that two confirmations wait for each other. */
export async function lockBatch(tx: Tx, institutionId: Id, id: Id): Promise<BatchRow | null> {
  await tx.run(
    (sql) => sql`/* bank.lockBatch */
      select 1 from deposit_batch where institution_id = ${institutionId} and id = ${id} for update`,
  );
  return batchById(tx, institutionId, id);
}

/** What a correction takes back, as the ledger has to know it. */
export interface TakenDeposit {
  readonly homeInstitutionId: Id | null;
  readonly unit: CreditUnit;
  readonly credits: Credits;
  readonly completedOn: IsoDate;
}

/** A row to be posted: a deposit, a deposit in the place of another, or the taking back of one. */
export interface ReadyLine {
  readonly rowNo: number;
  readonly learnerId: Id;
  readonly deposit: Deposit | null;
  readonly corrects: Correction | null;
  /** Null for what is new. */
  readonly taken: TakenDeposit | null;
}

/** Ready rows by learner: chunks of them lock accounts in the order in which everyone does. */
export function readyLines(tx: Tx, institutionId: Id, batchId: Id) {
  return tx.run(
    (sql) => sql<ReadyLine[]>`/* bank.readyLines */
      select r.row_no, r.learner_id, r.deposit, r.corrects, case when a.id is not null then json_build_object(
        'homeInstitutionId', a.home_institution_id, 'unit', a.unit, 'credits', a.credits, 'completedOn', a.completed_on)
        end as taken
      from batch_row r
      left join achievement a on a.learner_id = r.learner_id and a.id = (r.corrects ->> 'achievementId')::uuid
      where r.institution_id = ${institutionId} and r.batch_id = ${batchId} and r.status = 'READY'
      order by r.learner_id, r.row_no`,
  );
}

/** Says of every ready row whether it was posted now or had been before. */
export async function markLines(tx: Tx, institutionId: Id, batchId: Id, already: readonly number[]): Promise<void> {
  await tx.run(
    (sql) => sql`/* bank.markLines */
      update batch_row set status = case when row_no = any(${already as number[]}::int[]) then 'ALREADY_POSTED' else 'POSTED' end
      where institution_id = ${institutionId} and batch_id = ${batchId} and status = 'READY'`,
  );
}

/** Says who confirmed a batch: the writer's to say, together with what it posted. */
export async function closeBatch(
  tx: Tx,
  batch: Pick<BatchRow, "institutionId" | "id">,
  confirmed: { readonly by: Id; readonly name: string; readonly at: string },
): Promise<void> {
  await tx.run(
    (sql) => sql`/* bank.closeBatch */
      update deposit_batch set status = 'CONFIRMED', confirmed_by = ${confirmed.by}, confirmed_by_name = ${confirmed.name},
        confirmed_at = ${confirmed.at}
      where institution_id = ${batch.institutionId} and id = ${batch.id}`,
  );
}

export async function discardBatch(tx: Tx, batch: Pick<BatchRow, "institutionId" | "id">): Promise<void> {
  await tx.run(
    (sql) => sql`/* bank.discardBatch */
      update deposit_batch set status = 'DISCARDED', discarded_at = now() where institution_id = ${batch.institutionId} and id = ${batch.id}`,
  );
}

/** Batches of a school, newest first. */
export function batchesOfSchool(
  tx: Tx,
  institutionId: Id,
  filter: { readonly status: string | null; readonly first: number; readonly after: readonly string[] | null },
) {
  const [at, id] = filter.after ?? [];
  return tx.run(
    (sql) => sql<BatchRow[]>`/* bank.batchesOfSchool */
      select institution_id, id, number, source_name, status, row_count, bad_row_count, recorded_by, recorded_by_name,
        recorded_at, confirmed_by, confirmed_by_name, confirmed_at
      from deposit_batch
      where institution_id = ${institutionId} and (${filter.status}::text is null or status = ${filter.status})
        and (${at ?? null}::timestamptz is null or (recorded_at, id) < (${at ?? null}::timestamptz, ${id ?? null}::uuid))
      order by recorded_at desc, id desc limit ${filter.first + 1}`,
  );
}

/** Rows of a batch in the order of the sheet. */
export function linesOfBatch(
  tx: Tx,
  batch: Pick<BatchRow, "institutionId" | "id">,
  filter: { readonly status: string | null; readonly first: number; readonly after: number },
) {
  return tx.run(
    (sql) => sql<BatchLine[]>`/* bank.linesOfBatch */
      select row_no, sheet, status, learner_id, cells, deposit, corrects, problems, warnings from batch_row
      where institution_id = ${batch.institutionId} and batch_id = ${batch.id} and row_no > ${filter.after}
        and (${filter.status}::text is null or status = ${filter.status})
      order by row_no limit ${filter.first + 1}`,
  );
}

export interface BatchTotalRow {
  readonly institutionId: Id;
  readonly batchId: Id;
  readonly unit: CreditUnit;
  readonly rows: number;
  readonly credits: Credits;
}

/** What batches bring, by unit: their deposits, less what these take the place of. Rows set aside are left out. */
export function totalsOfBatches(tx: Tx, batchIds: readonly Id[]) {
  const ids = batchIds as Id[];
  return tx.run(
    (sql) => sql<BatchTotalRow[]>`/* bank.totalsOfBatches */
      select institution_id, batch_id, unit, sum(rows)::int as rows, sum(credits)::int as credits from (
        select institution_id, batch_id, deposit ->> 'unit' as unit, 1 as rows, (deposit ->> 'credits')::int as credits
        from batch_row where batch_id = any(${ids}::uuid[]) and status <> 'SET_ASIDE' and deposit is not null
        union all
        select r.institution_id, r.batch_id, a.unit, (r.deposit is null)::int, -a.credits
        from batch_row r
        join achievement a on a.learner_id = r.learner_id and a.id = (r.corrects ->> 'achievementId')::uuid
        where r.batch_id = any(${ids}::uuid[]) and r.status <> 'SET_ASIDE' and r.corrects is not null) as line
      group by institution_id, batch_id, unit order by 3`,
  );
}
