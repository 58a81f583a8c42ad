import { type StreamRow, streamXlsxRows } from "hucre";
import type { Part } from "./zip-bound.ts";

/** The parts that a sheet is read with, and sheets, as the reader knows them by name. */
const READ_FIRST = /^\[Content_Types\]\.xml$|\.rels$|^xl\/(workbook|sharedStrings|styles)\.xml$/i;
const SHEET = /^xl\/worksheets\/sheet\d+\.xml$/i;

/**
 * The rows of a sheet as they are asked for. On its own the reader takes in a sheet as fast as it is unpacked, and keeps
 * every row that nobody asked for yet: of a term that is the whole of it. Here bytes are let through only while a row is
 * waited for. It reads a stream where the shared parts come before the sheets, which spreadsheet programs write the other
 * way round; so it is given the parts in its order, unpacked.
 */
export async function* workbookRows(parts: readonly Part[], sheet: number): AsyncGenerator<StreamRow> {
  const tap = tapOf(archive(parts));
  const rows = streamXlsxRows(tap.stream, { sheet });
  try {
    for (;;) {
      tap.open();
      const { done, value } = await rows.next();
      tap.close();
      if (done === true) return;
      yield value;
    }
  } finally {
    await rows.return();
  }
}

/** Whether a workbook names its parts as the reader of streams expects them. */
export function isStreamable(parts: readonly Part[]): boolean {
  const names = new Set(parts.map(({ name }) => name));
  const sheets = parts.filter(({ name }) => name.startsWith("xl/worksheets/") && !name.includes("_rels/"));
  return names.has("xl/workbook.xml") && sheets.length > 0 && sheets.every(({ name }) => SHEET.test(name));
}

/** The parts as an archive that is read from its beginning: each under a header of its own, not packed. */
async function* archive(parts: readonly Part[]): AsyncGenerator<Buffer> {
  const wanted = [READ_FIRST, SHEET].flatMap((kind) => parts.filter(({ name }) => kind.test(name)));
  for (const part of wanted) {
    yield header(part);
    yield* part.content();
  }
}

/** The local header of a part (PKWARE APPNOTE 4.3.7). */
function header({ name, size }: Part): Buffer {
  const text = Buffer.from(name);
  const head = Buffer.alloc(30);
  head.write("PK\x03\x04", "latin1");
  head.writeUInt32LE(size, 18);
  head.writeUInt32LE(size, 22);
  head.writeUInt16LE(text.length, 26);
  return Buffer.concat([head, text]);
}

/** A stream that gives something only while it is open. */
function tapOf(source: AsyncGenerator<Buffer>) {
  let opened: (() => void) | null = null;
  let isOpen = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        while (!isOpen) await new Promise<void>((resolve) => (opened = resolve));
        const { done, value } = await source.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await source.return(undefined)),
    },
    { highWaterMark: 0 },
  );
  return {
    stream,
    open() {
      isOpen = true;
      opened?.();
    },
    close: () => void (isOpen = false),
  };
}
