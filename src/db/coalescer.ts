import postgres from "postgres";
import { SYSTEM } from "../auth/viewer.ts";
import { type Problem, problem } from "../domain/problem.ts";
import type { Database, Tx } from "./transaction.ts";

/** What a coalescing writer is made of. */
export interface CoalescerOptions<Request, Answer> {
  /** The writer's own pool (guantong_writer): requests waiting here hold none of the application's connections. */
  readonly db: Database;
  /**
   * Settles a batch in one transaction, one answer per request and in their order. It must lock rows in one order, the
   * same in every process, and answer a request it has settled before with the same answer (idempotency key): after a
   * failure its requests come again, in smaller batches.
   */
  readonly settle: (tx: Tx, batch: readonly Request[]) => Promise<readonly Answer[]>;
  /** Requests of one owner never share a batch, and are settled in the order they came. */
  readonly ownerOf: (request: Request) => string;
  /** The most requests that wait; one more is answered QUEUE_FULL at once. */
  readonly queueMax?: number;
  /** The most requests in one transaction. */
  readonly batchMax?: number;
}

/** Gathers what many callers ask at once and settles it together. */
export interface Coalescer<Request, Answer> {
  /** The answer, once it is committed; QUEUE_FULL at once where too many wait. Rejects where the database failed. */
  submit(request: Request): Promise<Answer | Problem>;
  /** Requests that wait or are being settled. */
  size(): number;
  /** Settles what is waiting and takes nothing new: QUEUE_FULL. */
  end(): Promise<void>;
}

interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

const QUEUE_MAX = 10_000;
const BATCH_MAX = 500;

/** How often one request alone is tried again when rivals in other processes got in its way. */
const ATTEMPTS_MAX = 5;

/**
 * Whether an error may be gone the next time: a deadlock or serialization failure (class 40), or a constraint (class
 * 23), for then a rival has committed what this transaction had not seen yet.
 */
function rivalled(error: unknown): boolean {
  return error instanceof postgres.PostgresError && /^(?:40|23)/.test(error.code);
}

/** Whether the database itself is out of reach: trying halves would fail the same way, only later. */
function unreachable(error: unknown): boolean {
  if (error instanceof postgres.PostgresError) return /^(?:08|53|57)/.test(error.code);
  return typeof (error as { readonly code?: unknown } | null)?.code === "string";
}

/** Takes from the queue's head up to `max` requests, at most one of each owner; the others keep their order. */
function takeBatch<Request, Answer>(
  queue: Waiting<Request, Answer>[],
  max: number,
  ownerOf: (request: Request) => string,
): { readonly batch: Waiting<Request, Answer>[]; readonly rest: Waiting<Request, Answer>[] } {
  const batch: Waiting<Request, Answer>[] = [];
  const rest: Waiting<Request, Answer>[] = [];
  const owners = new Set<string>();
  for (const waiting of queue) {
    const owner = ownerOf(waiting.request);
    // an owner set back must not be overtaken by a later request of their own
    const fits = batch.length < max && !owners.has(owner);
    owners.add(owner);
    (fits ? batch : rest).push(waiting);
  }
  return { batch, rest };
}

/**
 * Makes a coalescing writer. One batch is under way at a time: while it is, the next gathers, so that the busier it is
 * the more each transaction settles. Several processes may each have one: what keeps them apart are the locks and
 * constraints of the database.
 */
export function coalescer<Request, Answer>(options: CoalescerOptions<Request, Answer>): Coalescer<Request, Answer> {
  const { db, settle, ownerOf, queueMax = QUEUE_MAX, batchMax = BATCH_MAX } = options;
  let queue: Waiting<Request, Answer>[] = [];
  let settling = 0;
  let ended = false;
  let running: Promise<void> | null = null;

  async function settleTogether(batch: readonly Waiting<Request, Answer>[]): Promise<void> {
    const answers = await db.write(SYSTEM, async (tx) => {
      const found = await settle(
        tx,
        batch.map(({ request }) => request),
      );
      if (found.length !== batch.length) throw new Error("a batch was settled with another number of answers");
      return found;
    });
    // committed: only now does anybody hear of it
    for (const [index, waiting] of batch.entries()) waiting.resolve(answers[index] as Answer);
  }

  /** One bad request fails alone: the batch is settled in halves until it stands by itself. */
  async function settleBatch(batch: readonly Waiting<Request, Answer>[], attempt = 1): Promise<void> {
    try {
      await settleTogether(batch);
    } catch (error) {
      if (unreachable(error)) {
        for (const waiting of batch) waiting.reject(error);
      } else if (batch.length > 1) {
        const half = Math.ceil(batch.length / 2);
        await settleBatch(batch.slice(0, half));
        await settleBatch(batch.slice(half));
      } else if (rivalled(error) && attempt < ATTEMPTS_MAX) {
        await settleBatch(batch, attempt + 1);
      } else {
        batch[0]?.reject(error);
      }
    }
  }

  async function run(): Promise<void> {
    // whatever else arrives in this turn joins the first batch
    await new Promise(setImmediate);
    while (queue.length > 0) {
      const { batch, rest } = takeBatch(queue, batchMax, ownerOf);
      queue = rest;
      settling = batch.length;
      await settleBatch(batch);
      settling = 0;
    }
  }

  function start(): void {
    running ??= run().finally(() => {
      running = null;
      // what arrived after the loop looked for the last time
      if (queue.length > 0) start();
    });
  }

  return {
    submit(request) {
      if (ended || queue.length >= queueMax) return Promise.resolve(problem("QUEUE_FULL"));
      const answer = new Promise<Answer>((resolve, reject) => {
        queue.push({ request, resolve, reject });
      });
      start();
      return answer;
    },
    size: () => queue.length + settling,
    async end() {
      ended = true;
      while (running !== null) await running;
    },
  };
}
