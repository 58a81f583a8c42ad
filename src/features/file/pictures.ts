import { crc32 } from "node:zlib";
import { type Problem, problem } from "../../domain/problem.ts";

/** Sides and area of a picture, in pixels: A3 at 600 dots per inch is 70 million. Beyond, opening it is the attack. */
const SIDE_MAX = 16_384;
const PIXELS_MAX = 80_000_000;

const damaged = (detail: string): Problem => problem("FILE_DAMAGED", { detail });

function refusedSize(width: number, height: number): Problem | null {
  if (width === 0 || height === 0) return damaged("0 x 0");
  const tooLarge = width > SIDE_MAX || height > SIDE_MAX || width * height > PIXELS_MAX;
  return tooLarge ? problem("FILE_PICTURE_TOO_LARGE", { width, height, limit: PIXELS_MAX / 1_000_000 }) : null;
}

/**
 * Reads a PNG chunk by chunk: each with its checksum, IHDR first, IEND last and nothing behind it.
 * @returns FILE_DAMAGED, FILE_PICTURE_TOO_LARGE, FILE_FOLLOWED
 */
export function pngFault(bytes: Buffer): Problem | null {
  let at = 8;
  for (let first = true; at + 12 <= bytes.length; first = false) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const end = at + 12 + length;
    if (end > bytes.length) return damaged(type);
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return damaged(type);
    if (first) {
      if (type !== "IHDR" || length !== 13) return damaged("IHDR");
      const refused = refusedSize(bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 12));
      if (refused !== null) return refused;
    }
    if (type === "IEND") return end === bytes.length ? null : problem("FILE_FOLLOWED");
    at = end;
  }
  return damaged("IEND");
}

/** Markers of a frame: SOF0 to SOF15 but DHT, JPG and DAC, which share their range. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

const [SOI, EOI, SOS] = [0xd8, 0xd9, 0xda];

/** Behind the header of a scan: its coded data reaches to the next marker that is no stuffing and no restart. */
function scanEnd(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}

/** One picture, from its SOI on: where it ends, or its fault. */
function jpegEnd(bytes: Buffer, start: number): number | Problem {
  let at = start + 2;
  let framed = false;
  while (at + 4 <= bytes.length || bytes[at + 1] === EOI) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker === SOI) return damaged("JPEG");
    if (marker === EOI) return framed ? at + 2 : damaged("SOF");
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2 || at + 2 + length > bytes.length) return damaged("JPEG");
    if (isFrame(marker)) {
      if (length < 8) return damaged("SOF");
      const refused = refusedSize(bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5));
      if (refused !== null) return refused;
      framed = true;
    }
    at = marker === SOS ? scanEnd(bytes, at + 2 + length) : at + 2 + length;
  }
  return damaged("EOI");
}

/**
 * Reads a JPEG segment by segment to its end. Telephones put further pictures behind the first (a preview, a map of
 * brightness): each is read the same way; anything else behind it is refused.
 * @returns FILE_DAMAGED, FILE_PICTURE_TOO_LARGE, FILE_FOLLOWED
 */
export function jpegFault(bytes: Buffer): Problem | null {
  let at = 0;
  do {
    const end = jpegEnd(bytes, at);
    if (typeof end !== "number") return at === 0 ? end : problem("FILE_FOLLOWED");
    at = end;
  } while (bytes[at] === 0xff && bytes[at + 1] === SOI);
  return at === bytes.length ? null : problem("FILE_FOLLOWED");
}
