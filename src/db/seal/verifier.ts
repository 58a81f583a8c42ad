import { brokenHead, ChainCheck, type ChainFault, type Head } from "../../domain/chain.ts";
import type { Tx } from "../transaction.ts";
import { exists, headsLines } from "./heads-file.ts";
import { isSignedBy, publicKeyOf, type SealKey, sha256, type SignedHead } from "./signer.ts";
import { rowsByKey, type SealedSource, type Tail } from "./source.ts";
import * as store from "./store.ts";

const BATCH_LINKS = 2000;

/** What verification found. */
export interface Verdict {
  readonly chain: string;
  /** The first thing that does not fit; null where all does. */
  readonly fault: ChainFault | null;
  /** How many rows were held against the chain and fit. */
  readonly rows: number;
  readonly heads: number;
  readonly lastSealedAt: string | null;
  /** What is not sealed yet, and so not vouched for. */
  readonly tail: Tail;
  /** Lines of the file that are none of ours: one that a crash cut off, or worse. The heads they may have been are not missing. */
  readonly damagedLines: number;
}

export interface VerifyOptions {
  readonly headsFile: string;
  /** The keys of the service; without them, whoever verifies trusts the public halves in the file. */
  readonly keys?: readonly SealKey[];
}

/**
 * Holds one chain against its rows and the signed heads.
 * @param tx a reading transaction of guantong_job
 */
export async function verifyChain(tx: Tx, source: SealedSource, options: VerifyOptions): Promise<Verdict> {
  const { chain } = source;
  const found = await headsOf(tx, chain, options);
  const horizon = found.heads.at(-1)?.horizon ?? "0";
  const { firstLate, tail } = await store.unlinked(tx, source, horizon);
  const rest = {
    chain,
    heads: found.heads.length,
    lastSealedAt: found.heads.at(-1)?.sealedAt ?? null,
    tail,
    damagedLines: found.damagedLines,
  };
  if (found.fault !== null) return { ...rest, fault: found.fault, rows: 0 };
  const check = new ChainCheck(sha256, found.heads);
  const fault = (await walk(tx, source, check)) ?? check.finish();
  const late: ChainFault | null =
    firstLate === null ? null : { code: "ROW_INSERTED", position: null, key: firstLate, vouchedFor: check.position };
  return { ...rest, fault: fault ?? late, rows: check.position };
}

async function walk(tx: Tx, source: SealedSource, check: ChainCheck): Promise<ChainFault | null> {
  for (;;) {
    const links = await store.linksAfterPosition(tx, source.chain, check.position, BATCH_LINKS);
    const rows = await rowsByKey(
      tx,
      source,
      links.map(({ key }) => key),
    );
    for (const link of links) {
      const fault = check.take(link, rows.get(link.key) ?? null);
      if (fault !== null) return fault;
    }
    if (links.length < BATCH_LINKS) return null;
  }
}

interface Heads {
  readonly heads: readonly Head[];
  readonly fault: ChainFault | null;
  readonly damagedLines: number;
}

/** The signed heads of the file, and those of the table that the file does not have yet. */
async function headsOf(tx: Tx, chain: string, { headsFile, keys }: VerifyOptions): Promise<Heads> {
  const stored = await store.headsAfter(tx, chain, 0);
  const none = { heads: [], damagedLines: 0 };
  if (!(await exists(headsFile))) return { ...none, fault: stored.length === 0 ? null : faultAt("HEADS_MISSING", 0) };
  const kept = await readKept(headsFile, chain);
  const known = keys === undefined ? kept.keys : new Map(keys.map((key) => [key.id, publicKeyOf(key)]));
  const byNumber = new Map<number, SignedHead>();
  for (const head of [...kept.heads, ...stored]) {
    const { damagedLines } = kept;
    if (!isSignedBy(known.get(head.keyId) ?? "", head)) {
      return { ...none, damagedLines, fault: faultAt("HEAD_FORGED", head.position) };
    }
    const twin = byNumber.get(head.number);
    if (twin !== undefined && twin.signature !== head.signature) {
      return { ...none, damagedLines, fault: faultAt("HEADS_BROKEN", head.position) };
    }
    byNumber.set(head.number, head);
  }
  const heads = [...byNumber.values()].sort((a, b) => a.number - b.number);
  const broken = brokenHead(heads);
  const fault = broken === null ? null : faultAt("HEADS_BROKEN", broken.position);
  return { heads, fault, damagedLines: kept.damagedLines };
}

function faultAt(code: ChainFault["code"], position: number): ChainFault {
  return { code, position, key: null, vouchedFor: 0 };
}

async function readKept(path: string, chain: string) {
  const keys = new Map<string, string>();
  const heads: SignedHead[] = [];
  let damagedLines = 0;
  for await (const line of headsLines(path)) {
    if (line === null) damagedLines += 1;
    else if ("head" in line) heads.push(...(line.head.chain === chain ? [line.head] : []));
    else if (keys.has(line.key.id) && keys.get(line.key.id) !== line.key.publicKey) damagedLines += 1;
    else keys.set(line.key.id, line.key.publicKey);
  }
  return { keys, heads, damagedLines };
}
