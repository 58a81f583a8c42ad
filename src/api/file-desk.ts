import { v7 } from "uuid";
import type { Database } from "../db/transaction.ts";
import { EVIDENCE_KINDS } from "../domain/evidence.ts";
import type { AddressKept } from "../domain/audit.ts";
import { isProblem, type Problem, problem } from "../domain/problem.ts";
import { addFile, mediaTypeOf, openFile, type Upload, uploadRefused } from "../features/file/service.ts";
import { admit, type Knock } from "./admission.ts";
import type { Context } from "./context.ts";
import { decodeId, decodeNode, encodeId } from "./node-id.ts";
import type { Services } from "./services.ts";

interface Wish {
  /** A learner's global id. */
  readonly learnerId: string;
  readonly kind: string;
}

interface Sent {
  readonly bytes: Buffer;
  readonly declared: string;
  readonly name: string;
}

function uploadOf(wish: Wish): Upload | Problem {
  const learnerId = decodeId("Learner", wish.learnerId);
  if (learnerId === null) return problem("MALFORMED_ID", { id: wish.learnerId.slice(0, 100) }, ["learner"]);
  const kind = EVIDENCE_KINDS.find((each) => each === wish.kind);
  return kind === undefined ? problem("INVALID_INPUT", { detail: "kind" }, ["kind"]) : { learnerId, kind };
}

/** Somebody at the desk, under the same capacity and with the same audit trail as a GraphQL request of theirs. */
class Visitor {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  get accountId(): string | null {
    return this.#context.viewer.accountId;
  }

  async refused(wish: Wish): Promise<Problem | null> {
    const upload = uploadOf(wish);
    if (isProblem(upload)) return upload;
    const refused = await uploadRefused(this.#context.tx, this.#context.viewer, upload);
    // the body may take its time: nobody's connection waits for it
    this.#context.refresh();
    return refused;
  }

  async receive(wish: Wish, { bytes, declared, name }: Sent): Promise<{ readonly id: string } | Problem> {
    const { viewer, services, now } = this.#context;
    const upload = uploadOf(wish);
    if (isProblem(upload)) return upload;
    const mediaType = await mediaTypeOf(bytes, declared);
    if (isProblem(mediaType)) return mediaType;
    const received = { ...upload, bytes, mediaType, name };
    const id = await this.#context.write((tx) => addFile(tx, services.keys, viewer, received, { now, id: v7() }));
    return isProblem(id) ? id : { id: encodeId("File", upload.learnerId, id) };
  }

  async fetch(text: string) {
    const node = decodeNode(text);
    const [learnerId, id] = node?.ids ?? [];
    if (node?.type !== "File" || learnerId === undefined || id === undefined)
      return problem("MALFORMED_ID", { id: text.slice(0, 100) });
    const { tx, services, viewer } = this.#context;
    const opened = await openFile(tx, services.keys, viewer, { learnerId, id });
    if (isProblem(opened)) return opened;
    return { bytes: opened.bytes, mediaType: opened.file.mediaType, name: opened.file.name };
  }

  leave(): void {
    this.#context.end();
  }
}

/** Where files are sent in and handed out. */
export function openFileDesk(house: {
  readonly db: Database;
  readonly services: Services;
  readonly publicUrl: string | null;
  readonly addressKept?: AddressKept;
}) {
  return {
    async open(knock: Knock): Promise<{ readonly visitor: Visitor | Problem; readonly setCookie: string | null }> {
      const { context, setCookie } = await admit(knock, house);
      return { visitor: isProblem(context) ? context : new Visitor(context), setCookie };
    },
  };
}
