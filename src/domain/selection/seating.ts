import type { Id } from "../id.ts";
import { type Problem, problem } from "../problem.ts";

/** 教学班 states. A seat moves only while it is OPEN and its window is. */
export const SECTION_STATUSES = ["DRAFT", "OPEN", "CLOSED", "GRADED", "CANCELLED"] as const;
export type SectionStatus = (typeof SECTION_STATUSES)[number];

/** Which part of the capacity a seat is of: its school's own reservation, or what is open to everyone. */
export type Pool = "OPEN" | "RESERVED";

/** Seats kept for one partner. */
export interface Reservation {
  readonly reserved: number;
  readonly taken: number;
}

/** What the seats of a section depend on. Host students sit in the open part, unless it reserves some for itself. */
export interface SectionSeats {
  readonly status: SectionStatus;
  /** ISO instants; open from the first, no longer at the second. */
  readonly opensAt: string;
  readonly closesAt: string;
  readonly capacity: number;
  /** Seats taken of the open part, which is the capacity less all reservations. */
  readonly openTaken: number;
  readonly reservations: ReadonlyMap<Id, Reservation>;
}

/** Whether seats may be taken and given back at a moment. */
export function isOpen(section: SectionSeats, now: Date): boolean {
  const at = now.getTime();
  return section.status === "OPEN" && Date.parse(section.opensAt) <= at && at < Date.parse(section.closesAt);
}

function freeReserved(section: SectionSeats, institutionId: Id | null): number {
  const own = institutionId === null ? undefined : section.reservations.get(institutionId);
  return own === undefined ? 0 : own.reserved - own.taken;
}

function freeOpen(section: SectionSeats): number {
  const reserved = [...section.reservations.values()].reduce((sum, own) => sum + own.reserved, 0);
  return section.capacity - reserved - section.openTaken;
}

/** Seats a school's learners may still take: its reservation and the open part. Null asks for nobody's school. */
export function availableTo(section: SectionSeats, institutionId: Id | null): number {
  return freeReserved(section, institutionId) + freeOpen(section);
}

/** All seats taken. */
export function takenIn(section: SectionSeats): number {
  return [...section.reservations.values()].reduce((sum, own) => sum + own.taken, section.openTaken);
}

/**
 * Which part of the capacity the next learner of a school sits in: their own school's reservation first, so that the
 * open part lasts longer for those who have none; then the open part.
 * @returns SECTION_NOT_OPEN; SECTION_RESERVED where only other schools' seats are left; SECTION_FULL
 */
export function poolFor(section: SectionSeats, institutionId: Id, now: Date): Pool | Problem {
  if (!isOpen(section, now)) return problem("SECTION_NOT_OPEN");
  if (freeReserved(section, institutionId) > 0) return "RESERVED";
  if (freeOpen(section) > 0) return "OPEN";
  return problem(takenIn(section) < section.capacity ? "SECTION_RESERVED" : "SECTION_FULL");
}

/** The section with one seat more (+1) or less (-1) taken of a pool. */
export function withSeat(section: SectionSeats, institutionId: Id, pool: Pool, change: 1 | -1): SectionSeats {
  if (pool === "OPEN") return { ...section, openTaken: section.openTaken + change };
  const own = section.reservations.get(institutionId) ?? { reserved: 0, taken: 0 };
  const reservations = new Map(section.reservations).set(institutionId, { ...own, taken: own.taken + change });
  return { ...section, reservations };
}
