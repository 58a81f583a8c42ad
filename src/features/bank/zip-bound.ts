import { createInflateRaw } from "node:zlib";

/** How much of a part is unpacked at a time. Bytes. */
const PIECE_BYTES = 256 * 1024;

/** The signatures of a zip archive's records (PKWARE APPNOTE 4.3). */
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
/** A zip archive's comment is at most this long, and its end record lies before it. */
const COMMENT_MAX = 0xffff;

/** A workbook has a few dozen parts; one with thousands was made to keep us busy. */
const ENTRIES_MAX = 1000;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly at: number;
}

/** A part of an archive, with the size it was found to have. */
export interface Part {
  readonly name: string;
  readonly size: number;
  /** What it holds, unpacked piece by piece as the pieces are asked for. */
  content(): AsyncIterable<Buffer>;
}

/**
 * The parts of a zip archive, where all of them together unpack to at most `limit` bytes. It unpacks and counts, keeping
 * nothing: what an archive says of its own sizes may be a lie.
 * @returns "TOO_LARGE" where it holds more, null where it is no sound archive
 */
export async function partsWithin(bytes: Buffer, limit: number): Promise<readonly Part[] | "TOO_LARGE" | null> {
  const entries = entriesOf(bytes);
  if (entries === null) return null;
  let total = 0;
  const parts: Part[] = [];
  for (const entry of entries) {
    const packed = packedBytes(bytes, entry);
    const size = packed === null ? null : await unpackedSize(packed, entry.method, limit - total);
    if (packed === null || size === null) return null;
    total += size;
    if (total > limit) return "TOO_LARGE";
    parts.push({ name: entry.name, size, content: () => unpacked(packed, entry.method) });
  }
  return parts;
}

function entriesOf(bytes: Buffer): Entry[] | null {
  const end = bytes
    .subarray(Math.max(0, bytes.length - COMMENT_MAX - 22))
    .lastIndexOf("PK\x05\x06", undefined, "latin1");
  const at = end < 0 ? -1 : Math.max(0, bytes.length - COMMENT_MAX - 22) + end;
  if (at < 0 || at + 22 > bytes.length || bytes.readUInt32LE(at) !== END_OF_DIRECTORY) return null;
  const count = bytes.readUInt16LE(at + 10);
  if (count > ENTRIES_MAX) return null;
  const entries: Entry[] = [];
  let place = bytes.readUInt32LE(at + 16);
  for (let n = 0; n < count; n += 1) {
    if (place + 46 > bytes.length || bytes.readUInt32LE(place) !== DIRECTORY_ENTRY) return null;
    const nameLength = bytes.readUInt16LE(place + 28);
    entries.push({
      name: bytes.toString("utf8", place + 46, place + 46 + nameLength),
      method: bytes.readUInt16LE(place + 10),
      packed: bytes.readUInt32LE(place + 20),
      at: bytes.readUInt32LE(place + 42),
    });
    const lengths = [28, 30, 32].map((offset) => bytes.readUInt16LE(place + offset));
    place += 46 + lengths.reduce((sum, length) => sum + length, 0);
  }
  return entries;
}

function packedBytes(bytes: Buffer, { packed, at }: Entry): Buffer | null {
  if (at + 30 > bytes.length || bytes.readUInt32LE(at) !== LOCAL_HEADER) return null;
  const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  return start + packed > bytes.length ? null : bytes.subarray(start, start + packed);
}

async function unpackedSize(packed: Buffer, method: number, room: number): Promise<number | null> {
  if (method === 0) return packed.length;
  if (method !== 8) return null;
  let size = 0;
  try {
    for await (const piece of unpacked(packed, method)) {
      size += piece.length;
      if (size > room) break;
    }
    return size;
  } catch {
    return null;
  }
}

async function* unpacked(packed: Buffer, method: number): AsyncGenerator<Buffer> {
  if (method === 0) {
    for (let at = 0; at < packed.length; at += PIECE_BYTES) yield packed.subarray(at, at + PIECE_BYTES);
    return;
  }
  const inflate = createInflateRaw({ chunkSize: PIECE_BYTES });
  inflate.end(packed);
  for await (const piece of inflate) yield piece as Buffer;
}
