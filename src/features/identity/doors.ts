import { v7 } from "uuid";
import { z } from "zod";
import type { KeyRing } from "../../auth/keyring.ts";
import type { OpenId, Vouched } from "../../auth/openid.ts";
import { seal, unseal } from "../../auth/sealed.ts";
import { SYSTEM } from "../../auth/viewer.ts";
import type { Database } from "../../db/transaction.ts";
import { type Id, isId } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { accountByCode, accountByPassword, asSelf } from "./entering.ts";
import { accountByPasskey, addPasskey, creationOptions, requestOptions } from "./passkeys.ts";
import type { Identity } from "./service.ts";
import { endIssuersSessions, type SignInMethod } from "./session-store.ts";
import { accountOfSubject, linkSubject, tellOfAccount } from "./subject-store.ts";

/** What is known of whoever stands at a door. */
export interface Visit {
  /** Where the portal is, as the browser knows it: `https://bank.example`. */
  readonly origin: string;
  /** Browser and system. */
  readonly client: string;
  readonly now: Date;
  /** The cookies' values. */
  readonly session: string | null;
  readonly flow: string | null;
}

/** Where a door leads: the cookie of a session begun, and the page to go to. */
export interface Entered {
  readonly cookie: string | null;
  readonly to: string;
}
/** What is asked of the browser, and the cookie that remembers it. */
export interface Asked<Options> {
  readonly options: Options;
  readonly flow: string;
}

const FLOW_MS = 10 * 60 * 1000;

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
const passkeyFlow = z.object({ kind: z.enum(["passkey", "new-passkey"]), challenge: z.string() });

/** A page of the portal, so that nobody is led elsewhere. */
function pageOf(to: string | null): string {
  return to !== null && /^\/(?![/\\])[\w\-./?=&%~]*$/.test(to) && !to.startsWith("/auth/") ? to : "/";
}

/** The ways in to the portal. Each ends in a session of the account's own. */
export class Doors {
  readonly #db: Database;
  readonly #keys: KeyRing;
  readonly #identity: Identity;
  readonly #openId: OpenId;

  constructor(parts: {
    readonly db: Database;
    readonly keys: KeyRing;
    readonly identity: Identity;
    readonly openId: OpenId;
  }) {
    this.#db = parts.db;
    this.#keys = parts.keys;
    this.#identity = parts.identity;
    this.#openId = parts.openId;
  }

  /** @returns NOT_FOUND for whoever is no demo user, TOKEN_ISSUER_CONFIGURED where a real issuer is */
  async demo(login: string, visit: Visit): Promise<Entered | Problem> {
    const account = await this.#identity.demoAccount(login);
    return isProblem(account) ? account : this.#enter(account, "DEMO", visit);
  }

  /** @returns CODE_INVALID */
  async code(typed: string, visit: Visit): Promise<Entered | Problem> {
    const account = await accountByCode(this.#db, this.#keys, typed, visit.now);
    // whoever comes with a code has no other way in yet
    return isProblem(account) ? account : this.#enter(account, "CODE", visit, "/account");
  }

  /** @returns PASSWORD_WRONG, TOO_MANY_REQUESTS */
  async password(login: string, typed: string, visit: Visit): Promise<Entered | Problem> {
    const account = await accountByPassword(this.#db, login, typed, visit.now);
    return isProblem(account) ? account : this.#enter(account, "PASSWORD", visit);
  }

  async passkeyOptions(visit: Visit) {
    const options = await requestOptions(visit.origin);
    return this.#ask("passkey", options, visit.now);
  }

  /** @returns PASSKEY_REFUSED */
  async passkey(response: unknown, visit: Visit): Promise<Entered | Problem> {
    const challenge = await this.#challenge("passkey", visit);
    if (challenge === null) return problem("PASSKEY_REFUSED");
    const account = await accountByPasskey(this.#db, { response, challenge, origin: visit.origin, now: visit.now });
    return isProblem(account) ? account : this.#enter(account, "PASSKEY", visit);
  }

  /** @returns UNAUTHENTICATED without a session */
  async newPasskeyOptions(visit: Visit) {
    const account = await this.#signedIn(visit);
    if (account === null) return problem("UNAUTHENTICATED");
    const options = await creationOptions(this.#db, account, visit.origin);
    return isProblem(options) ? options : this.#ask("new-passkey", options, visit.now);
  }

  /** @returns UNAUTHENTICATED, PASSKEY_REFUSED */
  async addPasskey(response: unknown, visit: Visit): Promise<true | Problem> {
    const account = await this.#signedIn(visit);
    if (account === null) return problem("UNAUTHENTICATED");
    const challenge = await this.#challenge("new-passkey", visit);
    if (challenge === null) return problem("PASSKEY_REFUSED");
    const { origin, now, client: label } = visit;
    return addPasskey(this.#db, account, { response, challenge, origin, label, now });
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
   * Comes back from an issuer. The state in the browser's own cookie must be the one in the answer.
   * @returns SIGN_IN_REFUSED, SUBJECT_UNKNOWN, SUBJECT_LINKED
   */
  async comeBack(search: string, visit: Visit): Promise<Entered | Problem> {
    const flow = openIdFlow.safeParse(await this.#unsealFlow(visit)).data;
    if (flow === undefined) return problem("SIGN_IN_REFUSED");
    const vouched = await this.#openId.complete(flow.key, new URL(`${callbackOf(visit)}${search}`), flow);
    if (isProblem(vouched)) return vouched;
    if (flow.link !== null) return this.#link(flow.link, vouched, flow.to, visit);
    const accountId = await this.#accountOf(vouched);
    if (accountId === null) return problem("SUBJECT_UNKNOWN");
    const { client, now } = visit;
    const cookie = await this.#identity.sessions.begin(accountId, { method: "ISSUER", vouched, client }, now);
    return { cookie, to: flow.to };
  }

  /** Signs out. @returns where the issuer ends its own session, where it vouched for this one */
  async leave(visit: Visit): Promise<string | null> {
    if (visit.session === null) return null;
    const issuer = await this.#identity.sessions.end(visit.session, visit.now);
    if (issuer === null) return null;
    return (await this.#openId.leave(issuer, `${visit.origin}/`))?.href ?? null;
  }

  /** An issuer says that somebody signed out there (back-channel logout). @returns TOKEN_INVALID */
  async signedOut(logoutToken: string, now: Date): Promise<Problem | null> {
    const vouched = await this.#openId.signedOut(logoutToken);
    if (isProblem(vouched)) return vouched;
    const accountId = await this.#accountOf(vouched);
    if (accountId === null) return null;
    await this.#db.write(asSelf(accountId), async (tx) => {
      await endIssuersSessions(tx, accountId, vouched, now);
      await tellOfAccount(tx, accountId);
    });
    this.#identity.forget(accountId);
    return null;
  }

  async #enter(accountId: Id, method: SignInMethod, { client, now }: Visit, to = "/"): Promise<Entered> {
    return { cookie: await this.#identity.sessions.begin(accountId, { method, client }, now), to };
  }

  async #link(accountId: Id, { issuer, subject }: Vouched, to: string, visit: Visit): Promise<Entered | Problem> {
    // whoever set out must be the one who comes back
    if ((await this.#signedIn(visit)) !== accountId) return problem("UNAUTHENTICATED");
    const linked = await this.#db.write(asSelf(accountId), (tx) =>
      linkSubject(tx, { accountId, id: v7(), issuer, subject, at: visit.now }),
    );
    return linked ? { cookie: null, to } : problem("SUBJECT_LINKED");
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
    kind: "passkey" | "new-passkey",
    options: Options,
    now: Date,
  ): Promise<Asked<Options>> {
    return { options, flow: await this.#sealFlow({ kind, challenge: options.challenge }, now) };
  }

  async #challenge(kind: "passkey" | "new-passkey", visit: Visit): Promise<string | null> {
    const flow = passkeyFlow.safeParse(await this.#unsealFlow(visit)).data;
    return flow?.kind === kind ? flow.challenge : null;
  }

  #sealFlow(content: Record<string, unknown>, now: Date): Promise<string> {
    return seal(this.#keys, "flow", content, new Date(now.getTime() + FLOW_MS));
  }

  async #unsealFlow({ flow, now }: Visit): Promise<unknown> {
    return flow === null ? null : unseal(this.#keys, "flow", flow, now);
  }
}

const callbackOf = ({ origin }: Visit): string => `${origin}/auth/callback`;
