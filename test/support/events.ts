/** What an event of a section tells. */
export interface Told {
  readonly data?: { readonly sectionSeats: { readonly taken: number } } | null;
}

/** Reads server-sent events of one stream, one at a time. */
export class Events {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(response: Response) {
    if (response.body === null) throw new Error("no stream");
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The data of the next event; null when the stream has ended. */
  async next(): Promise<Told | null> {
    for (;;) {
      const found = /event: (\w+)\ndata:\s?(.*)\n\n/.exec(this.#text);
      if (found !== null) {
        this.#text = this.#text.slice(found.index + found[0].length);
        if (found[1] === "next") return JSON.parse(found[2] ?? "null") as never;
        if (found[1] === "complete") return null;
      }
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#text += value;
    }
  }

  close(): Promise<void> {
    return this.#reader.cancel();
  }
}
