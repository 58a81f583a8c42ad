import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { Occurrence } from "../../domain/calendar/teaching.ts";
import type { SeatRow } from "./store.ts";

/** A learner in a section. */
export interface SeatPair {
  readonly sectionId: Id;
  readonly learnerId: Id;
}

/** Tells every process, once the transaction is committed, that the seats of sections changed. */
export async function announce(tx: Tx, sectionIds: readonly Id[]): Promise<void> {
  await tx.run(
    (sql) => sql`/* selection.announce */
      select pg_notify('guantong_section', id::text) from unnest(${sectionIds as Id[]}::uuid[]) as id`,
  );
}

/** Locks sections and then their reservations, each in order, so that writers of all processes stand in one line. */
export async function lockSections(tx: Tx, ids: readonly Id[]): Promise<void> {
  await Promise.all([
    tx.run(
      (sql) => sql`/* selection.lockSections */
        select id from section where id = any(${ids as Id[]}::uuid[]) order by id for no key update`,
    ),
    tx.run(
      (sql) => sql`/* selection.lockReservations */
        select section_id from section_reservation where section_id = any(${ids as Id[]}::uuid[])
        order by section_id, institution_id for no key update`,
    ),
  ]);
}

/** Seats that learners hold in sections now, and those that their keys were used for before. */
export function seatsOfPairs(tx: Tx, pairs: readonly (SeatPair & { readonly idempotencyKey: string | null })[]) {
  const rows = JSON.stringify(pairs);
  return tx.run(
    (sql) => sql<SeatRow[]>`/* selection.seatsOfPairs */
      select seat.* from json_to_recordset(${rows}::text::json)
        as w ("sectionId" uuid, "learnerId" uuid, "idempotencyKey" text)
      join seat on seat.section_id = w."sectionId" and seat.learner_id = w."learnerId"
        and (seat.host_state <> 'DROPPED' or seat.idempotency_key = w."idempotencyKey")`,
  );
}

/** Seats that a learner holds in sections whose term is not over on a day. */
export function heldSeatsAfter(tx: Tx, learnerId: Id, on: IsoDate) {
  return tx.run(
    (sql) => sql<SeatRow[]>`/* selection.heldSeatsAfter */
      select s.* from seat s join section n on n.id = s.section_id
        join term t on t.institution_id = n.host_institution_id and t.code = n.term_code
      where s.learner_id = ${learnerId} and s.host_state = 'ENROLLED'
        and t.first_monday + 7 * greatest(t.teaching_weeks, (select max(week) from unnest(t.exam_weeks) as week)) > ${on}::date
      order by s.section_id, s.id`,
  );
}

/** When a section takes place. */
export interface SectionHours {
  readonly sectionId: Id;
  readonly occurrences: readonly Occurrence[];
}

function hoursJson(hours: readonly SectionHours[]): string {
  return JSON.stringify(
    hours.flatMap(({ sectionId, occurrences }) =>
      occurrences.map(({ startsAt, endsAt }, ordinal) => ({ sectionId, ordinal, startsAt, endsAt })),
    ),
  );
}

/** An hour a learner has claimed already, that a wanted section runs into. */
export interface ClashRow {
  readonly learnerId: Id;
  readonly sectionId: Id;
  /** The section in the way. */
  readonly otherId: Id;
  readonly number: string;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** The first clash of each learner with the section they want. */
export function clashes(tx: Tx, pairs: readonly SeatPair[], hours: readonly SectionHours[]) {
  const [wanted, spans] = [JSON.stringify(pairs), hoursJson(hours)];
  return tx.run(
    (sql) => sql<ClashRow[]>`/* selection.clashes */
      select distinct on (w."learnerId", w."sectionId") w."learnerId" as learner_id, w."sectionId" as section_id,
        s.id as other_id, s.number, c.title_zh, c.title_en, lower(m.during) as starts_at, upper(m.during) as ends_at
      from json_to_recordset(${wanted}::text::json) as w ("sectionId" uuid, "learnerId" uuid)
      join seat_meeting m on m.learner_id = w."learnerId"
      join json_to_recordset(${spans}::text::json) as h ("sectionId" uuid, "startsAt" timestamptz, "endsAt" timestamptz)
        on h."sectionId" = w."sectionId" and m.during && tstzrange(h."startsAt", h."endsAt")
      join section s on s.id = m.section_id join course c on c.id = s.course_id
      order by w."learnerId", w."sectionId", m.during`,
  );
}

/** Writes seats, in the order of their learners. */
export async function insertSeats(tx: Tx, seats: readonly SeatRow[]): Promise<void> {
  if (seats.length === 0) return;
  const rows = JSON.stringify(
    seats.map((seat) => ({
      section_id: seat.sectionId,
      id: seat.id,
      learner_id: seat.learnerId,
      host_institution_id: seat.hostInstitutionId,
      home_institution_id: seat.homeInstitutionId,
      teacher_account_id: seat.teacherAccountId,
      learner_name: seat.learnerName,
      student_no: seat.studentNo,
      pool: seat.pool,
      host_state: seat.hostState,
      home_state: seat.homeState,
      idempotency_key: seat.idempotencyKey,
      actor_id: seat.actorId,
      taken_at: seat.takenAt,
    })),
  );
  await tx.run(
    (sql) => sql`/* selection.insertSeats */
      insert into seat select * from json_populate_recordset(null::seat, ${rows}::text::json) order by learner_id`,
  );
}

/**
 * Claims the hours of new seats, learner by learner, so that two writers meet in one order. The exclusion constraint
 * refuses what another process has claimed meanwhile.
 */
export async function claimHours(tx: Tx, seats: readonly SeatRow[], hours: readonly SectionHours[]): Promise<void> {
  if (seats.length === 0) return;
  const rows = JSON.stringify(seats.map(({ sectionId, id, learnerId }) => ({ sectionId, id, learnerId })));
  const spans = hoursJson(hours);
  await tx.run(
    (sql) => sql`/* selection.claimHours */
      insert into seat_meeting (learner_id, section_id, seat_id, ordinal, during)
      select s."learnerId", s."sectionId", s.id, h.ordinal, tstzrange(h."startsAt", h."endsAt")
      from json_to_recordset(${rows}::text::json) as s ("sectionId" uuid, id uuid, "learnerId" uuid)
      join json_to_recordset(${spans}::text::json)
        as h ("sectionId" uuid, ordinal int, "startsAt" timestamptz, "endsAt" timestamptz) using ("sectionId")
      order by s."learnerId", h.ordinal`,
  );
}

/** Gives seats up, and their hours with them. */
export async function dropSeats(tx: Tx, seats: readonly SeatRow[]): Promise<void> {
  if (seats.length === 0) return;
  const rows = JSON.stringify(
    seats.map(({ sectionId, id, learnerId, droppedAt }) => ({ sectionId, id, learnerId, droppedAt })),
  );
  await Promise.all([
    tx.run(
      (sql) => sql`/* selection.dropSeats */
        update seat set host_state = 'DROPPED', home_state = 'DROPPED', dropped_at = d."droppedAt"
        from json_to_recordset(${rows}::text::json) as d ("sectionId" uuid, id uuid, "droppedAt" timestamptz)
        where seat.section_id = d."sectionId" and seat.id = d.id`,
    ),
    tx.run(
      (sql) => sql`/* selection.freeHours */
        delete from seat_meeting m
        using json_to_recordset(${rows}::text::json) as d ("sectionId" uuid, id uuid, "learnerId" uuid)
        where m.learner_id = d."learnerId" and m.section_id = d."sectionId" and m.seat_id = d.id`,
    ),
  ]);
}

/** How many seats of a section are taken now. */
export interface TakenRow {
  readonly sectionId: Id;
  readonly openTaken: number;
  readonly reservations: readonly { readonly institutionId: Id; readonly taken: number }[];
}

/** Writes the counts of sections; CHECK constraints keep them below what there is. */
export async function writeTaken(tx: Tx, sections: readonly TakenRow[]): Promise<void> {
  if (sections.length === 0) return;
  const open = JSON.stringify(sections.map(({ sectionId, openTaken }) => ({ sectionId, openTaken })));
  const reserved = JSON.stringify(
    sections.flatMap(({ sectionId, reservations }) => reservations.map((own) => ({ sectionId, ...own }))),
  );
  await Promise.all([
    tx.run(
      (sql) => sql`/* selection.writeOpenTaken */
        update section set open_taken = t."openTaken"
        from json_to_recordset(${open}::text::json) as t ("sectionId" uuid, "openTaken" int)
        where section.id = t."sectionId"`,
    ),
    tx.run(
      (sql) => sql`/* selection.writeReservedTaken */
        update section_reservation r set taken = t.taken
        from json_to_recordset(${reserved}::text::json) as t ("sectionId" uuid, "institutionId" uuid, taken int)
        where r.section_id = t."sectionId" and r.institution_id = t."institutionId" and r.taken <> t.taken`,
    ),
  ]);
}
