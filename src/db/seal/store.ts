import type { ChainEnd, Link, SealedRow } from "../../domain/chain.ts";
import type { Tx } from "../transaction.ts";
import type { SignedHead } from "./signer.ts";
import type { SealedSource, Tail } from "./source.ts";

/** A place in the order in which rows are sealed: by transaction, within one by key. */
interface Cursor {
  readonly cursorTransaction: string;
  readonly cursorKey: string;
}
export interface ChainState extends ChainEnd, Cursor {
  readonly headNumber: number;
}

export async function openChain(tx: Tx, chain: string, hash: string): Promise<void> {
  await tx.run(
    (sql) => sql`/* seal.openChain */
      insert into seal_chain (chain, hash) values (${chain}, ${hash}) on conflict do nothing`,
  );
}

/** Holds a chain until the transaction ends; null where another does. */
export async function holdChain(tx: Tx, chain: string): Promise<ChainState | null> {
  const rows = await tx.run(
    (sql) => sql<ChainState[]>`/* seal.holdChain */
      select position, hash, head_number, cursor_transaction::text, cursor_key from seal_chain
      where chain = ${chain} for update skip locked`,
  );
  return rows[0] ?? null;
}

interface Unsealed {
  readonly rows: readonly (SealedRow & { readonly xact: string })[];
  /** Rows of older transactions are all visible, for none of those still runs. */
  readonly horizon: string;
  /**
   * Whether the database has moved to another server since (it was restored): its transactions are counted anew there,
   * and the cursor means nothing.
   */
  readonly moved: boolean;
}

/** The next rows to seal. */
export async function unsealed(tx: Tx, source: SealedSource, after: Cursor, limit: number): Promise<Unsealed> {
  const [now] = await tx.run(
    (sql) => sql<{ horizon: string; moved: boolean }[]>`/* seal.horizon */
      select pg_snapshot_xmin(pg_current_snapshot())::text as horizon,
        pg_snapshot_xmin(pg_current_snapshot()) < ${after.cursorTransaction}::xid8 as moved`,
  );
  if (now === undefined) throw new Error("the database tells no horizon");
  const rows = await tx.run((sql) => {
    const { cursorTransaction: xact, cursorKey: key } = after;
    const within = now.moved
      ? sql`true`
      : sql`s.xact >= ${xact}::xid8 and s.xact < ${now.horizon}::xid8
          and (s.xact > ${xact}::xid8 or s.key collate "C" > ${key})`;
    return sql<Unsealed["rows"][number][]>`/* seal.unsealed */
      select s.key, s.xact::text, s.content, s.detail, s.salt from (${source.rows(sql)}) s
      where ${within} and not exists (select 1 from seal_link l where l.chain = ${source.chain} and l.key = s.key)
      order by s.xact, s.key collate "C" limit ${limit}`;
  });
  return { rows, ...now };
}

export async function insertLinks(tx: Tx, chain: string, links: readonly Link[]): Promise<void> {
  if (links.length === 0) return;
  await tx.run(
    (sql) => sql`/* seal.insertLinks */
      insert into seal_link (chain, position, key, hash)
      select ${chain}, position, key, hash from unnest(${links.map((link) => link.position)}::bigint[],
        ${links.map((link) => link.key)}::text[], ${links.map((link) => link.hash)}::text[]) as l (position, key, hash)`,
  );
}

export async function insertHead(tx: Tx, head: SignedHead): Promise<void> {
  const { chain, number, position, hash, horizon, sealedAt, keyId, signature } = head;
  await tx.run(
    (sql) => sql`/* seal.insertHead */
      insert into seal_head (chain, number, position, hash, horizon, sealed_at, key_id, signature)
      values (${chain}, ${number}, ${position}, ${hash}, ${horizon}, ${sealedAt}, ${keyId}, ${signature})`,
  );
}

export async function publishKey(tx: Tx, id: string, publicKey: string): Promise<void> {
  await tx.run(
    (sql) => sql`/* seal.publishKey */
      insert into seal_key (id, public_key) values (${id}, ${publicKey}) on conflict do nothing`,
  );
}

export async function moveChain(
  tx: Tx,
  to: ChainEnd & Cursor & { readonly chain: string; readonly number: number },
): Promise<void> {
  await tx.run(
    (sql) => sql`/* seal.moveChain */
      update seal_chain set position = ${to.position}, hash = ${to.hash}, head_number = ${to.number},
        cursor_transaction = ${to.cursorTransaction}, cursor_key = ${to.cursorKey}
      where chain = ${to.chain}`,
  );
}

/** Heads after a number, in their order. */
export function headsAfter(tx: Tx, chain: string, number: number) {
  return tx.run(
    (sql) => sql<SignedHead[]>`/* seal.headsAfter */
      select chain, number, position, hash, horizon::text, sealed_at, key_id, signature from seal_head
      where chain = ${chain} and number > ${number} order by number`,
  );
}

/** Links after a position, in their order. */
export function linksAfterPosition(tx: Tx, chain: string, position: number, limit: number) {
  return tx.run(
    (sql) => sql<Link[]>`/* seal.links */
      select position, key, hash from seal_link where chain = ${chain} and position > ${position}
      order by position limit ${limit}`,
  );
}

/** What waits to be sealed. Read by the figures, so it looks only behind the cursor. */
export async function tailOf(tx: Tx, source: SealedSource): Promise<Tail> {
  const [tail] = await tx.run(
    (sql) => sql<Tail[]>`/* seal.tail */
      select count(*)::int as rows, coalesce(extract(epoch from now() - min(s.at)), 0)::float8 as seconds
      from seal_chain c join (${source.rows(sql)}) s on s.xact >= c.cursor_transaction
      where c.chain = ${source.chain}
        and not exists (select 1 from seal_link l where l.chain = c.chain and l.key = s.key)`,
  );
  return tail ?? { rows: 0, seconds: 0 };
}

/**
 * Rows that are in no chain: those of a transaction that a head has vouched for, or that has not even begun, were put in
 * behind the seal; the rest is the tail.
 */
export async function unlinked(
  tx: Tx,
  source: SealedSource,
  horizon: string,
): Promise<{ readonly firstLate: string | null; readonly tail: Tail }> {
  const [found] = await tx.run(
    (sql) => sql<{ firstLate: string | null; rows: number; seconds: number }[]>`/* seal.unlinked */
      with horizon as (
        select pg_snapshot_xmin(pg_current_snapshot()) < ${horizon}::xid8 as moved,
          pg_snapshot_xmax(pg_current_snapshot()) as next)
      select min(s.key) filter (where not h.moved and (s.xact < ${horizon}::xid8 or s.xact >= h.next)) as first_late,
        count(*) filter (where h.moved or s.xact >= ${horizon}::xid8)::int as rows,
        coalesce(extract(epoch from now() - min(s.at) filter (where h.moved or s.xact >= ${horizon}::xid8)), 0)::float8
          as seconds
      from (${source.rows(sql)}) s, horizon h
      where not exists (select 1 from seal_link l where l.chain = ${source.chain} and l.key = s.key)`,
  );
  const { firstLate = null, rows = 0, seconds = 0 } = found ?? {};
  return { firstLate, tail: { rows, seconds } };
}
