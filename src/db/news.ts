import { EventEmitter, on } from "node:events";
import type postgres from "postgres";
import type { Id } from "../domain/id.ts";

/** What processes tell each other through the database, each with the id of what changed. */
export const TOPICS = ["guantong_section", "guantong_account"] as const;
export type Topic = (typeof TOPICS)[number];

/**
 * News of what was committed, from whichever process. It says only that something changed: whoever hears it reads again,
 * under their own rights. Missed news is no harm, for the next reading is right all the same.
 */
export class News {
  readonly #connect: () => postgres.Sql;
  readonly #heard = new EventEmitter().setMaxListeners(0);
  #client: postgres.Sql | null = null;
  #listening: Promise<unknown> | null = null;

  /** @param connect a client of one connection; it is opened when the first listener comes */
  constructor(connect: () => postgres.Sql) {
    this.#connect = connect;
  }

  /** Every change of one thing from now on, until the iterator is returned. What comes is its id. */
  async of(topic: Topic, id: Id): Promise<AsyncIterableIterator<Id>> {
    await this.#listen();
    const events = on(this.#heard, `${topic} ${id}`);
    // an async generator would not hear `return` before the next event
    const iterator: AsyncIterableIterator<Id> = {
      [Symbol.asyncIterator]: () => iterator,
      next: async () => {
        const { done } = await events.next();
        return done === true ? { done: true, value: undefined } : { done: false, value: id };
      },
      return: async () => {
        await events.return?.();
        return { done: true, value: undefined };
      },
    };
    return iterator;
  }

  /** Calls back at every change of anything of a topic, for as long as there is news. */
  async hear(topic: Topic, heard: (id: Id) => void): Promise<void> {
    await this.#listen();
    this.#heard.on(topic, heard);
  }

  async end(): Promise<void> {
    await this.#client?.end({ timeout: 1 });
  }

  #listen(): Promise<unknown> {
    this.#client ??= this.#connect();
    const client = this.#client;
    this.#listening ??= Promise.all(
      TOPICS.map((topic) =>
        client.listen(topic, (id) => void (this.#heard.emit(topic, id), this.#heard.emit(`${topic} ${id}`))),
      ),
    ).catch((error: unknown) => {
      this.#listening = null;
      throw error;
    });
    return this.#listening;
  }
}
