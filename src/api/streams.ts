/** How many event streams one caller may hold open, and how long one lasts before its listener must connect again. */
export const STREAMS_MAX = 20;
const LIFETIME_MS = 60 * 60 * 1000;

/** Counts the event streams that are open, by whose they are. */
export class Streams {
  readonly #open = new Map<string, number>();
  readonly #lifetimeMs: number;

  constructor(lifetimeMs = LIFETIME_MS) {
    this.#lifetimeMs = lifetimeMs;
  }

  /** @returns whether there was room for one more; `close` it then. */
  begin(whose: string): boolean {
    const open = this.#open.get(whose) ?? 0;
    if (open >= STREAMS_MAX) return false;
    this.#open.set(whose, open + 1);
    return true;
  }

  close(whose: string): void {
    const left = (this.#open.get(whose) ?? 1) - 1;
    if (left === 0) this.#open.delete(whose);
    else this.#open.set(whose, left);
  }

  /** Ends a stream when its time is over: rights, tokens and connections of long ago are not to be trusted. */
  limit(stream: AsyncIterableIterator<unknown>): () => void {
    const timer = setTimeout(() => void stream.return?.(), this.#lifetimeMs).unref();
    return () => clearTimeout(timer);
  }
}
