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
  /** RECORDING: a large sheet is being written, or was cut off. */
  readonly status: "RECORDING" | "OPEN" | "CONFIRMED" | "DISCARDED";
  readonly rowCount: number;
  readonly badRowCount: number;
  /** Rows of the sheet that had been recorded before. Of a large sheet only. */
  readonly alreadyRows: number;
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

/** @returns false where the same person is recording the same sheet already */
export async function insertBatch(
  tx: Tx,
  batch: Omit<BatchRow, "alreadyRows" | "confirmedBy" | "confirmedByName" | "confirmedAt"> & {
    readonly sourceHash: string;
    readonly recording: string | null;
  },
): Promise<boolean> {
  const inserted = await tx.run(
    (sql) => sql`/* bank.insertBatch */
      insert into deposit_batch (institution_id, id, number, source_name, source_hash, status, row_count, bad_row_count,
        recorded_by, recorded_by_name, recorded_at, recording)
      values (${batch.institutionId}, ${batch.id}, ${batch.number}, ${batch.sourceName}, ${batch.sourceHash}, ${batch.status},
        ${batch.rowCount}, ${batch.badRowCount}, ${batch.recordedBy}, ${batch.recordedByName}, ${batch.recordedAt},
        ${batch.recording})
      on conflict (institution_id, recorded_by, recording) where recording is not null do nothing returning id`,
  );
  return inserted.length > 0;
}

/** A batch that a large sheet is being written into, and the row it has reached. */
export interface RecordingBatch {
  readonly institutionId: Id;
  readonly id: Id;
  readonly rowsRead: number;
}

/** The unfinished batch of a sheet that somebody began to record; null where there is none. */
export async function batchRecording(
  tx: Tx,
  institutionId: Id,
  recordedBy: Id,
  key: string,
): Promise<{ readonly key: string; readonly batch: RecordingBatch } | null> {
  const [batch] = await tx.run(
    (sql) => sql<RecordingBatch[]>`/* bank.batchRecording */
      select institution_id, id, rows_read from deposit_batch
      where institution_id = ${institutionId} and recorded_by = ${recordedBy} and recording = ${key}`,
  );
  return batch === undefined ? null : { key, batch };
}

/** The ready rows of a batch, page by page: whose each is, and under which key it will be deposited. */
export async function* keysInBatch(tx: Tx, { institutionId, id }: RecordingBatch, page: number) {
  for (let after = 0; ; ) {
    const from = after;
    const rows = await tx.run(
      (sql) => sql<{ rowNo: number; learnerId: Id; idempotencyKey: string }[]>`/* bank.keysInBatch */
        select row_no, learner_id, deposit ->> 'idempotencyKey' as idempotency_key from batch_row
        where institution_id = ${institutionId} and batch_id = ${id} and row_no > ${from} and status = 'READY'
        order by row_no limit ${page}`,
    );
    yield rows;
    if (rows.length < page) return;
    after = rows.at(-1)?.rowNo ?? after;
  }
}

/** Says how far a batch has come. @returns false where somebody else took it further, or finished or discarded it */
export async function advanceRecording(
  tx: Tx,
  batch: RecordingBatch,
  to: { readonly rowsRead: number; readonly rows: number; readonly bad: number; readonly already: number },
): Promise<boolean> {
  const advanced = await tx.run(
    (sql) => sql`/* bank.advanceRecording */
      update deposit_batch set rows_read = ${to.rowsRead}, row_count = row_count + ${to.rows},
        bad_row_count = bad_row_count + ${to.bad}, already_rows = already_rows + ${to.already}
      where institution_id = ${batch.institutionId} and id = ${batch.id} and status = 'RECORDING'
        and rows_read = ${batch.rowsRead}
      returning id`,
  );
  return advanced.length > 0;
}

/** The whole sheet is in the batch: it waits for whoever confirms it. */
export async function finishRecording(tx: Tx, { institutionId, id }: RecordingBatch): Promise<BatchRow | null> {
  await tx.run(
    (sql) => sql`/* bank.finishRecording */
      update deposit_batch set status = 'OPEN', recording = null
      where institution_id = ${institutionId} and id = ${id} and status = 'RECORDING'`,
  );
  return batchById(tx, institutionId, id);
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
      select institution_id, id, number, source_name, status, row_count, bad_row_count, already_rows, recorded_by,
        recorded_by_name, recorded_at, confirmed_by, confirmed_by_name, confirmed_at
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

/** Lets a transaction plan its statements by what the tables hold now: a plan kept from when they were empty takes minutes. */
export async function planAnew(tx: Tx): Promise<void> {
  await tx.run((sql) => sql`set local plan_cache_mode = force_custom_plan`);
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

/**
 * Ready rows by learner, chunk by chunk: they lock accounts in the order in which everyone does. Within one transaction.
 * What is corrected is looked up row by row, where there is something: joined, a cursor's plan may read every achievement
 * for each row.
 */
export async function* readyChunks(
  tx: Tx,
  institutionId: Id,
  batchId: Id,
  size: number,
): AsyncGenerator<readonly ReadyLine[]> {
  await tx.run(
    (sql) => sql`/* bank.readyLines */
      declare ready_lines no scroll cursor for
      select r.row_no, r.learner_id, r.deposit, r.corrects, case when a.id is not null then json_build_object(
        'homeInstitutionId', a.home_institution_id, 'unit', a.unit, 'credits', a.credits, 'completedOn', a.completed_on)
        end as taken
      from batch_row r
      left join lateral (select * from achievement
        where r.corrects is not null and learner_id = r.learner_id and id = (r.corrects ->> 'achievementId')::uuid
        limit 1) a on true
      where r.institution_id = ${institutionId} and r.batch_id = ${batchId} and r.status = 'READY'
      order by r.learner_id, r.row_no`,
  );
  for (;;) {
    const lines = await tx.run((sql) => sql.unsafe<ReadyLine[]>(`fetch ${size} from ready_lines`));
    if (lines.length > 0) yield lines;
    if (lines.length < size) break;
  }
  await tx.run((sql) => sql`close ready_lines`);
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
      update deposit_batch set status = 'DISCARDED', discarded_at = now(), recording = null
      where institution_id = ${batch.institutionId} and id = ${batch.id}`,
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
      select institution_id, id, number, source_name, status, row_count, bad_row_count, already_rows, recorded_by,
        recorded_by_name, recorded_at, confirmed_by, confirmed_by_name, confirmed_at
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
