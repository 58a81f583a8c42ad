import type { Id } from "./id.ts";

/** What came of an act or a look. */
export const AUDIT_OUTCOMES = ["DONE", "REFUSED", "FAILED"] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** What people do with their own ways in. No policy is asked, and the log has it all the same. */
export const OWN_ACTIONS = [
  "session.begin",
  "session.end",
  "passkey.add",
  "passkey.remove",
  "password.set",
  "identity.link",
  "identity.unlink",
] as const;
export type OwnAction = (typeof OWN_ACTIONS)[number];

/** What follows from other acts, or is done at the command line alone, and stands in the log by its own name. */
export const SERVICE_ACTIONS = ["learner.adopt", "administrator.appoint", "machine.open", "machine.end"] as const;

/** How much of an address is kept: all of it, its network (IPv4 /24, IPv6 /48), or nothing. */
export const ADDRESS_KEPT = ["full", "network", "none"] as const;
export type AddressKept = (typeof ADDRESS_KEPT)[number];

/** What may have to be erased while the entry stays. */
export interface AuditDetail {
  /** Where the request came from, as far as it is kept. */
  readonly address?: string;
  readonly reason?: string;
}

/** One line of the audit log: who did what, to whom, with what outcome. */
export interface AuditEntry {
  readonly id: Id;
  /** ISO instant. */
  readonly at: string;
  readonly accountId: Id | null;
  readonly role: string;
  readonly institutionId: Id | null;
  readonly action: string;
  readonly outcome: AuditOutcome;
  /** The code of the problem that refused or failed it. */
  readonly problem: string | null;
  /** The learners it was done to, or whose data was seen; no more of them than LEARNERS_MAX. */
  readonly learnerIds: readonly Id[];
  /** How many there were in all. */
  readonly learnerCount: number;
  readonly resourceType: string | null;
  readonly resourceId: Id | null;
  readonly requestId: string;
  /** How often the same was done within the moment that one write gathers. */
  readonly times: number;
  readonly detail: AuditDetail | null;
}

/** What an entry says, before it has a name of its own. */
export type AuditNote = Omit<AuditEntry, "id">;

/** The most learners that one entry names: more than any page, and as many as a whole sheet. A bound of the service. */
export const LEARNERS_MAX = 20_000;

/** Actions that only look; every other changes something. */
export function isLook(action: string): boolean {
  return action.endsWith(".read") || action.endsWith(".search") || action === "recognition.check";
}

const IPV4 = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/i;

/** An address as far as it is kept; null for nothing, and for what is no address. */
export function keptAddress(address: string | null, kept: AddressKept): string | null {
  if (address === null || address === "" || kept === "none") return null;
  const four = IPV4.exec(address);
  if (four !== null) {
    const [, a, b, c] = four;
    return kept === "full" ? address.replace(/^::ffff:/i, "") : `${a}.${b}.${c}.0/24`;
  }
  const groups = groupsOf(address);
  if (groups === null) return null;
  return kept === "full" ? address : `${groups.slice(0, 3).join(":")}::/48`;
}

/** The eight groups of an IPv6 address; null for what is none. */
function groupsOf(address: string): readonly string[] | null {
  const halves = address.replace(/%.*$/, "").toLowerCase().split("::");
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array.from({ length: halves.length === 2 ? missing : 0 }, () => "0"), ...tail];
  return groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))
    ? groups.map((group) => group.replace(/^0+(?=.)/, ""))
    : null;
}
