import { SYSTEM } from "../../auth/viewer.ts";
import { EMPTY_CHAIN, type Head, linksAfter, type SealedRow } from "../../domain/chain.ts";
import type { Database, Tx } from "../transaction.ts";
import { HeadsFile } from "./heads-file.ts";
import { isSignedBy, publicKeyOf, type SealKeys, sha256, type SignedHead, signHead } from "./signer.ts";
import type { SealedSource, Tail } from "./source.ts";
import * as store from "./store.ts";

/** How many rows one head seals at most. */
const BATCH_ROWS = 5000;

export interface SealerOptions {
  /** As guantong_job. */
  readonly db: Database;
  readonly sources: readonly SealedSource[];
  readonly keys: SealKeys;
  /** Where signed heads are kept, outside the database. */
  readonly headsFile: string;
  readonly now?: () => Date;
}

/** Seals what has been written, behind the writers: they wait for nothing. */
export interface Sealer {
  /**
   * Seals every row of a transaction older than the oldest that still runs. Of several processes one seals a chain at a
   * time; called again, it changes nothing.
   * @returns how many rows
   */
  seal(): Promise<number>;
  /** What waits to be sealed, chain by chain. */
  tails(): Promise<ReadonlyMap<string, Tail>>;
}

/** Opens the sealer of some tables. The signed heads that the file lacks are added to it at the first sealing. */
export async function openSealer(options: SealerOptions): Promise<Sealer> {
  const { db, sources, keys, now = () => new Date() } = options;
  const file = await HeadsFile.open(options.headsFile);
  for (const { chain } of sources) await db.write(SYSTEM, (tx) => store.openChain(tx, chain, EMPTY_CHAIN.hash));

  async function sealSource(source: SealedSource): Promise<number> {
    let sealed = 0;
    for (;;) {
      const batch = await db.write(SYSTEM, (tx) => sealBatch(tx, source, keys, now()));
      sealed += batch;
      if (batch < BATCH_ROWS) return sealed;
    }
  }

  /** After the commit: a head in the file that the database never had would accuse it of having lost it. */
  async function keep(chain: string): Promise<void> {
    const tx = db.read(SYSTEM);
    try {
      const heads = await store.headsAfter(tx, chain, file.lastNumber(chain));
      const publicKeys = new Map(keys.all().map((key) => [key.id, publicKeyOf(key)]));
      // what somebody put into the table meanwhile is none of ours
      const ours = heads.filter((head) => isSignedBy(publicKeys.get(head.keyId) ?? "", head));
      await file.append(ours, publicKeys);
    } finally {
      tx.end();
    }
  }

  let running: Promise<number> | null = null;
  async function sealAll(): Promise<number> {
    let sealed = 0;
    for (const source of sources) {
      sealed += await sealSource(source);
      await keep(source.chain);
    }
    return sealed;
  }

  return {
    async seal() {
      running ??= sealAll().finally(() => {
        running = null;
      });
      return running;
    },
    tails: () => tailsOf(db, sources),
  };
}

/**
 * What waits to be sealed, chain by chain.
 * @param db as guantong_job
 */
export async function tailsOf(db: Database, sources: readonly SealedSource[]): Promise<ReadonlyMap<string, Tail>> {
  const tx = db.read(SYSTEM);
  try {
    const tails = await Promise.all(sources.map((source) => store.tailOf(tx, source)));
    return new Map(sources.map(({ chain }, place) => [chain, tails[place] ?? { rows: 0, seconds: 0 }]));
  } finally {
    tx.end();
  }
}

/** One head, at most, in the caller's transaction. @returns how many rows it seals */
async function sealBatch(tx: Tx, source: SealedSource, keys: SealKeys, now: Date): Promise<number> {
  const state = await store.holdChain(tx, source.chain);
  // another process is at it
  if (state === null) return 0;
  const found = await store.unsealed(tx, source, state, BATCH_ROWS);
  if (found.rows.length === 0 && !found.moved) return 0;
  const last = found.rows.at(-1);
  const full = found.rows.length === BATCH_ROWS && last !== undefined;
  const cursor = full
    ? { cursorTransaction: last.xact, cursorKey: last.key }
    : { cursorTransaction: found.horizon, cursorKey: "" };
  const links = linksAfter(sha256, state, found.rows satisfies readonly SealedRow[]);
  const end = links.at(-1) ?? state;
  const head: Head = {
    chain: source.chain,
    number: state.headNumber + 1,
    position: end.position,
    hash: end.hash,
    horizon: cursor.cursorTransaction,
    sealedAt: now.toISOString(),
  };
  await writeHead(tx, signHead(keys.newest(), head), publicKeyOf(keys.newest()));
  await store.insertLinks(tx, source.chain, links);
  await store.moveChain(tx, { ...head, ...cursor });
  return links.length;
}

async function writeHead(tx: Tx, head: SignedHead, publicKey: string): Promise<void> {
  await store.publishKey(tx, head.keyId, publicKey);
  await store.insertHead(tx, head);
}
