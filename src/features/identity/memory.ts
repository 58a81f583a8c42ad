/** How long something is remembered, should no news of a change come. Milliseconds. */
const REMEMBERED_MS = 30_000;
/** How many are remembered at most. */
const REMEMBERED_MAX = 10_000;

/** What was found, for a while. */
export class Memory<Value> {
  readonly #found = new Map<string, { readonly value: Value; readonly until: number }>();

  find(key: string, now: Date): Value | null {
    const known = this.#found.get(key);
    return known !== undefined && known.until > now.getTime() ? known.value : null;
  }

  keep(key: string, value: Value, now: Date): void {
    if (this.#found.size >= REMEMBERED_MAX) this.#found.clear();
    this.#found.set(key, { value, until: now.getTime() + REMEMBERED_MS });
  }

  forget(unwanted: (key: string, value: Value) => boolean): void {
    for (const [key, { value }] of this.#found) if (unwanted(key, value)) this.#found.delete(key);
  }
}
