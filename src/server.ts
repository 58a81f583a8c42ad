import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import express, { type Express } from "express";
import type { RateLimits } from "./auth/rate-limits.ts";
import { hashSecret, isSame } from "./auth/secret.ts";
import { SYSTEM } from "./auth/viewer.ts";
import type { Config } from "./config.ts";
import type { AuditWriter } from "./db/audit.ts";
import { newestMigration } from "./db/migrate.ts";
import type { Database } from "./db/transaction.ts";
import { type Problem, problem } from "./domain/problem.ts";
import { Failure } from "./failure.ts";
import { ADDRESS_HEADER, clientAddress, isFromHere, isHost } from "./http/address.ts";
import { refuse } from "./http/answer.ts";
import { admitBody, BODY_BYTES_MAX, drain } from "./http/body.ts";
import { type FileDesk, files } from "./http/files.ts";
import { type Metrics, openMetrics } from "./http/metrics.ts";
import { refusedForAct, refusedForCookie } from "./http/csrf.ts";
import { apiHeaders, pageHeaders } from "./http/headers.ts";
import { portal } from "./http/portal.ts";
import { backchannelLogout, signIn, type Ways } from "./http/sign-in.ts";
import type { Log } from "./log.ts";
import { sentenceOf } from "./messages/index.ts";

/** What the server needs once the data is at hand. */
export interface Parts {
  readonly db: Database;
  /** As guantong_job: what /metrics tells of the queue. */
  readonly jobs: Database;
  readonly log: Log;
  readonly config: Pick<Config, "publicUrl" | "trustProxy" | "addressKept" | "production" | "metricsToken">;
  readonly audit: AuditWriter;
  /** How often an address may ask. */
  readonly rates: RateLimits | null;
  /** The ways in to the portal. */
  readonly ways: Ways;
  /** Where files are sent in and handed out. */
  readonly files: FileDesk;
  /** Answers /graphql. `x-request-id` of the request is set. */
  readonly graphql: RequestListener;
  /** The folder of the built portal; where `npm run build` leaves it, unless said. */
  readonly portal?: string;
}

/** A server that listens. Until it is given its parts, it says that it is starting. */
export interface Listening {
  readonly port: number;
  open(parts: Parts): void;
  /** Says that it is leaving, ends event streams, lets other requests in flight finish for a while, and closes. */
  close(): Promise<void>;
}

/** How long a caller may take. */
export interface HttpTimes {
  readonly headersMs: number;
  readonly requestMs: number;
  /** How often connections are looked at for being too slow. */
  readonly checkMs: number;
  readonly keepAliveMs: number;
  /** How long a connection may lie still in the middle of something, such as an answer that nobody reads. */
  readonly stillMs: number;
}
const TIMES: HttpTimes = {
  headersMs: 10_000,
  requestMs: 60_000,
  checkMs: 5000,
  keepAliveMs: 65_000,
  // longer than an operation may take
  stillMs: 660_000,
};
const READY_MS = 2000;
const LEAVE_MS = 10_000;

/** The same from src/ and from dist/. */
const PORTAL = join(import.meta.dirname, "../dist/web");

const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** Takes the id a caller or proxy gave the request, or makes one; the answer and every line of the log carry it. */
function identify(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers["x-request-id"];
  const id = typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
  request.headers["x-request-id"] = id;
  response.setHeader("x-request-id", id);
  return id;
}

/** Whether the database answers and has the newest schema. */
async function ready(db: Database): Promise<boolean> {
  const tx = db.read(SYSTEM);
  const asked = tx.run(
    (sql) => sql<{ hash: string }[]>`/* server.ready */ select hash from drizzle.__drizzle_migrations
      order by created_at desc limit 1`,
  );
  try {
    const rows = await Promise.race([asked, pause(READY_MS, null, { ref: false })]);
    return rows !== null && (rows[0]?.hash ?? null) === (await newestMigration());
  } catch {
    return false;
  } finally {
    tx.end();
  }
}

/** Whether a caller may read the figures: on this machine, or with the token of the setting. */
function mayMeasure(request: IncomingMessage, token: string | null): boolean {
  const [, given] = /^bearer (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (given !== undefined && token !== null) return isSame(hashSecret(given), hashSecret(token));
  return isFromHere(request);
}

/** Everything but GraphQL: health, figures, the portal. */
function site(parts: Parts, metrics: Metrics, leaving: () => boolean): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(pageHeaders(parts.config.publicUrl));
  app.use("/auth/backchannel-logout", backchannelLogout(parts.ways, parts.config));
  app.use((request, response, next) => {
    const refused = refusedForAct(request, parts.config.publicUrl);
    if (refused === null) next();
    else refuse(request, response, 403, refused);
  });
  app.get("/healthz", (_, response) => {
    response.json({ status: "ok" });
  });
  app.get("/readyz", async (_, response) => {
    const isReady = !leaving() && (await ready(parts.db));
    response.status(isReady ? 200 : 503).json({ status: isReady ? "ready" : leaving() ? "leaving" : "unavailable" });
  });
  app.use("/metrics", (request, response, next) => {
    if (mayMeasure(request, parts.config.metricsToken)) next();
    else refuse(request, response, 401, problem("UNAUTHENTICATED"));
  });
  app.get("/metrics", async (_, response) => {
    response.type(metrics.contentType).send(await metrics.text());
  });
  app.use("/auth", signIn(parts.ways, parts.config, parts.rates));
  app.use("/files", files(parts.files, parts.rates));
  app.use(portal(parts.portal ?? PORTAL));
  app.use((request, response) => refuse(request, response, 404, problem("NOT_FOUND")));
  app.use(((error, request, response, _) => {
    const status = typeof error.status === "number" && error.status < 500 ? error.status : 500;
    const requestId = String(request.headers["x-request-id"]);
    if (status === 500) parts.log.error({ requestId, err: error }, "request failed");
    const code = status === 500 ? "INTERNAL" : status === 404 ? "NOT_FOUND" : "INVALID_INPUT";
    refuse(request, response, status, problem(code, code === "INTERNAL" ? { requestId } : { detail: "HTTP" }));
  }) as express.ErrorRequestHandler);
  return app;
}

/** Names a request in figures and log: a caller's own path would make as many series as it likes. */
function routeOf(path: string): string {
  if (path === "/graphql" || path === "/healthz" || path === "/readyz" || path === "/metrics") return path;
  if (path.startsWith("/auth/")) return "/auth";
  if (path === "/files" || path.startsWith("/files/")) return "/files";
  return path.startsWith("/assets/") ? "/assets" : "/";
}

/** Asked by whoever watches over the service, and never refused: it would take a busy service for a dead one. */
const UNCOUNTED = new Set(["/healthz", "/readyz"]);

/** Refuses a request whose body nobody has read, and listens to the rest of it for a while. */
function turnAway(request: IncomingMessage, response: ServerResponse, status: number, refused: Problem): void {
  refuse(request, response, status, refused);
  drain(request);
}

/** Sends /graphql straight to Yoga and all else to Express. */
function dispatcher(parts: Parts, leaving: () => boolean): RequestListener {
  const metrics = openMetrics(parts.db, parts.jobs, parts.audit);
  const app = site(parts, metrics, leaving);
  const { publicUrl } = parts.config;
  const protect = apiHeaders(publicUrl);
  const addressOf = clientAddress(parts.config.trustProxy);

  /** Whether the caller asks too often; the answer is on its way then. */
  async function isExcess(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    const address = addressOf(request);
    request.headers[ADDRESS_HEADER] = address;
    if (parts.rates === null || UNCOUNTED.has(path)) return false;
    const refused = await parts.rates.request(address);
    if (refused !== null) turnAway(request, response, 429, refused);
    return refused !== null;
  }

  async function graphql(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (leaving()) return refuse(request, response, 503, problem("SHUTTING_DOWN"));
    const refused = refusedForCookie(request, publicUrl);
    if (refused !== null) return turnAway(request, response, 403, refused);
    if (await admitBody(request)) return parts.graphql(request, response);
    turnAway(request, response, 413, problem("PAYLOAD_TOO_LARGE", { limit: `${BODY_BYTES_MAX / 1024} KB` }));
  }

  return (request, response) => {
    const began = process.hrtime.bigint();
    const url = request.url ?? "/";
    const query = url.indexOf("?");
    const path = query === -1 ? url : url.slice(0, query);
    const requestId = identify(request, response);
    response.once("close", () => {
      const ms = Number(process.hrtime.bigint() - began) / 1e6;
      const route = routeOf(path);
      metrics.observe(route, response.statusCode, ms / 1000);
      parts.log.info({ requestId, method: request.method, route, status: response.statusCode, ms }, "request");
    });
    const isGraphql = path === "/graphql";
    if (isGraphql) protect(response);
    const answer = async (): Promise<void> => {
      if (!isHost(request.headers.host ?? "")) {
        return turnAway(request, response, 400, problem("INVALID_INPUT", { detail: "Host" }));
      }
      if (await isExcess(request, response, path)) return;
      if (isGraphql) await graphql(request, response);
      else app(request, response);
    };
    answer().catch((error: unknown) => {
      parts.log.warn({ requestId, err: error }, "request broken off");
      response.destroy();
    });
  };
}

/** What Node's own parser refuses before there is a request: each gets a code like any other. */
const UNREADABLE: Readonly<Record<string, readonly [string, Problem]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", problem("PAYLOAD_TOO_LARGE", { limit: "16 KB" })],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", problem("REQUEST_TIMEOUT")],
};

function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, refused] = UNREADABLE[error.code ?? ""] ?? [
    "400 Bad Request",
    problem("INVALID_INPUT", { detail: "HTTP" }),
  ];
  const body = JSON.stringify({ errors: [{ message: sentenceOf(refused, "zh"), extensions: { code: refused.code } }] });
  const head = `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8`;
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE" || error.code === "EACCES";
      reject(taken ? new Failure(problem("PORT_TAKEN", { port }), error) : error);
    });
    server.listen(port, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/**
 * Breaks off event streams: they have no end of their own to wait for, and whoever listens can connect again. Destroyed
 * rather than ended, so that an event written at the same moment is dropped and not an error.
 */
function endStreams(responses: Iterable<ServerResponse>): void {
  for (const response of responses) {
    if (String(response.getHeader("content-type")).startsWith("text/event-stream")) response.destroy();
  }
}

/**
 * Takes the port first, so that a taken one is told before a database is made.
 * @throws Failure PORT_TAKEN
 */
export async function startServer(options: {
  readonly port: number;
  readonly times?: Partial<HttpTimes>;
}): Promise<Listening> {
  const times = { ...TIMES, ...options.times };
  let dispatch: RequestListener = (request, response) => refuse(request, response, 503, problem("STARTING"));
  let leaving = false;
  const inFlight = new Set<ServerResponse>();
  const server = createServer(
    {
      headersTimeout: times.headersMs,
      requestTimeout: times.requestMs,
      keepAliveTimeout: times.keepAliveMs,
      connectionsCheckingInterval: times.checkMs,
      // Node would refuse it without a word
      requireHostHeader: false,
    },
    (request, response) => {
      inFlight.add(response);
      response.once("close", () => {
        inFlight.delete(response);
      });
      dispatch(request, response);
    },
  );
  // its default listener destroys the connection
  server.timeout = times.stillMs;
  server.on("clientError", refuseUnreadable);
  const port = await listen(server, options.port);
  return {
    port,
    open(parts) {
      dispatch = dispatcher(parts, () => leaving);
    },
    async close() {
      leaving = true;
      for (const end = Date.now() + LEAVE_MS; inFlight.size > 0 && Date.now() < end; ) {
        // again each time: a request let in before may only now begin its stream
        endStreams(inFlight);
        await pause(20);
      }
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeAllConnections();
      await closed;
    },
  };
}
