import { v7 } from "uuid";
import { z } from "zod";
import type { KeyRing } from "../../auth/keyring.ts";
import { networkOf } from "../../auth/rate-limits.ts";
import type { OpenId, Vouched } from "../../auth/openid.ts";
import { seal, unseal } from "../../auth/sealed.ts";
import { SYSTEM, type Viewer } from "../../auth/viewer.ts";
import type { AuditWriter } from "../../db/audit.ts";
import type { Database, Tx } from "../../db/transaction.ts";
import { type Id, isId } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { accountByCode, accountByPassword, type Attempt } from "./entering.ts";
import { atDoor, type Whence } from "./oneself.ts";
import { accountByPasskey, addPasskey, creationOptions, requestOptions } from "./passkeys.ts";
import type { Identity } from "./service.ts";
import { endIssuersSessions, hearLogoutToken, type SignInMethod } from "./session-store.ts";
import { accountOfSubject, linkSubject, tellOfAccount } from "./subject-store.ts";

/** What is known of whoever stands at a door. */
export interface Visit extends Whence {
  /** Where the portal is, as the browser knows it: `https://bank.example`. */
  readonly origin: string;
  /** Browser and system. */
  readonly client: string;
  /** The address the request comes from, to count by; what the audit log keeps of it is `address`. */
  readonly caller: string;
  /** The cookies' values. */
  readonly session: string | null;
  readonly flow: string | null;
  readonly device: string | null;
}

/** Where a door leads: the cookie of a session begun, and the page to go to. */
export interface Entered {
  readonly cookie: string | null;
  readonly to: string;
  /** The cookie by which this browser is known to the account's owner; absent: it stays as it is. */
  readonly device?: string;
}
/** What is asked of the browser, and the cookie that remembers it. */
export interface Asked<Options> {
  readonly options: Options;
  readonly flow: string;
}

const FLOW_MS = 10 * 60 * 1000;
/** How long a browser is known to whoever signed in with it, and how many of them; computers are shared. */
const DEVICE_MS = 180 * 24 * 60 * 60 * 1000;
const DEVICE_ACCOUNTS_MAX = 8;

const deviceShape = z.object({
  id: z.string().refine(isId),
  accounts: z.array(z.string().refine(isId)).max(DEVICE_ACCOUNTS_MAX),
});

const openIdFlow = z.object({
  kind: z.literal("openid"),
  key: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  to: z.string(),
  /** Set where a subject is to be linked to the account that is signed in. */
  link: z.string().refine(isId).nullable(),
});
type OpenIdFlow = z.infer<typeof openIdFlow>;
const passkeyFlow = z.object({
  kind: z.enum(["passkey", "new-passkey"]),
  challenge: z.string(),
  askedAt: z.int(),
  /** Whom a passkey is to be made for; null where nobody is known yet. */
  account: z.string().refine(isId).nullable(),
});
type PasskeyFlow = z.infer<typeof passkeyFlow>;

/** A page of the portal as a browser would write it, so that nobody is led elsewhere, nor by detours to what signs in or out. */
function pageOf(to: string | null): string {
  if (to === null || !/^\/(?!\/)[\w\-./?=&%~]*$/.test(to)) return "/";
  const { pathname, search } = new URL(to, "http://portal.invalid");
  const straight = `${pathname}${search}` === to && !pathname.includes("//");
  return straight && !pathname.startsWith("/auth/") ? to : "/";
}

/** The same page, which says why nobody came further. */
function refusedAt(page: string, { code }: Problem): Entered {
  return { cookie: null, to: `${page}${page.includes("?") ? "&" : "?"}refused=${code}` };
}

/** The ways in to the portal. Each ends in a session of the account's own. */
export class Doors {
  readonly #db: Database;
  readonly #keys: KeyRing;
  readonly #identity: Identity;
  readonly #openId: OpenId;
  readonly #audit: AuditWriter;

  constructor(parts: {
    readonly db: Database;
    readonly keys: KeyRing;
    readonly identity: Identity;
    readonly openId: OpenId;
    readonly audit: AuditWriter;
  }) {
    this.#db = parts.db;
    this.#keys = parts.keys;
    this.#identity = parts.identity;
    this.#openId = parts.openId;
    this.#audit = parts.audit;
  }

  /** @returns NOT_FOUND for whoever is no demo user, TOKEN_ISSUER_CONFIGURED or DEMO_CLOSED where demo sign-in is closed */
  async demo(login: string, visit: Visit): Promise<Entered | Problem> {
    const account = await this.#identity.demoAccount(login);
    if (isProblem(account)) return this.#turnAway({ accountId: null, refused: account }, "DEMO", visit);
    return this.#enter(account, "DEMO", visit);
  }

  /** @returns CODE_INVALID */
  async code(typed: string, visit: Visit): Promise<Entered | Problem> {
    const attempt = await accountByCode(this.#db, this.#keys, typed, visit.now);
    // whoever comes with a code has no other way in yet
    return this.#admit(attempt, "CODE", visit, "/account");
  }

  /** @returns PASSWORD_WRONG, TOO_MANY_REQUESTS */
  async password(login: string, typed: string, visit: Visit): Promise<Entered | Problem> {
    const device = deviceShape.safeParse(await this.#unseal("device", visit.device, visit.now)).data ?? {
      id: v7(),
      accounts: [],
    };
    // a whole school may be behind one network: guesses of a classmate must not keep an owner out who is known here
    const placeOf = (account: Id | null) => {
      const known = account !== null && device.accounts.includes(account);
      return { name: known ? `device ${device.id}` : networkOf(visit.caller), known };
    };
    const attempt = await accountByPassword(this.#db, this.#keys, { login, typed, placeOf, now: visit.now });
    const entered = await this.#admit(attempt, "PASSWORD", visit);
    if (isProblem(entered) || attempt.accountId === null) return entered;
    const accounts = [...new Set([attempt.accountId, ...device.accounts])].slice(0, DEVICE_ACCOUNTS_MAX);
    const until = new Date(visit.now.getTime() + DEVICE_MS);
    return { ...entered, device: await seal(this.#keys, "device", { id: device.id, accounts }, until) };
  }

  async passkeyOptions(visit: Visit) {
    const options = await requestOptions(visit.origin);
    return this.#ask({ kind: "passkey", account: null }, options, visit.now);
  }

  /** @returns PASSKEY_REFUSED */
  async passkey(response: unknown, visit: Visit): Promise<Entered | Problem> {
    const flow = await this.#passkeyFlow("passkey", visit);
    const { origin, now } = visit;
    const attempt =
      flow === null
        ? { accountId: null, refused: problem("PASSKEY_REFUSED") }
        : await accountByPasskey(this.#db, { ...flow, response, origin, now });
    return this.#admit(attempt, "PASSKEY", visit);
  }

  /** @returns UNAUTHENTICATED without a session */
  async newPasskeyOptions(visit: Visit) {
    const account = await this.#signedIn(visit);
    if (account === null) return problem("UNAUTHENTICATED");
    const options = await creationOptions(this.#db, account, visit.origin);
    return isProblem(options) ? options : this.#ask({ kind: "new-passkey", account }, options, visit.now);
  }

  /** @returns UNAUTHENTICATED, PASSKEY_REFUSED */
  async addPasskey(response: unknown, visit: Visit): Promise<true | Problem> {
    const account = await this.#signedIn(visit);
    if (account === null) return problem("UNAUTHENTICATED");
    const flow = await this.#passkeyFlow("new-passkey", visit);
    const { origin, now, client: label } = visit;
    const viewer = { ...atDoor(account, visit), accountId: account };
    // whoever was asked must be the one who answers
    const added =
      flow === null || flow.account !== account
        ? problem("PASSKEY_REFUSED")
        : await addPasskey(this.#db, viewer, { response, challenge: flow.challenge, origin, label, now });
    if (isProblem(added)) viewer.trail.step("passkey.add", {}, added);
    await this.#leaveTrail(viewer);
    return added;
  }

  /**
   * Sets out to an issuer; with `link`, to link whom it knows to the account that is signed in.
   * @returns NOT_FOUND, ISSUER_UNREACHABLE, UNAUTHENTICATED
   */
  async setOut(
    key: string,
    to: string | null,
    link: boolean,
    visit: Visit,
  ): Promise<{ readonly url: string; readonly flow: string } | Problem> {
    const account = link ? await this.#signedIn(visit) : null;
    if (link && account === null) return problem("UNAUTHENTICATED");
    const begun = await this.#openId.begin(key, callbackOf(visit));
    if (isProblem(begun)) return begun;
    const content = { kind: "openid", key, ...begun.checks, to: pageOf(to), link: account };
    return { url: begun.url.href, flow: await this.#sealFlow(content, visit.now) };
  }

  /**
   * Comes back from an issuer, to the page that was asked for: signed in, or with the code of a refusal in its address.
   * The state in the browser's own cookie must be the one in the answer.
   */
  async comeBack(search: string, visit: Visit): Promise<Entered> {
    const flow = openIdFlow.safeParse(await this.#unsealFlow(visit)).data;
    if (flow === undefined) return refusedAt("/", await this.#refuseVouched("SIGN_IN_REFUSED", visit));
    const entered = await this.#answer(flow, search, visit);
    return isProblem(entered) ? refusedAt(flow.to, entered) : entered;
  }

  /** @returns SIGN_IN_REFUSED, SUBJECT_UNKNOWN, SUBJECT_LINKED */
  async #answer(flow: OpenIdFlow, search: string, visit: Visit): Promise<Entered | Problem> {
    const vouched = await this.#openId.complete(flow.key, new URL(`${callbackOf(visit)}${search}`), flow);
    if (isProblem(vouched)) return this.#turnAway({ accountId: flow.link, refused: vouched }, "ISSUER", visit);
    if (flow.link !== null) return this.#link(flow.link, vouched, flow.to, visit);
    const accountId = await this.#accountOf(vouched);
    if (accountId === null) return this.#refuseVouched("SUBJECT_UNKNOWN", visit);
    const { client } = visit;
    const cookie = await this.#identity.sessions.begin(accountId, { method: "ISSUER", vouched, client }, visit);
    return { cookie, to: flow.to };
  }

  /** Signs out. @returns where the issuer ends its own session, where it vouched for this one */
  async leave(visit: Visit): Promise<string | null> {
    if (visit.session === null) return null;
    const issuer = await this.#identity.sessions.end(visit.session, visit);
    if (issuer === null) return null;
    return (await this.#openId.leave(issuer, `${visit.origin}/`))?.href ?? null;
  }

  /**
   * An issuer says that somebody signed out there (back-channel logout). Each token is heard once: sent again by whoever
   * caught it, it would end the session that began meanwhile.
   * @returns TOKEN_INVALID
   */
  async signedOut(logoutToken: string, whence: Whence): Promise<Problem | null> {
    const vouched = await this.#openId.signedOut(logoutToken);
    if (isProblem(vouched)) return vouched;
    const accountId = await this.#accountOf(vouched);
    if (accountId === null) return null;
    const replayed = await this.#as(accountId, whence, async (tx, { trail }) => {
      // together with what it ends: one that came to nothing may be sent again
      if (!(await hearLogoutToken(tx, vouched))) return problem("TOKEN_INVALID");
      await endIssuersSessions(tx, accountId, vouched, whence.now);
      trail?.step("session.end", { reason: "ISSUER" }, null);
      await tellOfAccount(tx, accountId);
      return null;
    });
    this.#identity.forget(accountId);
    return replayed;
  }

  #admit({ accountId, refused }: Attempt, method: SignInMethod, visit: Visit, to = "/"): Promise<Entered | Problem> {
    if (refused === null && accountId !== null) return this.#enter(accountId, method, visit, to);
    return this.#turnAway({ accountId, refused: refused ?? problem("NOT_FOUND") }, method, visit);
  }

  async #enter(accountId: Id, method: SignInMethod, visit: Visit, to = "/"): Promise<Entered> {
    return { cookie: await this.#identity.sessions.begin(accountId, { method, client: visit.client }, visit), to };
  }

  /** Notes that somebody was refused, at whose door, and by which way they came: never what they typed. */
  async #turnAway(
    { accountId, refused }: Attempt & { readonly refused: Problem },
    method: SignInMethod,
    visit: Visit,
  ): Promise<Problem> {
    const viewer = atDoor(null, visit);
    const what = accountId === null ? {} : { what: { type: "Account", id: accountId } };
    viewer.trail.step("session.begin", { ...what, reason: method }, refused);
    await this.#leaveTrail(viewer);
    return refused;
  }

  #refuseVouched(code: "SIGN_IN_REFUSED" | "SUBJECT_UNKNOWN", visit: Visit): Promise<Problem> {
    return this.#turnAway({ accountId: null, refused: problem(code) }, "ISSUER", visit);
  }

  /** Does something as an account's owner, and leaves what they did in the audit log. */
  async #as<T>(accountId: Id, whence: Whence, act: (tx: Tx, viewer: Viewer) => Promise<T>): Promise<T> {
    const viewer = atDoor(accountId, whence);
    try {
      return await this.#db.write(viewer, (tx) => act(tx, viewer));
    } finally {
      await this.#leaveTrail(viewer);
    }
  }

  /** What was refused is written behind the answer; what was done was, in its own transaction. */
  async #leaveTrail(viewer: ReturnType<typeof atDoor>): Promise<void> {
    if (this.#audit.full) await this.#audit.room();
    this.#audit.add(viewer.trail.takeRest(viewer));
  }

  async #link(accountId: Id, vouched: Vouched, to: string, visit: Visit): Promise<Entered | Problem> {
    // whoever set out must be the one who comes back
    if ((await this.#signedIn(visit)) !== accountId) return problem("UNAUTHENTICATED");
    if ((await this.#accountOf(vouched)) === accountId) return { cookie: null, to };
    const { issuer, subject } = vouched;
    return this.#as<Entered | Problem>(accountId, visit, async (tx, { trail }) => {
      const id = v7();
      const linked = await linkSubject(tx, { accountId, id, issuer, subject, at: visit.now });
      const refused = linked ? null : problem("SUBJECT_LINKED");
      trail?.step("identity.link", { what: { type: "LinkedIdentity", id } }, refused);
      return refused ?? { cookie: null, to };
    });
  }

  async #accountOf({ issuer, subject }: Vouched): Promise<Id | null> {
    const tx = this.#db.read(SYSTEM);
    try {
      return await accountOfSubject(tx, issuer, subject);
    } finally {
      tx.end();
    }
  }

  async #signedIn({ session, now }: Visit): Promise<Id | null> {
    if (session === null) return null;
    const present = await this.#identity.sessions.check(session, now);
    return isProblem(present) ? null : present.accountId;
  }

  async #ask<Options extends { readonly challenge: string }>(
    whom: Pick<PasskeyFlow, "kind" | "account">,
    options: Options,
    now: Date,
  ): Promise<Asked<Options>> {
    const flow: PasskeyFlow = { ...whom, challenge: options.challenge, askedAt: now.getTime() };
    return { options, flow: await this.#sealFlow(flow, now) };
  }

  async #passkeyFlow(kind: PasskeyFlow["kind"], visit: Visit): Promise<PasskeyFlow | null> {
    const flow = passkeyFlow.safeParse(await this.#unsealFlow(visit)).data;
    return flow?.kind === kind ? flow : null;
  }

  #sealFlow(content: Record<string, unknown>, now: Date): Promise<string> {
    return seal(this.#keys, "flow", content, new Date(now.getTime() + FLOW_MS));
  }

  #unsealFlow({ flow, now }: Visit): Promise<unknown> {
    return this.#unseal("flow", flow, now);
  }

  async #unseal(kind: "flow" | "device", text: string | null, now: Date): Promise<unknown> {
    return text === null ? null : unseal(this.#keys, kind, text, now);
  }
}

const callbackOf = ({ origin }: Visit): string => `${origin}/auth/callback`;
