import { v7 } from "uuid";
import { SYSTEM } from "../auth/viewer.ts";
import type { AuditEntry, AuditNote } from "../domain/audit.ts";
import { salted } from "./seal/salted.ts";
import type { SealedSource } from "./seal/source.ts";
import type { Database, Sql, Tx } from "./transaction.ts";

/** An entry as the table holds it: what may be erased beside its salted digest. */
function rowOf({ detail, ...entry }: AuditEntry): object {
  const kept = salted(detail);
  return kept === null ? entry : { ...entry, detail, detailSalt: kept.salt, detailDigest: kept.digest };
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function json(rows: readonly object[]): string {
  return JSON.stringify(
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [snake(name), value]))),
  );
}

/** Writes entries in the caller's transaction; those that are there already stay as they are. */
export async function insertEntries(tx: Tx, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.run(
    (sql) => sql`/* audit.insert */
      insert into audit_entry (id, at, account_id, role, institution_id, action, outcome, problem, learner_ids, learner_count,
        resource_type, resource_id, request_id, times, detail, detail_salt, detail_digest)
      select id, at, account_id, role, institution_id, action, outcome, problem, learner_ids, learner_count, resource_type,
        resource_id, request_id, times, detail, detail_salt, detail_digest
      from json_populate_recordset(null::audit_entry, ${json(entries.map(rowOf))}::text::json)
      on conflict do nothing`,
  );
}

const rows = (sql: Sql) => sql`
  select id::text as key, xact, at, detail, detail_salt as salt, jsonb_strip_nulls(jsonb_build_object(
    'id', id, 'at', at, 'accountId', account_id, 'role', role, 'institutionId', institution_id, 'action', action,
    'outcome', outcome, 'problem', problem, 'learnerIds', learner_ids, 'learnerCount', learner_count,
    'resourceType', resource_type, 'resourceId', resource_id, 'requestId', request_id, 'times', times,
    'detail', detail_digest)) as content
  from audit_entry`;

/** The audit log as the sealer reads it. */
export const AUDIT_LOG: SealedSource = {
  chain: "audit",
  rows,
  rowsByKey: (sql, keys) => sql`${rows(sql)} where id = any(${[...keys]}::uuid[])`,
};

export interface AuditWriterOptions {
  /** As guantong_writer. */
  readonly db: Database;
  /** How long an entry may wait. Milliseconds. */
  readonly everyMs?: number;
  /** How many may wait; whoever looks at more is made to wait too. */
  readonly waitingMax?: number;
}

const EVERY_MS = 500;
const WAITING_MAX = 20_000;
const BATCH_MAX = 1000;

/**
 * Writes what was looked at, many entries in one statement, behind the answers. The same look of the same person within
 * one write becomes one entry that says how often. A crash loses what was looked at in the last moment, and no act: acts
 * are written in their own transaction.
 */
export class AuditWriter {
  readonly #db: Database;
  readonly #everyMs: number;
  readonly #waitingMax: number;
  #failed: (error: unknown) => void = () => undefined;
  #failures = 0;
  #waiting = new Map<string, AuditEntry>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #room: (() => void)[] = [];

  constructor(options: AuditWriterOptions) {
    this.#db = options.db;
    this.#everyMs = options.everyMs ?? EVERY_MS;
    this.#waitingMax = options.waitingMax ?? WAITING_MAX;
  }

  /** Whom to tell when writing failed; it is tried again, and `size` says how much waits. */
  onFailure(failed: (error: unknown) => void): void {
    this.#failed = failed;
  }

  /** How often writing failed so far. */
  get failures(): number {
    return this.#failures;
  }

  /** Entries that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Whether as many wait as may. */
  get full(): boolean {
    return this.#waiting.size >= this.#waitingMax;
  }

  add(notes: readonly AuditNote[]): void {
    for (const note of notes) {
      const name = nameOf(note);
      const same = this.#waiting.get(name);
      this.#waiting.set(name, same === undefined ? { id: v7(), ...note } : { ...same, times: same.times + note.times });
    }
    if (this.#waiting.size >= BATCH_MAX) void this.#write();
    else this.#wake();
  }

  /** Resolves when there is room: nobody may look faster than it can be written down. */
  async room(): Promise<void> {
    while (this.full) {
      await new Promise<void>((resolve) => {
        this.#room.push(resolve);
      });
    }
  }

  /** Writes everything that waits. Rejects where the database does not take it. */
  async end(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#waiting.size > 0) await this.#writeBatch();
  }

  #wake(): void {
    if (this.#waiting.size === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#write();
    }, this.#everyMs);
    // whoever leaves in order calls `end`
    this.#timer.unref();
  }

  #write(): Promise<void> {
    this.#writing ??= this.#writeAll()
      .catch((error: unknown) => {
        this.#failures += 1;
        this.#failed(error);
      })
      .finally(() => {
        this.#writing = null;
        for (const go of this.#room.splice(0)) go();
        this.#wake();
      });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.size > 0) await this.#writeBatch();
  }

  /** What could not be written waits again, with its id: where it was written after all, it is not written twice. */
  async #writeBatch(): Promise<void> {
    const batch = [...this.#waiting].slice(0, BATCH_MAX);
    for (const [name] of batch) this.#waiting.delete(name);
    try {
      const entries = batch.map(([, entry]) => entry);
      await this.#db.write(SYSTEM, (tx) => insertEntries(tx, entries));
    } catch (error) {
      for (const [, entry] of batch) this.#waiting.set(entry.id, entry);
      throw error;
    }
  }
}

/** What makes two entries of one moment the same. */
function nameOf(entry: AuditNote): string {
  const { accountId, role, institutionId, action, outcome, problem, resourceId, detail, learnerIds } = entry;
  const who = `${accountId}/${role}/${institutionId}/${action}/${outcome}/${problem}/${resourceId}`;
  return `${who}/${detail?.address ?? ""}/${detail?.reason ?? ""}/${learnerIds.join()}`;
}
