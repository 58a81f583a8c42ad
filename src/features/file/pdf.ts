import { promisify } from "node:util";
import { constants, inflate } from "node:zlib";
import { type Problem, problem } from "../../domain/problem.ts";

/** What a document may do by itself, carry along, or hide, by the names that PDF (ISO 32000) gives it. */
const ACTIVE = [
  "JavaScript",
  "Launch",
  "EmbeddedFile",
  "EmbeddedFiles",
  "RichMedia",
  "SubmitForm",
  "ImportData",
  "GoToE",
  "GoToR",
  "XFA",
  "Movie",
  "Rendition",
];

/** Objects packed into streams: what one may unpack to, how many there may be, and how much all of them. */
const PACKED_BYTES_MAX = 4 * 1024 * 1024;
const PACKED_ALL_BYTES_MAX = 48 * 1024 * 1024;
const STREAMS_MAX = 5000;
/** How far behind the word its line may end. */
const LINE_MAX = 256;

const hex = (letter: string): string =>
  (letter.codePointAt(0) ?? 0).toString(16).replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

/** A name of PDF, whichever of its letters are written as #xx, and no longer name that begins with it. */
const named = (name: string): string => `/${Array.from(name, (letter) => `(?:${letter}|#${hex(letter)})`).join("")}`;
const END = "(?![^\\s()<>\\[\\]{}/%])";

const ACTIVE_NAMES = ACTIVE.map((name) => [name, new RegExp(named(name) + END)] as const);
const ENCRYPTED = new RegExp(named("Encrypt") + END);
/** Every stream of packed objects must say where the first begins and how many there are. */
const PACKED = [new RegExp(named("First") + END), new RegExp(named("N") + END)] as const;

const unpack = promisify(inflate) as (bytes: Buffer, options: object) => Promise<Buffer>;

function active(text: string): Problem | null {
  const found = ACTIVE_NAMES.find(([, pattern]) => pattern.test(text));
  return found === undefined ? null : problem("FILE_ACTIVE", { what: found[0] });
}

/** How far before its end an archive may say that it ends: what it says itself, and a remark of 65,535 bytes. */
const ARCHIVE_END_MAX = 65_557;

/** Ends with %%EOF and nothing more, and is no archive besides: an archive is read from its end. */
function tailFault(bytes: Buffer): Problem | null {
  const tail = bytes.toString("latin1", Math.max(0, bytes.length - 1024));
  if (!tail.includes("%%EOF")) return problem("FILE_DAMAGED", { detail: "%%EOF" });
  const packed = bytes.lastIndexOf("PK\u0005\u0006", bytes.length, "latin1");
  const followed = !/%%EOF[\s\0]*$/.test(tail) || (packed !== -1 && packed > bytes.length - ARCHIVE_END_MAX);
  return followed ? problem("FILE_FOLLOWED") : null;
}

/**
 * Looks through a PDF for what it could do when it is opened: in its own text, and in the objects it keeps packed, which
 * are unpacked within bounds. What cannot be looked into (encrypted, packed in another way) is refused: a scan has no need
 * of it. Nothing of it is run, and no reader's understanding of its structure is trusted.
 * @returns FILE_DAMAGED, FILE_FOLLOWED, FILE_ENCRYPTED, FILE_ACTIVE, FILE_UNSEARCHABLE
 */
export async function pdfFault(bytes: Buffer): Promise<Problem | null> {
  const text = bytes.toString("latin1");
  const refused = tailFault(bytes) ?? (ENCRYPTED.test(text) ? problem("FILE_ENCRYPTED") : null) ?? active(text);
  return refused ?? packedFault(bytes, text);
}

async function packedFault(bytes: Buffer, text: string): Promise<Problem | null> {
  let [before, all, count] = [0, 0, 0];
  for (const { index } of text.matchAll(/stream/g)) {
    const head = text.slice(before, index);
    before = index;
    count += 1;
    if (count > STREAMS_MAX * 2) return problem("FILE_UNSEARCHABLE");
    // "endstream" says it too
    if (head.endsWith("end") || !PACKED.every((pattern) => pattern.test(head))) continue;
    const line = /[\r\n]+/.exec(text.slice(index, index + LINE_MAX));
    const inside = line === null ? null : await unpacked(bytes.subarray(index + line.index + line[0].length));
    all += inside?.length ?? 0;
    if (inside === null || all > PACKED_ALL_BYTES_MAX) return problem("FILE_UNSEARCHABLE");
    const refused = active(inside.toString("latin1"));
    if (refused !== null) return refused;
  }
  return null;
}

const NOTHING = Buffer.alloc(0);

/**
 * A stream's bytes, whatever lies behind them; nothing where it is a picture; null where it may be objects that are packed
 * in another way, or are too many. A picture happens to stand behind what reads like the head of packed objects.
 */
async function unpacked(bytes: Buffer): Promise<Buffer | null> {
  if (bytes.readUIntBE(0, 3) === 0xffd8ff) return NOTHING;
  try {
    return await unpack(bytes, { maxOutputLength: PACKED_BYTES_MAX });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_BUFFER_TOO_LARGE") return null;
    const begun = await unpack(bytes.subarray(0, 512), { finishFlush: constants.Z_SYNC_FLUSH });
    // packed objects begin with their numbers and places
    return /^[\s\d%]{4}/.test(begun.toString("latin1")) ? null : NOTHING;
  }
}
