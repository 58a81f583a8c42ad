import type { IssuedToken, Tokens } from "../../auth/token.ts";
import { ANONYMOUS, type Language, type Role, SYSTEM, type Viewer } from "../../auth/viewer.ts";
import type { Database, Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import * as store from "./store.ts";

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

interface Person {
  readonly account: store.AccountRow;
  readonly capacities: readonly store.CapacityRow[];
  /** Of each school among the capacities, the schools it succeeds. */
  readonly predecessors: ReadonlyMap<Id, readonly Id[]>;
  /** Whom the account looks after, each with the class they are in; null for those placed with a mentor. */
  readonly wards: readonly { readonly classId: Id | null; readonly learnerId: Id }[];
}

/** How long an account's capacities are remembered: a withdrawn one ends at most this much later. Milliseconds. */
const REMEMBERED_MS = 30_000;
/** How many accounts are remembered at most. */
const REMEMBERED_MAX = 10_000;

/** Who asks. Holds nothing that another process would miss. */
export class Identity {
  readonly #db: Database;
  readonly #tokens: Tokens;
  readonly #remembered = new Map<Id, { readonly person: Person; readonly until: number }>();

  constructor(parts: { readonly db: Database; readonly tokens: Tokens }) {
    this.#db = parts.db;
    this.#tokens = parts.tokens;
  }

  /**
   * The viewer of a request: ANONYMOUS without credentials.
   * @returns TOKEN_INVALID for a token that does not verify or whose account is gone, FORBIDDEN for a capacity that is
   * not the account's.
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
    const person = await this.#person(verified.accountId, now, today);
    if (person === null) return problem("TOKEN_INVALID");
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

  async #predecessors(tx: Tx, capacities: readonly store.CapacityRow[]): Promise<ReadonlyMap<Id, readonly Id[]>> {
    const schools = capacities.flatMap(({ institutionId }) => institutionId ?? []);
    const found = new Map<Id, Id[]>(schools.map((id) => [id, []]));
    for (const { id, heirId } of await store.predecessorsOf(tx, schools)) found.get(heirId)?.push(id);
    return found;
  }

  /** The account and its capacities. */
  async #person(accountId: Id, now: Date, today: IsoDate): Promise<Person | null> {
    const remembered = this.#remembered.get(accountId);
    if (remembered !== undefined && remembered.until > now.getTime()) return remembered.person;
    const tx = this.#db.read({ ...ANONYMOUS, accountId });
    try {
      const [account, capacities] = await Promise.all([
        store.accountById(tx, accountId),
        store.capacitiesOfAccount(tx, accountId, today),
      ]);
      if (account === null) return null;
      const person = await this.#personOf(tx, account, capacities, today);
      if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered.clear();
      this.#remembered.set(accountId, { person, until: now.getTime() + REMEMBERED_MS });
      return person;
    } finally {
      tx.end();
    }
  }
}

function viewerAs(person: Person, capacity: store.CapacityRow, language: Language, requestId: string): Viewer {
  const { institutionId, departmentId, classId, allianceId, learnerId, role } = capacity;
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
