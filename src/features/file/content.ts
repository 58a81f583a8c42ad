import { fileTypeFromBuffer } from "file-type";
import { FILE_BYTES_MAX, MEDIA_TYPES, type MediaType } from "../../domain/evidence.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import { pdfFault } from "./pdf.ts";
import { jpegFault, pngFault } from "./pictures.ts";

const FAULT_OF: Readonly<Record<MediaType, (bytes: Buffer) => Problem | null | Promise<Problem | null>>> = {
  "application/pdf": pdfFault,
  "image/jpeg": jpegFault,
  "image/png": pngFault,
};

const MEGABYTE = 1024 * 1024;

/**
 * What a file is, by its bytes alone; what it was said to be must agree. It is taken only whole, of one kind, and without
 * anything that acts when it is opened.
 * @param declared the media type that its sender gave it
 * @returns PAYLOAD_TOO_LARGE, FILE_TYPE_REFUSED, FILE_TYPE_DIFFERS, FILE_DAMAGED, FILE_FOLLOWED, FILE_PICTURE_TOO_LARGE,
 * FILE_ENCRYPTED, FILE_ACTIVE, FILE_UNSEARCHABLE
 */
export async function mediaTypeOf(bytes: Buffer, declared: string): Promise<MediaType | Problem> {
  if (bytes.length > FILE_BYTES_MAX) return problem("PAYLOAD_TOO_LARGE", { limit: `${FILE_BYTES_MAX / MEGABYTE} MB` });
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  const mediaType = MEDIA_TYPES.find((each) => each === found?.mime);
  if (mediaType === undefined) return problem("FILE_TYPE_REFUSED");
  const [said = ""] = declared.toLowerCase().split(";");
  if (said.trim() !== mediaType)
    return problem("FILE_TYPE_DIFFERS", { declared: said.trim().slice(0, 60), found: mediaType });
  return (await FAULT_OF[mediaType](bytes)) ?? mediaType;
}
