import express, { type Request, type Response, type Router } from "express";
import { z } from "zod";
import { type Cookies, cookiesFor } from "../auth/cookies.ts";
import type { RateLimits } from "../auth/rate-limits.ts";
import { type AddressKept, keptAddress } from "../domain/audit.ts";
import { isProblem, type Problem, type ProblemCode, problem } from "../domain/problem.ts";
import { isText } from "../domain/text.ts";
import { ADDRESS_HEADER, isFromHere } from "./address.ts";
import { refuse } from "./answer.ts";
import { clientLabel } from "./client-label.ts";

/** When and from where a request comes. */
interface Whence {
  readonly now: Date;
  readonly address: string | null;
  readonly requestId: string;
}
/** What is known of whoever stands at a door. */
interface Visit extends Whence {
  readonly origin: string;
  readonly client: string;
  readonly caller: string;
  readonly session: string | null;
  readonly flow: string | null;
  readonly device: string | null;
}
interface Entered {
  readonly cookie: string | null;
  readonly to: string;
  readonly device?: string;
}
interface Asked {
  readonly options: object;
  readonly flow: string;
}

/** The ways in; features/identity/doors.ts opens them. */
export interface Ways {
  demo(login: string, visit: Visit): Promise<Entered | Problem>;
  code(code: string, visit: Visit): Promise<Entered | Problem>;
  password(login: string, password: string, visit: Visit): Promise<Entered | Problem>;
  passkeyOptions(visit: Visit): Promise<Asked | Problem>;
  passkey(response: unknown, visit: Visit): Promise<Entered | Problem>;
  newPasskeyOptions(visit: Visit): Promise<Asked | Problem>;
  addPasskey(response: unknown, visit: Visit): Promise<true | Problem>;
  setOut(
    key: string,
    to: string | null,
    link: boolean,
    visit: Visit,
  ): Promise<{ readonly url: string; readonly flow: string } | Problem>;
  comeBack(search: string, visit: Visit): Promise<Entered>;
  leave(visit: Visit): Promise<string | null>;
  signedOut(logoutToken: string, whence: Whence): Promise<Problem | null>;
}

/** Where the portal is, and how much of a caller's address the audit log keeps. */
interface SignInConfig {
  readonly publicUrl: string | null;
  readonly addressKept: AddressKept;
  readonly production: boolean;
}

const BODY_LIMIT = "64kb";
const FLOW_AGE_S = 600;
const DEVICE_AGE_S = 180 * 24 * 60 * 60;

const STATUS: Partial<Readonly<Record<ProblemCode, number>>> = {
  INVALID_INPUT: 400,
  NOT_FOUND: 404,
  TOO_MANY_REQUESTS: 429,
  ISSUER_UNREACHABLE: 502,
  TOKEN_ISSUER_CONFIGURED: 403,
  DEMO_CLOSED: 403,
  PUBLIC_URL_UNSET: 403,
};

const line = (max: number) => z.string().max(max).refine(isText);
const bodies = {
  demo: z.object({ login: line(100) }),
  code: z.object({ code: line(100) }),
  password: z.object({ login: line(100).trim(), password: line(1000) }),
  passkey: z.object({ response: z.unknown() }),
};

/** Where the portal is, as the browser knows it. */
function originOf(request: Request, publicUrl: string | null): string {
  return publicUrl === null
    ? `${request.protocol}://${request.headers.host ?? "localhost"}`
    : new URL(publicUrl).origin;
}

/**
 * Signing in and out, at /auth. Every answer to a POST is JSON; what is refused looks like GraphQL's errors. The server has
 * made sure before that a POST comes from a page of ours.
 */
class SignIn {
  readonly #ways: Ways;
  readonly #cookies: Cookies;
  readonly #publicUrl: string | null;
  readonly #addressKept: AddressKept;
  readonly #rates: RateLimits | null;

  constructor(ways: Ways, { publicUrl, addressKept }: SignInConfig, rates: RateLimits | null) {
    this.#rates = rates;
    this.#addressKept = addressKept;
    this.#ways = ways;
    this.#cookies = cookiesFor(publicUrl);
    this.#publicUrl = publicUrl;
  }

  whence(request: Request): Whence {
    return {
      now: new Date(),
      address: keptAddress(addressOf(request), this.#addressKept),
      requestId: String(request.headers["x-request-id"] ?? ""),
    };
  }

  visit(request: Request): Visit {
    return {
      ...this.whence(request),
      origin: originOf(request, this.#publicUrl),
      caller: addressOf(request),
      client: clientLabel(request.headers["user-agent"]),
      session: this.#cookies.session.read(request.headers.cookie),
      flow: this.#cookies.flow.read(request.headers.cookie),
      device: this.#cookies.device.read(request.headers.cookie),
    };
  }

  /**
   * A way in. One that somebody may try to force is counted: by address here, by account and code in the database. A passkey
   * cannot be guessed: nobody's guesses keep its owner out.
   */
  enter<Body>(shape: z.ZodType<Body>, act: (body: Body, visit: Visit) => Promise<Entered | Problem>, guessed = true) {
    return async (request: Request, response: Response): Promise<void> => {
      const refused = guessed ? ((await this.#rates?.signIn(addressOf(request))) ?? null) : null;
      if (refused !== null) return this.#refuse(request, response, refused);
      const body = shape.safeParse(request.body);
      if (!body.success) return this.#refuse(request, response, problem("INVALID_INPUT", { detail: "body" }));
      const entered = await act(body.data, this.visit(request));
      if (isProblem(entered)) return this.#refuse(request, response, entered);
      this.#letIn(response, entered).json({ to: entered.to });
    };
  }

  ask(act: (visit: Visit) => Promise<Asked | Problem>) {
    return async (request: Request, response: Response): Promise<void> => {
      const asked = await act(this.visit(request));
      if (isProblem(asked)) return this.#refuse(request, response, asked);
      response.append("set-cookie", this.#cookies.flow.set(asked.flow, FLOW_AGE_S)).json(asked.options);
    };
  }

  async addPasskey(request: Request, response: Response): Promise<void> {
    const body = bodies.passkey.safeParse(request.body).data;
    const added = await this.#ways.addPasskey(body?.response, this.visit(request));
    if (isProblem(added)) return this.#refuse(request, response, added);
    response.append("set-cookie", this.#cookies.flow.clear).json({ to: null });
  }

  async setOut(request: Request, response: Response): Promise<void> {
    const { to } = request.query;
    const begun = await this.#ways.setOut(
      keyOf(request),
      typeof to === "string" ? to : null,
      false,
      this.visit(request),
    );
    if (isProblem(begun)) return this.#sendBack(response, begun);
    response.append("set-cookie", this.#cookies.flow.set(begun.flow, FLOW_AGE_S)).redirect(303, begun.url);
  }

  /** Linking begins with a POST: a page of another site must not begin it for someone. */
  async link(request: Request, response: Response): Promise<void> {
    const begun = await this.#ways.setOut(keyOf(request), "/account", true, this.visit(request));
    if (isProblem(begun)) return this.#refuse(request, response, begun);
    response.append("set-cookie", this.#cookies.flow.set(begun.flow, FLOW_AGE_S)).json({ to: begun.url });
  }

  async comeBack(request: Request, response: Response): Promise<void> {
    const at = request.originalUrl.indexOf("?");
    const entered = await this.#ways.comeBack(at === -1 ? "" : request.originalUrl.slice(at), this.visit(request));
    this.#letIn(response, entered).redirect(303, entered.to);
  }

  async leave(request: Request, response: Response): Promise<void> {
    const to = await this.#ways.leave(this.visit(request));
    response.append("set-cookie", this.#cookies.session.clear).json({ to });
  }

  async signedOut(request: Request, response: Response): Promise<void> {
    const token: unknown = (request.body as Record<string, unknown> | undefined)?.["logout_token"];
    const refused =
      typeof token === "string" ? await this.#ways.signedOut(token, this.whence(request)) : problem("TOKEN_INVALID");
    response.setHeader("cache-control", "no-store");
    if (refused !== null) return refuse(request, response, 400, refused);
    response.status(200).end();
  }

  #letIn(response: Response, { cookie, device }: Entered): Response {
    response.setHeader("cache-control", "no-store");
    response.append("set-cookie", this.#cookies.flow.clear);
    if (cookie !== null) response.append("set-cookie", this.#cookies.session.set(cookie));
    if (device !== undefined) response.append("set-cookie", this.#cookies.device.set(device, DEVICE_AGE_S));
    return response;
  }

  #refuse(request: Request, response: Response, refused: Problem): void {
    response.setHeader("cache-control", "no-store");
    refuse(request, response, STATUS[refused.code] ?? 401, refused);
  }

  /** To the sign-in page, which says why. */
  #sendBack(response: Response, refused: Problem): void {
    response.append("set-cookie", this.#cookies.flow.clear).redirect(303, `/?refused=${refused.code}`);
  }
}

const addressOf = (request: Request): string => String(request.headers[ADDRESS_HEADER] ?? "");
const keyOf = (request: Request): string => String(request.params["key"]);

/** Signing in and out. */
export function signIn(ways: Ways, config: SignInConfig, rates: RateLimits | null): Router {
  const doors = new SignIn(ways, config, rates);
  const router = express.Router();
  // a cookie that is not kept to TLS, for whatever host a request names, is for trying the service on one machine
  if (config.production && config.publicUrl === null) {
    router.use((request, response, next) => {
      if (request.path === "/logout" || isFromHere(request)) return next();
      response.setHeader("cache-control", "no-store");
      refuse(request, response, 403, problem("PUBLIC_URL_UNSET"));
    });
  }
  const json = express.json({ limit: BODY_LIMIT, strict: true });
  router.post(
    "/demo",
    json,
    doors.enter(bodies.demo, ({ login }, visit) => ways.demo(login, visit)),
  );
  router.post(
    "/code",
    json,
    doors.enter(bodies.code, ({ code }, visit) => ways.code(code, visit)),
  );
  router.post(
    "/password",
    json,
    doors.enter(bodies.password, ({ login, password }, visit) => ways.password(login, password, visit)),
  );
  router.post(
    "/passkey/options",
    doors.ask((visit) => ways.passkeyOptions(visit)),
  );
  router.post(
    "/passkey",
    json,
    doors.enter(bodies.passkey, ({ response }, visit) => ways.passkey(response, visit), false),
  );
  router.post(
    "/passkeys/options",
    doors.ask((visit) => ways.newPasskeyOptions(visit)),
  );
  router.post("/passkeys", json, (request, response) => doors.addPasskey(request, response));
  router.get("/login/:key", (request, response) => doors.setOut(request, response));
  router.post("/link/:key", (request, response) => doors.link(request, response));
  router.get("/callback", (request, response) => doors.comeBack(request, response));
  router.post("/logout", (request, response) => doors.leave(request, response));
  return router;
}

/** Where issuers say who signed out there. They are no browsers, and their word is signed. */
export function backchannelLogout(ways: Ways, config: SignInConfig): Router {
  const doors = new SignIn(ways, config, null);
  const form = express.urlencoded({ extended: false, limit: BODY_LIMIT });
  return express.Router().post("/", form, (request, response) => doors.signedOut(request, response));
}
