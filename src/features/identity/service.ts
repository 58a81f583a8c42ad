import type { IssuedToken } from "../../auth/development-issuer.ts";
import type { KeyRing } from "../../auth/keyring.ts";
import { DEVELOPMENT_ISSUER } from "../../auth/issuer.ts";
import type { Claims, Tokens } from "../../auth/token.ts";
import { ANONYMOUS, HANDED_ON_ROLES, type Language, type Role, SYSTEM, type Viewer } from "../../auth/viewer.ts";
import type { News } from "../../db/news.ts";
import type { Database, Tx } from "../../db/transaction.ts";
import { type Id, type IsoDate, isId } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { DemoDoors } from "./demo-doors.ts";
import { Memory } from "./memory.ts";
import { Sessions } from "./sessions.ts";
import * as store from "./store.ts";
import { accountOfSubject } from "./subject-store.ts";

/** What later features may ask besides; and to have an account read anew, everywhere. */
export { ageOfMajority } from "./opening-store.ts";
export { type BornOn, boundGuardianships, type IssuedCode, type Issuing, openLearnerAccount } from "./opening.ts";
export { nameOfAccount } from "./store.ts";
export { tellOfAccount } from "./subject-store.ts";

/** What a request says about who sends it. */
export interface Credentials {
  readonly authorization: string | null;
  /** The value of the session's cookie. It never counts beside an authorization. */
  readonly cookie: string | null;
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
  /** Other records of the learners the account is or stands for. */
  readonly aliases: readonly { readonly ofId: Id; readonly learnerId: Id }[];
}

/** Who sends a request. */
export interface Asker {
  readonly viewer: Viewer;
  /** The session whose cookie came with it; null for a token and for nobody. */
  readonly sessionId: Id | null;
  /** The session's next cookie, to go out with the answer. */
  readonly cookie: string | null;
}

/** Who asks. Holds nothing that another process would miss. */
export class Identity {
  readonly #db: Database;
  readonly #tokens: Tokens;
  readonly sessions: Sessions;
  readonly #demo: DemoDoors;
  readonly #persons = new Memory<Person>();
  readonly #accounts = new Memory<Id>();

  constructor(parts: { readonly db: Database; readonly tokens: Tokens; readonly keys: KeyRing }) {
    this.#db = parts.db;
    this.#tokens = parts.tokens;
    this.sessions = new Sessions(parts);
    this.#demo = new DemoDoors(parts.db, parts.tokens);
  }

  /** Forgets an account as soon as any process says that it changed: revoked tokens, ended sessions, new links. */
  follow(news: News): Promise<void> {
    return news.hear("guantong_account", (accountId) => this.forget(accountId));
  }

  forget(accountId: Id): void {
    this.#persons.forget((id) => id === accountId);
    this.#accounts.forget((_, id) => id === accountId);
    this.sessions.forget(accountId);
    this.#demo.forget();
  }

  /**
   * Who sends a request: ANONYMOUS without credentials.
   * @returns TOKEN_INVALID for a token or cookie that does not verify, was revoked, or whose account is gone;
   * SUBJECT_UNKNOWN for a token whose subject is linked to no account; FORBIDDEN for a capacity that is not the account's.
   */
  async askerOf(credentials: Credentials, now: Date, today: IsoDate): Promise<Asker | Problem> {
    const wished = languageOf(credentials.acceptLanguage);
    if (credentials.authorization !== null) {
      const [scheme = "", token = ""] = credentials.authorization.split(" ");
      if (scheme.toLowerCase() !== "bearer") return problem("TOKEN_INVALID");
      const verified = await this.#tokens.verify(token);
      if (isProblem(verified)) return verified;
      const accountId = await this.#accountOf(verified, now);
      if (accountId === null) return problem("SUBJECT_UNKNOWN");
      const person = await this.#person(accountId, now, today);
      if (person === null || isRevoked(verified, person.account)) return problem("TOKEN_INVALID");
      const viewer = viewerIn(person, credentials.capacityId ?? verified.capacityId, wished, credentials.requestId);
      return isProblem(viewer) ? viewer : { viewer, sessionId: null, cookie: null };
    }
    if (credentials.cookie !== null) {
      const present = await this.sessions.check(credentials.cookie, now);
      if (isProblem(present)) return present;
      const person = await this.#person(present.accountId, now, today);
      if (person === null) return problem("TOKEN_INVALID");
      const viewer = viewerIn(person, credentials.capacityId, wished, credentials.requestId);
      return isProblem(viewer) ? viewer : { viewer, sessionId: present.sessionId, cookie: present.cookie };
    }
    const viewer = { ...ANONYMOUS, language: wished ?? "zh", requestId: credentials.requestId };
    return { viewer, sessionId: null, cookie: null };
  }

  /** How one signs in to the portal here. */
  async methods(): Promise<{ readonly demo: boolean; readonly issuers: Tokens["issuers"] }> {
    return { demo: (await this.#demo.refused()) === null, issuers: this.issuers() };
  }

  /** The issuers that sign people in to the portal. */
  issuers(): Tokens["issuers"] {
    return this.#tokens.issuers.filter(({ client }) => client !== null);
  }

  /** The account of a login, for an administrator to name it by; null where there is none, and for anyone else. */
  async accountIdOf(viewer: Viewer, login: string): Promise<Id | null> {
    if (viewer.role !== "ADMINISTRATOR") return null;
    const tx = this.#db.read(SYSTEM);
    try {
      return (await store.accountByLogin(tx, login))?.id ?? null;
    } finally {
      tx.end();
    }
  }

  /** Demo users; none where demo sign-in is closed. */
  async demoLogins(): Promise<readonly store.DemoLoginRow[]> {
    if ((await this.#demo.refused()) !== null) return [];
    const tx = this.#db.read(SYSTEM);
    try {
      return await store.demoLogins(tx);
    } finally {
      tx.end();
    }
  }

  /**
   * The account of a demo user: NOT_FOUND for anyone else, TOKEN_ISSUER_CONFIGURED where a real issuer is, DEMO_CLOSED where
   * real staff are or a setting says so.
   */
  async demoAccount(login: string): Promise<Id | Problem> {
    const refused = await this.#demo.refused();
    if (refused !== null) return refused;
    const tx = this.#db.read(SYSTEM);
    try {
      const account = await store.accountByLogin(tx, login);
      return account?.demo === "yes" ? account.id : problem("NOT_FOUND");
    } finally {
      tx.end();
    }
  }

  /** A token for a demo user. @returns as `demoAccount` */
  async signInAsDemo(login: string): Promise<IssuedToken | Problem> {
    const accountId = await this.demoAccount(login);
    return isProblem(accountId) ? accountId : this.#tokens.issue(accountId, null);
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

  /**
   * Whether whoever was let in before would be let in now, in the same capacity: their token still verifies and is not revoked,
   * or their session has neither ended nor lain idle. A stream does not keep its session awake.
   */
  async goesOn(
    {
      viewer,
      sessionId,
      authorization,
    }: { readonly viewer: Viewer; readonly sessionId: Id | null; readonly authorization: string | null },
    now: Date,
    today: IsoDate,
  ): Promise<boolean> {
    const { accountId } = viewer;
    if (accountId === null) return true;
    if (authorization !== null) {
      const token = { authorization, cookie: null, acceptLanguage: null, capacityId: null, requestId: "" };
      const asker = await this.askerOf(token, now, today);
      if (isProblem(asker) || asker.viewer.accountId !== accountId) return false;
    } else if (sessionId === null || !(await this.sessions.goesOn(accountId, sessionId, now))) return false;
    else if ((await this.#person(accountId, now, today)) === null) return false;
    return this.stillHolds(viewer, today);
  }

  async #personOf(
    tx: Tx,
    account: store.AccountRow,
    capacities: readonly store.CapacityRow[],
    today: IsoDate,
  ): Promise<Person> {
    const learnerIds = capacities.flatMap(({ learnerId }) => learnerId ?? []);
    const [predecessors, wards, aliases] = await Promise.all([
      this.#predecessors(tx, capacities),
      this.#wards(account.id, capacities, today),
      learnerIds.length === 0 ? [] : store.aliasesOf(tx, learnerIds),
    ]);
    return { account, capacities, predecessors, wards, aliases };
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

  /** The account and its capacities; null also for a demo user where nobody may be one any more. */
  async #person(accountId: Id, now: Date, today: IsoDate): Promise<Person | null> {
    const person = await this.#anyone(accountId, now, today);
    return person?.account.demo === "yes" && (await this.#demo.areShut()) ? null : person;
  }

  async #anyone(accountId: Id, now: Date, today: IsoDate): Promise<Person | null> {
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

/** The viewer in the capacity asked for, or in the first; FORBIDDEN where it is not the account's. */
function viewerIn(person: Person, capacityId: Id | null, wished: Language | null, requestId: string): Viewer | Problem {
  const capacity = chosen(person.capacities, capacityId);
  if (capacity === null) return problem("FORBIDDEN");
  return viewerAs(person, capacity, wished ?? person.account.language, requestId);
}

function viewerAs(person: Person, capacity: store.CapacityRow, language: Language, requestId: string): Viewer {
  const { departmentId, classId, allianceId, learnerId, role } = capacity;
  const institutionId = reachedSchool(capacity);
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
    // a learner's other records are read with theirs
    wardIds: [...wards, ...person.aliases.filter(({ ofId }) => ofId === learnerId)].map((ward) => ward.learnerId),
    handsOnUntil: handsOn ? (capacity.validUntil ?? "infinity") : null,
    language,
    requestId,
  };
}

/** The school whose records a capacity may reach. A mentor reaches apprentices one by one, never the school that appointed them. */
function reachedSchool({ role, institutionId }: store.CapacityRow): Id | null {
  return role === "ENTERPRISE_MENTOR" ? null : institutionId;
}

/** Whether a capacity is the one a viewer acts in. */
export function isHeld(capacity: store.CapacityRow, viewer: Viewer): boolean {
  const parts = ["role", "departmentId", "classId", "allianceId", "learnerId"] as const;
  return reachedSchool(capacity) === viewer.institutionId && parts.every((part) => capacity[part] === viewer[part]);
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
