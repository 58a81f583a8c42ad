import { createInflateRaw } from "node:zlib";

/** The signatures of a zip archive's records (PKWARE APPNOTE 4.3). */
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
/** A zip archive's comment is at most this long, and its end record lies before it. */
const COMMENT_MAX = 0xffff;

/** A workbook has a few dozen parts; one with thousands was made to keep us busy. */
const ENTRIES_MAX = 1000;

interface Entry {
  readonly method: number;
  readonly packed: number;
  readonly at: number;
}

/**
 * Whether everything in a zip archive unpacks to at most `limit` bytes. It unpacks and counts, keeping nothing: what an
 * archive says of its own sizes may be a lie.
 * @returns false where it holds more, null where it is no sound archive
 */
export async function unpacksWithin(bytes: Buffer, limit: number): Promise<boolean | null> {
  const entries = entriesOf(bytes);
  if (entries === null) return null;
  let total = 0;
  for (const entry of entries) {
    const size = await unpackedSize(bytes, entry, limit - total);
    if (size === null) return null;
    total += size;
    if (total > limit) return false;
  }
  return true;
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
    entries.push({
      method: bytes.readUInt16LE(place + 10),
      packed: bytes.readUInt32LE(place + 20),
      at: bytes.readUInt32LE(place + 42),
    });
    const lengths = [28, 30, 32].map((offset) => bytes.readUInt16LE(place + offset));
    place += 46 + lengths.reduce((sum, length) => sum + length, 0);
  }
  return entries;
}

async function unpackedSize(bytes: Buffer, { method, packed, at }: Entry, room: number): Promise<number | null> {
  if (at + 30 > bytes.length || bytes.readUInt32LE(at) !== LOCAL_HEADER) return null;
  const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  if (start + packed > bytes.length) return null;
  if (method === 0) return packed;
  if (method !== 8) return null;
  return new Promise((resolve) => {
    let size = 0;
    const inflate = createInflateRaw();
    inflate.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > room) {
        inflate.destroy();
        resolve(size);
      }
    });
    inflate.on("end", () => resolve(size));
    inflate.on("error", () => resolve(null));
    inflate.end(bytes.subarray(start, start + packed));
  });
}
