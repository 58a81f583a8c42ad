import { type Coalescer, coalescer } from "../../db/coalescer.ts";
import { insertEntries } from "../../db/audit.ts";
import type { Database, Tx } from "../../db/transaction.ts";
import type { AuditEntry } from "../../domain/audit.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { NoticeEvent } from "../../domain/notice.ts";
import { isProblem, type Problem, problem } from "../../domain/problem.ts";
import { occurrencesOfSection } from "../../domain/selection/clash.ts";
import { availableTo, isOpen, poolFor, type SectionSeats, withSeat } from "../../domain/selection/seating.ts";
import { teachingCalendars } from "../calendar/service.ts";
import { raise } from "../notice/service.ts";
import * as store from "./seat-store.ts";
import { type SeatRow, type SectionRow, sectionsByIds, seatsOf } from "./store.ts";

/** What a learner wants of a section. Whoever sends it has authorised the actor. */
interface Wanted {
  readonly sectionId: Id;
  readonly learnerId: Id;
  readonly homeInstitutionId: Id;
  readonly actorId: Id;
  /** When it was asked, an ISO instant: the window is held against it. */
  readonly at: string;
  /** What the audit log will say of it, written with the seat. */
  readonly audit?: readonly AuditEntry[];
}
export interface TakeSeat extends Wanted {
  readonly kind: "TAKE";
  /** The id the seat will have. */
  readonly seatId: Id;
  readonly learnerName: string;
  readonly studentNo: string;
  readonly idempotencyKey: string;
}
export interface DropSeat extends Wanted {
  readonly kind: "DROP";
}
export type SeatRequest = TakeSeat | DropSeat;

/** The seat, taken or given up; the hour of another section in its way; or a problem. */
export type SeatAnswer =
  | { readonly kind: "SEAT"; readonly seat: SeatRow }
  | { readonly kind: "CLASH"; readonly with: store.ClashRow }
  | Problem;

/** Where seats are taken and given up: one per process, any number of processes. */
export type SeatDesk = Coalescer<SeatRequest, SeatAnswer>;

/** Opens the desk on the writer's own pool. */
export function openSeatDesk(
  writer: Database,
  bounds: { readonly queueMax?: number; readonly batchMax?: number } = {},
): SeatDesk {
  return coalescer<SeatRequest, SeatAnswer>({
    ...bounds,
    db: writer,
    settle: settleSeats,
    // a learner's second wish is held against what became of the first
    ownerOf: (request) => request.learnerId,
  });
}

/** The facts of one batch, read under the locks of its sections. */
interface Facts {
  readonly sections: ReadonlyMap<Id, SectionRow>;
  readonly hours: readonly store.SectionHours[];
  /** Seats of the batch's learners in the sections they name: held now, or of the same key. */
  readonly seats: readonly SeatRow[];
  readonly clashes: readonly store.ClashRow[];
}

/** What a batch has decided so far. */
interface Book {
  /** The seats of each section as they stand after the requests before. */
  readonly sections: Map<Id, SectionSeats>;
  readonly taken: SeatRow[];
  readonly dropped: SeatRow[];
}

/** Settles a batch: locks, reads, decides in the order of arrival, writes. At most one request per learner. */
async function settleSeats(tx: Tx, batch: readonly SeatRequest[]): Promise<readonly SeatAnswer[]> {
  const facts = await readFacts(tx, batch);
  const sections = new Map([...facts.sections].map(([id, row]) => [id, seatsOf(row)]));
  const book: Book = { sections, taken: [], dropped: [] };
  const answers = batch.map((request) => settleOne(request, facts, book));
  const done = batch.filter((_, place) => answers[place]?.kind === "SEAT");
  const audit = done.flatMap((request) => request.audit ?? []);
  await Promise.all([write(tx, facts, book), insertEntries(tx, audit)]);
  return answers;
}

async function readFacts(tx: Tx, batch: readonly SeatRequest[]): Promise<Facts> {
  const ids = [...new Set(batch.map(({ sectionId }) => sectionId))].sort();
  // sent together, run one after the other: what is read is read under the locks
  const [, rows, seats] = await Promise.all([
    store.lockSections(tx, ids),
    sectionsByIds(tx, ids),
    store.seatsOfPairs(
      tx,
      batch.map((request) => ({
        sectionId: request.sectionId,
        learnerId: request.learnerId,
        idempotencyKey: request.kind === "TAKE" ? request.idempotencyKey : null,
      })),
    ),
  ]);
  const sections = new Map(rows.map((row) => [row.id, row]));
  const takers = batch.filter((request) => mayNeedHours(request, batch, sections));
  if (takers.length === 0) return { sections, seats, hours: [], clashes: [] };
  const wanted = new Set(takers.map(({ sectionId }) => sectionId));
  const hours = await hoursOf(
    tx,
    rows.filter(({ id }) => wanted.has(id)),
  );
  return { sections, seats, hours, clashes: await store.clashes(tx, takers, hours) };
}

/** Whether a request could end in a seat at all. In a rush most cannot, and their timetables need not be read. */
function mayNeedHours(
  request: SeatRequest,
  batch: readonly SeatRequest[],
  sections: ReadonlyMap<Id, SectionRow>,
): boolean {
  const row = sections.get(request.sectionId);
  if (request.kind === "DROP" || row === undefined) return false;
  const seats = seatsOf(row);
  const freed = batch.some((other) => other.kind === "DROP" && other.sectionId === request.sectionId);
  return isOpen(seats, new Date(request.at)) && (freed || availableTo(seats, request.homeInstitutionId) > 0);
}

async function hoursOf(tx: Tx, rows: readonly SectionRow[]): Promise<readonly store.SectionHours[]> {
  const terms = rows.map((row) => ({ institutionId: row.hostInstitutionId, termCode: row.termCode }));
  // bells differ by campus; a batch rarely names more than one
  const campuses = [...new Set(rows.map(({ campusId }) => campusId))];
  const calendars = new Map(
    await Promise.all(campuses.map(async (id) => [id, await teachingCalendars(tx, terms, id ?? undefined)] as const)),
  );
  return rows.map((row) => {
    const calendar = calendars.get(row.campusId)?.({ institutionId: row.hostInstitutionId, termCode: row.termCode });
    const occurrences =
      calendar === null || calendar === undefined ? null : occurrencesOfSection(row.meetings, calendar);
    // checked when the section was published; a calendar changed since then must not give seats without hours
    if (occurrences === null || isProblem(occurrences)) throw new Error(`section ${row.id} has no hours`);
    return { sectionId: row.id, occurrences };
  });
}

function settleOne(request: SeatRequest, facts: Facts, book: Book): SeatAnswer {
  const row = facts.sections.get(request.sectionId);
  const seats = book.sections.get(request.sectionId);
  if (row === undefined || seats === undefined) return problem("NOT_FOUND");
  const own = facts.seats.filter(
    (seat) => seat.sectionId === request.sectionId && seat.learnerId === request.learnerId,
  );
  const held = own.find((seat) => seat.hostState !== "DROPPED");
  if (request.kind === "DROP") return settleDrop(request, held, seats, book);
  const again = own.find((seat) => seat.idempotencyKey === request.idempotencyKey);
  if (again !== undefined) return { kind: "SEAT", seat: again };
  if (held !== undefined) return problem("ALREADY_SEATED");
  return settleTake(request, row, facts, book);
}

function settleTake(request: TakeSeat, row: SectionRow, facts: Facts, book: Book): SeatAnswer {
  const { sectionId, learnerId, homeInstitutionId } = request;
  const seats = book.sections.get(sectionId) ?? seatsOf(row);
  const pool = poolFor(seats, homeInstitutionId, new Date(request.at));
  if (isProblem(pool)) return pool;
  const clash = facts.clashes.find((other) => other.learnerId === learnerId && other.sectionId === sectionId);
  if (clash !== undefined) return { kind: "CLASH", with: clash };
  const seat = newSeat(request, row, pool);
  book.sections.set(sectionId, withSeat(seats, homeInstitutionId, pool, 1));
  book.taken.push(seat);
  return { kind: "SEAT", seat };
}

function newSeat(request: TakeSeat, row: SectionRow, pool: SeatRow["pool"]): SeatRow {
  return {
    sectionId: request.sectionId,
    id: request.seatId,
    learnerId: request.learnerId,
    hostInstitutionId: row.hostInstitutionId,
    homeInstitutionId: request.homeInstitutionId,
    teacherAccountId: row.teacherAccountId,
    learnerName: request.learnerName,
    studentNo: request.studentNo,
    pool,
    hostState: "ENROLLED",
    homeState: "SELECTED",
    idempotencyKey: request.idempotencyKey,
    actorId: request.actorId,
    takenAt: request.at,
    droppedAt: null,
    grade: null,
    gradedBy: null,
    gradeConfirmedBy: null,
    gradedOn: null,
  };
}

function settleDrop(request: DropSeat, held: SeatRow | undefined, seats: SectionSeats, book: Book): SeatAnswer {
  if (held === undefined) return problem("NOT_SEATED");
  if (held.hostState !== "ENROLLED" || !isOpen(seats, new Date(request.at))) return problem("SECTION_NOT_OPEN");
  const seat: SeatRow = { ...held, hostState: "DROPPED", homeState: "DROPPED", droppedAt: request.at };
  // pool and school are the seat's own: the learner may have changed schools since
  book.sections.set(request.sectionId, withSeat(seats, held.homeInstitutionId, held.pool, -1));
  book.dropped.push(seat);
  return { kind: "SEAT", seat };
}

/**
 * Gives up every seat that a learner still holds in sections whose term is not over on a day, whatever their windows say: of
 * whoever is on leave or has left. As the writer.
 * @param at `at` is when it was decided, an ISO instant
 */
export async function releaseSeats(
  tx: Tx,
  learnerId: Id,
  { on, at }: { readonly on: IsoDate; readonly at: string },
): Promise<void> {
  const held = await store.heldSeatsAfter(tx, learnerId, on);
  const ids = [...new Set(held.map(({ sectionId }) => sectionId))].sort();
  if (ids.length === 0) return;
  // looked at again under the locks: a seat may have been given up meanwhile
  const [, rows, seats] = await Promise.all([
    store.lockSections(tx, ids),
    sectionsByIds(tx, ids),
    store.heldSeatsAfter(tx, learnerId, on),
  ]);
  const sections = new Map(rows.map((row) => [row.id, row]));
  const book: Book = {
    sections: new Map(rows.map((row) => [row.id, seatsOf(row)])),
    taken: [],
    dropped: [],
  };
  for (const seat of seats) {
    const before = book.sections.get(seat.sectionId);
    if (before === undefined) continue;
    book.sections.set(seat.sectionId, withSeat(before, seat.homeInstitutionId, seat.pool, -1));
    book.dropped.push({ ...seat, hostState: "DROPPED", homeState: "DROPPED", droppedAt: at });
  }
  await write(tx, { sections, seats, hours: [], clashes: [] }, book);
}

const told = (kind: "SEAT_TAKEN" | "SEAT_DROPPED", seat: SeatRow, happenedAt: string): NoticeEvent => {
  const { id, sectionId, learnerId } = seat;
  return { kind, key: id, happenedAt, facts: { sectionId, learnerId } };
};

/** Writes what was decided: seats given up, new ones with their hours, and the counts of the sections that changed. */
async function write(tx: Tx, facts: Facts, book: Book): Promise<void> {
  const changed = new Set([...book.taken, ...book.dropped].map(({ sectionId }) => sectionId));
  const counts = [...book.sections]
    .filter(([sectionId]) => changed.has(sectionId))
    .map(([sectionId, { openTaken, reservations }]) => ({
      sectionId,
      openTaken,
      reservations: [...reservations].map(([institutionId, { taken }]) => ({ institutionId, taken })),
    }));
  await Promise.all([
    store.dropSeats(tx, book.dropped),
    store.insertSeats(tx, book.taken),
    store.claimHours(tx, book.taken, facts.hours),
    store.writeTaken(tx, counts),
    changed.size === 0 ? null : store.announce(tx, [...changed]),
    raise(tx, [
      ...book.taken.map((seat) => told("SEAT_TAKEN", seat, seat.takenAt)),
      ...book.dropped.map((seat) => told("SEAT_DROPPED", seat, seat.droppedAt ?? seat.takenAt)),
    ]),
  ]);
}
