import type { IssuedToken } from "../../auth/development-issuer.ts";
import { DEVELOPMENT_ISSUER } from "../../auth/issuer.ts";
import type { Claims, Tokens } from "../../auth/token.ts";
import { ANONYMOUS, HANDED_ON_ROLES, type Language, type Role, SYSTEM, type Viewer } from "../../auth/viewer.ts";
import type { News } from "../../db/news.ts";
import type { Database, Tx } from "../../db/transaction.ts";
import { type Id, type IsoDate, isId } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import * as store from "./store.ts";
import { accountOfSubject } from "./subject-store.ts";

/** What a request says about who sends it. */
export interface Credentials {
  readonly authorization: string | null;
  readonly acceptLanguage: string | null;
  /** The id of the capacity to act in; the account's first one without it. */
  readonly capacityId: Id | null;
  readonly requestId: string;
}

/** Roles that reach learners one by one who are not themselves. */
const LOOKS_AFTER: ReadonlySet<Role> = new Set(["CLASS_TEACHER", "ENTERPRISE_MENTOR"]);

const HANDS_ON: ReadonlySet<Role> = new Set(HANDED_ON_ROLES);

interface Person {
  readonly account: store.AccountRow;
  readonly capacities: readonly store.CapacityRow[];
  /** Of each school among the capacities, the schools it succeeds. */
  readonly predecessors: ReadonlyMap<Id, readonly Id[]>;
  /** Whom the account looks after, each with the class they are in; null for those placed with a mentor. */
  readonly wards: readonly { readonly classId: Id | null; readonly learnerId: Id }[];
}

/** How long an account, its capacities and its subjects are remembered, should no news of a change come. Milliseconds. */
const REMEMBERED_MS = 30_000;
/** How many accounts are remembered at most. */
const REMEMBERED_MAX = 10_000;

/** What was found, for a while. */
class Memory<Value> {
  readonly #found = new Map<string, { readonly value: Value; readonly until: number }>();

  find(key: string, now: Date): Value | null {
    const known = this.#found.get(key);
    return known !== undefined && known.until > now.getTime() ? known.value : null;
  }

  keep(key: string, value: Value, now: Date): void {
    if (this.#found.size >= REMEMBERED_MAX) this.#found.clear();
    this.#found.set(key, { value, until: now.getTime() + REMEMBERED_MS });
  }

  forget(unwanted: (key: string, value: Value) => boolean): void {
    for (const [key, { value }] of this.#found) if (unwanted(key, value)) this.#found.delete(key);
  }
}

/** Who asks. Holds nothing that another process would miss. */
export class Identity {
  readonly #db: Database;
  readonly #tokens: Tokens;
  readonly #persons = new Memory<Person>();
  readonly #accounts = new Memory<Id>();

  constructor(parts: { readonly db: Database; readonly tokens: Tokens }) {
    this.#db = parts.db;
    this.#tokens = parts.tokens;
  }

  /** Forgets an account as soon as any process says that it changed: revoked tokens, ended sessions, new links. */
  follow(news: News): Promise<void> {
    return news.hear("guantong_account", (accountId) => this.forget(accountId));
  }

  forget(accountId: Id): void {
    this.#persons.forget((id) => id === accountId);
    this.#accounts.forget((_, id) => id === accountId);
  }

  /**
   * The viewer of a request: ANONYMOUS without credentials.
   * @returns TOKEN_INVALID for a token that does not verify, was revoked, or whose account is gone; SUBJECT_UNKNOWN for one
   * whose subject is linked to no account; FORBIDDEN for a capacity that is not the account's.
   */
  async viewerOf(credentials: Credentials, now: Date, today: IsoDate): Promise<Viewer | Problem> {
    const wished = languageOf(credentials.acceptLanguage);
    if (credentials.authorization === null) {
      return { ...ANONYMOUS, language: wished ?? "zh", requestId: credentials.requestId };
    }
    const [scheme = "", token = ""] = credentials.authorization.split(" ");
    if (scheme.toLowerCase() !== "bearer") return problem("TOKEN_INVALID");
    const verified = await this.#tokens.verify(token);
    if (isProblem(verified)) return verified;
    const accountId = await this.#accountOf(verified, now);
    if (accountId === null) return problem("SUBJECT_UNKNOWN");
    const person = await this.#person(accountId, now, today);
    if (person === null || isRevoked(verified, person.account)) return problem("TOKEN_INVALID");
    const capacity = chosen(person.capacities, credentials.capacityId ?? verified.capacityId);
    if (capacity === null) return problem("FORBIDDEN");
    return viewerAs(person, capacity, wished ?? person.account.language, credentials.requestId);
  }

  /** Demo users; none where a real issuer is configured. */
  async demoLogins(): Promise<readonly store.DemoLoginRow[]> {
    if (!this.#tokens.development) return [];
    const tx = this.#db.read(SYSTEM);
    try {
      return await store.demoLogins(tx);
    } finally {
      tx.end();
    }
  }

  /** A token for a demo user: NOT_FOUND for anyone else, TOKEN_ISSUER_CONFIGURED where a real issuer is. */
  async signInAsDemo(login: string): Promise<IssuedToken | Problem> {
    if (!this.#tokens.development) return problem("TOKEN_ISSUER_CONFIGURED");
    const tx = this.#db.read(SYSTEM);
    try {
      const account = await store.accountByLogin(tx, login);
      return account?.demo === "yes" ? await this.#tokens.issue(account.id, null) : problem("NOT_FOUND");
    } finally {
      tx.end();
    }
  }

  /** The viewer that a login acts as on the command line, in its first capacity (or that of a role). */
  async viewerOfLogin(login: string, language: Language, today: IsoDate, role?: Role): Promise<Viewer | Problem> {
    const tx = this.#db.read(SYSTEM);
    try {
      const account = await store.accountByLogin(tx, login);
      const capacities = account === null ? [] : await store.capacitiesOfAccount(tx, account.id, today);
      const capacity = capacities.find((held) => held.role === role) ?? capacities[0];
      if (account === null || capacity === undefined) return problem("NOT_FOUND");
      return viewerAs(await this.#personOf(tx, account, capacities, today), capacity, language, "");
    } finally {
      tx.end();
    }
  }

  /** Whether the viewer's account still holds the capacity it acts in; asked anew, for a subscription may last for hours. */
  async stillHolds(viewer: Viewer, today: IsoDate): Promise<boolean> {
    const { accountId, role } = viewer;
    if (accountId === null) return role === "ANONYMOUS";
    const tx = this.#db.read({ ...ANONYMOUS, accountId });
    try {
      const capacities = await store.capacitiesOfAccount(tx, accountId, today);
      return capacities.some((each) => isHeld(each, viewer));
    } finally {
      tx.end();
    }
  }

  async #personOf(
    tx: Tx,
    account: store.AccountRow,
    capacities: readonly store.CapacityRow[],
    today: IsoDate,
  ): Promise<Person> {
    const [predecessors, wards] = await Promise.all([
      this.#predecessors(tx, capacities),
      this.#wards(account.id, capacities, today),
    ]);
    return { account, capacities, predecessors, wards };
  }

  async #wards(accountId: Id, capacities: readonly store.CapacityRow[], today: IsoDate): Promise<Person["wards"]> {
    if (!capacities.some(({ role }) => LOOKS_AFTER.has(role))) return [];
    const classes = capacities.flatMap(({ classId }) => classId ?? []);
    const tx = this.#db.read(SYSTEM);
    try {
      return await store.wardsOf(tx, accountId, classes, today);
    } finally {
      tx.end();
    }
  }

  /** The account that a verified token speaks of. The development issuer's subjects are accounts. */
  async #accountOf({ issuer, subject }: Claims, now: Date): Promise<Id | null> {
    if (issuer === DEVELOPMENT_ISSUER) return isId(subject) ? subject : null;
    const key = `${issuer} ${subject}`;
    const known = this.#accounts.find(key, now);
    if (known !== null) return known;
    const tx = this.#db.read(SYSTEM);
    try {
      const accountId = await accountOfSubject(tx, issuer, subject);
      if (accountId !== null) this.#accounts.keep(key, accountId, now);
      return accountId;
    } finally {
      tx.end();
    }
  }

  async #predecessors(tx: Tx, capacities: readonly store.CapacityRow[]): Promise<ReadonlyMap<Id, readonly Id[]>> {
    const schools = capacities.flatMap(({ institutionId }) => institutionId ?? []);
    const found = new Map<Id, Id[]>(schools.map((id) => [id, []]));
    for (const { id, heirId } of await store.predecessorsOf(tx, schools)) found.get(heirId)?.push(id);
    return found;
  }

  /** The account and its capacities. */
  async #person(accountId: Id, now: Date, today: IsoDate): Promise<Person | null> {
    const remembered = this.#persons.find(accountId, now);
    if (remembered !== null) return remembered;
    const tx = this.#db.read({ ...ANONYMOUS, accountId });
    try {
      const [account, capacities] = await Promise.all([
        store.accountById(tx, accountId),
        store.capacitiesOfAccount(tx, accountId, today),
      ]);
      if (account === null) return null;
      const person = await this.#personOf(tx, account, capacities, today);
      this.#persons.keep(accountId, person, now);
      return person;
    } finally {
      tx.end();
    }
  }
}

/** Issued no later than its account was told to begin anew. A token's second is not divided, so that whole one counts. */
function isRevoked({ issuedAt }: Claims, { accessNotBefore }: store.AccountRow): boolean {
  return accessNotBefore !== null && issuedAt * 1000 <= Date.parse(accessNotBefore);
}

function viewerAs(person: Person, capacity: store.CapacityRow, language: Language, requestId: string): Viewer {
  const { institutionId, departmentId, classId, allianceId, learnerId, role } = capacity;
  const handsOn = capacity.delegatedBy === null && HANDS_ON.has(role);
  const predecessorIds = institutionId === null ? [] : (person.predecessors.get(institutionId) ?? []);
  const wards = LOOKS_AFTER.has(role) ? person.wards.filter((ward) => ward.classId === classId) : [];
  return {
    accountId: person.account.id,
    role,
    institutionId,
    predecessorIds,
    departmentId,
    classId,
    allianceId,
    learnerId,
    wardIds: wards.map((ward) => ward.learnerId),
    handsOnUntil: handsOn ? (capacity.validUntil ?? "infinity") : null,
    language,
    requestId,
  };
}

/** Whether a capacity is the one a viewer acts in. */
export function isHeld(capacity: store.CapacityRow, viewer: Viewer): boolean {
  const parts = ["role", "institutionId", "departmentId", "classId", "allianceId", "learnerId"] as const;
  return parts.every((part) => capacity[part] === viewer[part]);
}

function chosen(capacities: readonly store.CapacityRow[], id: Id | null): store.CapacityRow | null {
  if (id === null) return capacities[0] ?? null;
  return capacities.find((capacity) => capacity.id === id) ?? null;
}

/** The first of our languages that the header names; null where it names none. */
export function languageOf(header: string | null): Language | null {
  const named = (header ?? "").split(",").map((part) => part.trim().slice(0, 2).toLowerCase());
  return named.find((language) => language === "zh" || language === "en") ?? null;
}
