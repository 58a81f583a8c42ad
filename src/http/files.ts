import type { IncomingMessage } from "node:http";
import express, { type Request, type Response, type Router } from "express";
import type { RateLimits } from "../auth/rate-limits.ts";
import { FILE_BYTES_MAX } from "../domain/evidence.ts";
import { isProblem, type Problem, type ProblemCode, problem } from "../domain/problem.ts";
import { ADDRESS_HEADER } from "./address.ts";
import { refuse } from "./answer.ts";
import { drain } from "./body.ts";

/** What a request says about who sends it. */
interface Knock {
  readonly authorization: string | null;
  readonly cookie: string | null;
  readonly acceptLanguage: string | null;
  readonly capacity: string | null;
  readonly requestId: string;
  readonly address: string;
}

/** A file on its way out. */
interface Handed {
  readonly bytes: Buffer;
  readonly mediaType: string;
  /** null: it has none. */
  readonly name: string | null;
}

/** Whoever came to the desk. */
interface Visitor {
  /** Null for nobody who signed in. */
  readonly accountId: string | null;
  /** What an upload is refused for before any of it came. */
  refused(upload: { readonly learnerId: string; readonly kind: string }): Promise<Problem | null>;
  receive(
    upload: { readonly learnerId: string; readonly kind: string },
    sent: { readonly bytes: Buffer; readonly declared: string; readonly name: string },
  ): Promise<{ readonly id: string } | Problem>;
  fetch(id: string): Promise<Handed | Problem>;
  leave(): void;
}

/** Where files are sent in and handed out; api/file-desk.ts keeps it. */
export interface FileDesk {
  open(knock: Knock): Promise<{ readonly visitor: Visitor | Problem; readonly setCookie: string | null }>;
}

const STATUS: Partial<Readonly<Record<ProblemCode, number>>> = {
  UNAUTHENTICATED: 401,
  TOKEN_INVALID: 401,
  SUBJECT_UNKNOWN: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  FILES_TOO_MANY: 409,
  PAYLOAD_TOO_LARGE: 413,
  FILE_TYPE_REFUSED: 415,
  FILE_TYPE_DIFFERS: 415,
  TOO_MANY_REQUESTS: 429,
};

/** What the sender calls the file, percent-encoded: a header holds no other script's letters. */
const NAME_HEADER = "x-guantong-file-name";
const NAME_LENGTH_MAX = 1000;

const header = (request: IncomingMessage, name: string): string | null => {
  const value = request.headers[name];
  return typeof value === "string" ? value : null;
};

function knockOf(request: Request): Knock {
  return {
    authorization: header(request, "authorization"),
    cookie: header(request, "cookie"),
    acceptLanguage: header(request, "accept-language"),
    capacity: header(request, "x-guantong-capacity"),
    requestId: header(request, "x-request-id") ?? "",
    address: header(request, ADDRESS_HEADER) ?? "unknown",
  };
}

/** null for what is not percent-encoded UTF-8, and for too much of it. */
function nameOf(request: Request): string | null {
  const given = header(request, NAME_HEADER) ?? "";
  try {
    return given.length > NAME_LENGTH_MAX ? null : decodeURIComponent(given);
  } catch {
    return null;
  }
}

/** The body as it is, packed in no way: what is packed could be far more than it says. Null where it is too large. */
function bodyOf(request: Request, response: Response): Promise<Buffer | null> {
  const read = express.raw({ type: () => true, limit: FILE_BYTES_MAX, inflate: false });
  return new Promise((resolve, reject) => {
    read(request, response, (error?: unknown) => {
      if (error === undefined) resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
      else if ((error as { readonly status?: number }).status === 413) resolve(null);
      else reject(error);
    });
  });
}

/** A question of the address: given once, as text. */
const asked = (value: unknown): string | null => (typeof value === "string" ? value : null);

/**
 * Files beside GraphQL: `POST /files?learner=<id>&kind=<kind>` with the bytes as body and their type as content-type, and
 * `GET /files/<id>`. The server has made sure that a POST with a cookie comes from a page of ours.
 */
class Counter {
  readonly #desk: FileDesk;
  readonly #rates: RateLimits | null;

  constructor(desk: FileDesk, rates: RateLimits | null) {
    this.#desk = desk;
    this.#rates = rates;
  }

  async receive(request: Request, response: Response): Promise<void> {
    await this.#serve(request, response, async (visitor) => {
      const { learner, kind } = request.query;
      const upload = { learnerId: asked(learner), kind: asked(kind) };
      const name = nameOf(request);
      if (upload.learnerId === null || upload.kind === null || name === null)
        return problem("INVALID_INPUT", { detail: name === null ? NAME_HEADER : "learner, kind" });
      const wish = { learnerId: upload.learnerId, kind: upload.kind };
      const refused = await visitor.refused(wish);
      if (refused !== null) return refused;
      const bytes = await bodyOf(request, response);
      if (bytes === null) return problem("PAYLOAD_TOO_LARGE", { limit: `${FILE_BYTES_MAX / (1024 * 1024)} MB` });
      const declared = header(request, "content-type") ?? "";
      const received = await visitor.receive(wish, { bytes, declared, name });
      if (isProblem(received)) return received;
      response.status(201).json({ id: received.id, url: `/files/${received.id}` });
      return null;
    });
  }

  async hand(request: Request, response: Response): Promise<void> {
    await this.#serve(request, response, async (visitor) => {
      const handed = await visitor.fetch(asked(request.params["id"]) ?? "");
      if (isProblem(handed)) return handed;
      const { bytes, mediaType, name } = handed;
      // never shown in the place of a page of ours, never run, never kept by what lies between
      response.attachment(name ?? "file");
      response.setHeader("content-type", mediaType);
      response.setHeader("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'");
      response.setHeader("cache-control", "private, no-store");
      response.end(bytes);
      return null;
    });
  }

  async #serve(
    request: Request,
    response: Response,
    act: (visitor: Visitor) => Promise<Problem | null>,
  ): Promise<void> {
    const { visitor, setCookie } = await this.#desk.open(knockOf(request));
    if (setCookie !== null) response.append("set-cookie", setCookie);
    if (isProblem(visitor)) return this.#refuse(request, response, visitor);
    try {
      const caller = visitor.accountId ?? header(request, ADDRESS_HEADER) ?? "unknown";
      const refused = (await this.#rates?.operation(caller, 1, 1)) ?? (await act(visitor));
      if (refused !== null) this.#refuse(request, response, refused);
    } finally {
      visitor.leave();
    }
  }

  #refuse(request: Request, response: Response, refused: Problem): void {
    refuse(request, response, STATUS[refused.code] ?? 400, refused);
    if (!request.complete) drain(request);
  }
}

/** Files, at /files. */
export function files(desk: FileDesk, rates: RateLimits | null): Router {
  const counter = new Counter(desk, rates);
  return express
    .Router()
    .post("/", (request, response) => counter.receive(request, response))
    .get("/:id", (request, response) => counter.hand(request, response));
}
