/**
 * How many event streams one caller may hold open in a process, and how many one address (of IPv6, one network), behind which
 * there may be a whole school that waits for its seats.
 */
export const STREAMS_MAX = { account: 20, address: 2000 } as const;
/** How long a stream lasts before its listener must connect again. */
const LIFETIME_MS = 60 * 60 * 1000;
/** How often it is asked whether its listener may still hear it, should no news have come. */
const AGAIN_MS = 30_000;

export interface StreamRules {
  readonly perAccount?: number;
  readonly perAddress?: number;
  readonly lifetimeMs?: number;
  readonly againMs?: number;
}

/** Whether a listener may hear on, and what says that it may have changed. */
export interface Listener {
  goesOn(): Promise<boolean>;
  /** Each element: something about the listener has changed, in whichever process. */
  readonly news: AsyncIterableIterator<unknown> | null;
}

/** The event streams that are open in this process. */
export class Streams {
  readonly #open = new Map<string, number>();
  readonly #perAccount: number;
  readonly #perAddress: number;
  readonly #lifetimeMs: number;
  readonly #againMs: number;

  constructor(rules: StreamRules = {}) {
    this.#perAccount = rules.perAccount ?? STREAMS_MAX.account;
    this.#perAddress = rules.perAddress ?? STREAMS_MAX.address;
    this.#lifetimeMs = rules.lifetimeMs ?? LIFETIME_MS;
    this.#againMs = rules.againMs ?? AGAIN_MS;
  }

  /**
   * Makes room for one more.
   * @param account null for nobody: who did not sign in counts as an account of their address
   * @returns what gives the room back, once; or how many there may be at most
   */
  begin(account: string | null, address: string): (() => void) | number {
    const whose = `of ${account ?? address}`;
    const whence = `at ${address}`;
    if (this.#count(whose) >= this.#perAccount) return this.#perAccount;
    if (this.#count(whence) >= this.#perAddress) return this.#perAddress;
    for (const key of [whose, whence]) this.#open.set(key, this.#count(key) + 1);
    let held = true;
    return () => {
      if (held) for (const key of [whose, whence]) this.#close(key);
      held = false;
    };
  }

  /**
   * A stream as long as its listener may hear it: it ends at news that they may not any more, before another event is told;
   * where news was lost, with the next look; and in any case after its lifetime.
   */
  guard<T>(stream: AsyncIterableIterator<T>, listener: Listener): AsyncIterableIterator<T> {
    return new Guarded(stream, listener, { lifetimeMs: this.#lifetimeMs, againMs: this.#againMs });
  }

  #count(key: string): number {
    return this.#open.get(key) ?? 0;
  }

  #close(key: string): void {
    const left = this.#count(key) - 1;
    if (left <= 0) this.#open.delete(key);
    else this.#open.set(key, left);
  }
}

const OVER = { done: true, value: undefined } as const;

class Guarded<T> implements AsyncIterableIterator<T> {
  readonly #stream: AsyncIterableIterator<T>;
  readonly #listener: Listener;
  readonly #timers: readonly NodeJS.Timeout[];
  #asked: Promise<void> = Promise.resolve();
  #over = false;
  /** Ends the `next` that waits for an event. */
  #release: () => void = () => undefined;

  constructor(stream: AsyncIterableIterator<T>, listener: Listener, times: { lifetimeMs: number; againMs: number }) {
    this.#stream = stream;
    this.#listener = listener;
    this.#timers = [
      setTimeout(() => this.#end(), times.lifetimeMs).unref(),
      setInterval(() => this.#ask(), times.againMs).unref(),
    ];
    if (listener.news !== null) void this.#follow(listener.news);
    // what changed before the news was followed
    this.#ask();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T>> {
    if (this.#over) return OVER;
    const event = await new Promise<IteratorResult<T>>((resolve, reject) => {
      this.#release = () => resolve(OVER);
      this.#stream.next().then(resolve, reject);
    });
    if (event.done === true) this.#end();
    // an event that overtakes the answer waits for it
    await this.#asked;
    return this.#over ? OVER : event;
  }

  async return(): Promise<IteratorResult<T>> {
    this.#end();
    return OVER;
  }

  async #follow(news: AsyncIterableIterator<unknown>): Promise<void> {
    for await (const _ of news) this.#ask();
  }

  /** One look after the other. A look that fails ends the stream: who listens can connect again, and is asked then. */
  #ask(): void {
    this.#asked = this.#asked.then(async () => {
      if (this.#over) return;
      const goesOn = await this.#listener.goesOn().catch(() => false);
      if (!goesOn) this.#end();
    });
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    void this.#listener.news?.return?.();
    void this.#stream.return?.();
    this.#release();
  }
}
