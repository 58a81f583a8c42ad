import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate, Title } from "../../domain/id.ts";
import type { Channel, Frequency, NoticeKind, Regard } from "../../domain/notice.ts";

/** Notices that only bring others to mind: whoever counts what is unread leaves them out. */
const REMINDERS: NoticeKind[] = ["REMINDED", "ACTS_OPEN", "STILL_UNREAD"];

/** What fills the sentence of a notice: numbers, and texts in both languages. */
export type Params = Readonly<Record<string, number | string | Title>>;

/** Puts events into the outbox; those that are there already stay as they are. @returns how many are new */
export async function putEvents(
  tx: Tx,
  events: readonly {
    readonly id: Id;
    readonly kind: NoticeKind;
    readonly facts: object;
    readonly happenedAt: string;
  }[],
): Promise<number> {
  const rows = await tx.run(
    (sql) => sql`/* notice.putEvents */
      insert into notice_event (id, kind, facts, happened_at)
      select id, kind, facts, happened_at
      from json_to_recordset(${JSON.stringify(events.map(({ happenedAt, ...event }) => ({ ...event, happened_at: happenedAt })))}::text::json)
        as event (id uuid, kind text, facts jsonb, happened_at timestamptz)
      on conflict (id) do nothing`,
  );
  return rows.count;
}

export interface EventRow {
  readonly id: Id;
  readonly kind: NoticeKind;
  readonly facts: unknown;
  readonly happenedAt: string;
}

/** Events that nobody has been told of, the oldest first; those another job is at are left to it. */
export function lockEvents(tx: Tx, limit: number) {
  return tx.run(
    (sql) => sql<EventRow[]>`/* notice.lockEvents */
      select id, kind, facts, happened_at from notice_event where spread_at is null
      order by happened_at, id limit ${limit} for update skip locked`,
  );
}

export async function markSpread(tx: Tx, ids: readonly Id[]) {
  await tx.run(
    (sql) =>
      sql`/* notice.markSpread */ update notice_event set spread_at = now() where id = any(${ids as Id[]}::uuid[])`,
  );
}

/** Someone to be told, of a learner or for a school. */
export interface RecipientRow {
  readonly accountId: Id;
  readonly regard: Regard;
  readonly learnerId: Id | null;
  readonly institutionId: Id | null;
  readonly departmentId: Id | null;
}

/** Who learners are, who stands for them and looks after them, who keeps the registries of schools, and who reviews, on a day. */
export function recipients(
  tx: Tx,
  of: {
    readonly learnerIds: readonly Id[];
    readonly institutionIds: readonly Id[];
    readonly departmentIds: readonly Id[];
  },
  on: IsoDate,
) {
  const { learnerIds, institutionIds, departmentIds } = of;
  return tx.run(
    (sql) => sql<RecipientRow[]>`/* notice.recipients */
      with held as (select * from (select account_id, role, institution_id, department_id, class_id, learner_id, valid_from, valid_until
          from capacity) c
        where valid_from <= ${on}::date and (valid_until is null or valid_until >= ${on}::date))
      select account_id, case role when 'STUDENT' then 'SELF' else 'GUARDIAN' end as regard, learner_id, null::uuid as institution_id, null::uuid as department_id
        from held where role in ('STUDENT', 'GUARDIAN') and learner_id = any(${learnerIds as Id[]}::uuid[])
      union select h.account_id, 'CLASS_TEACHER', r.learner_id, null::uuid, null::uuid
        from registration r join held h on h.role = 'CLASS_TEACHER' and h.class_id = r.class_id
        where r.learner_id = any(${learnerIds as Id[]}::uuid[])
          -- whoever has just left is told of to the class teacher they leave
          and (r.status in ('ACTIVE', 'ON_LEAVE') or r.left_on > ${on}::date - 31)
      union select account_id, 'SCHOOL', null::uuid, institution_id, null::uuid
        from held where role in ('REGISTRAR', 'REGISTRAR_CONFIRMER') and institution_id = any(${institutionIds as Id[]}::uuid[])
      union select account_id, 'SCHOOL', null::uuid, null::uuid, department_id
        from held where role = 'DEPARTMENT_REVIEWER' and department_id = any(${departmentIds as Id[]}::uuid[])`,
  );
}

export function learnersOf(tx: Tx, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<{ readonly id: Id; readonly name: string }[]>`/* notice.learnersOf */
      select id, name from learner where id = any(${learnerIds as Id[]}::uuid[])`,
  );
}

/** What sections are called. */
export function sectionsOf(tx: Tx, sectionIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<
      { readonly id: Id; readonly number: string; readonly course: Title; readonly host: Title }[]
    >`/* notice.sectionsOf */
      select s.id, s.number, json_build_object('zh', c.title_zh, 'en', c.title_en) as course,
        json_build_object('zh', i.name_zh, 'en', i.name_en) as host
      from section s join course c on c.id = s.course_id join institution i on i.id = s.host_institution_id
      where s.id = any(${sectionIds as Id[]}::uuid[])`,
  );
}

export function schoolsOf(tx: Tx, institutionIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<{ readonly id: Id; readonly name: Title }[]>`/* notice.schoolsOf */
      select id, json_build_object('zh', name_zh, 'en', name_en) as name from institution
      where id = any(${institutionIds as Id[]}::uuid[])`,
  );
}

/** What public notices are called, and how long they are shown. */
export function publicNoticesOf(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<{ readonly id: Id; readonly title: string; readonly closesOn: IsoDate }[]>`/* notice.publicNoticesOf */
      select id, title, closes_on from public_notice where id = any(${ids as Id[]}::uuid[])`,
  );
}

export function copies(tx: Tx) {
  return tx.run(
    (sql) => sql<
      { readonly kind: NoticeKind; readonly audience: Regard; readonly of: "MINORS" | "ALL" }[]
    >`/* notice.copies */
      select kind, audience, "of" from notice_copy`,
  );
}

/** Which notice: of whom, of what happening, about which learner. */
export interface NoticeKey {
  readonly accountId: Id;
  readonly eventId: Id;
  readonly learnerId: Id;
}
export interface NoticeRow extends NoticeKey {
  readonly kind: NoticeKind;
  readonly regard: Regard;
  readonly params: Params;
  readonly happenedAt: string;
  readonly readAt: string | null;
}

/** Writes notices, each once, and their deliveries to the addresses that people gave. @returns those to be sent at once */
export async function putNotices(tx: Tx, rows: readonly Omit<NoticeRow, "readAt">[]) {
  const json = JSON.stringify(
    rows.map(({ accountId, eventId, learnerId, kind, regard, params, happenedAt }) => {
      return {
        account_id: accountId,
        event_id: eventId,
        learner_id: learnerId,
        kind,
        regard,
        params,
        happened_at: happenedAt,
      };
    }),
  );
  return tx.run(
    (sql) => sql<(NoticeKey & { readonly channel: Channel })[]>`/* notice.putNotices */
      with put as (
        insert into notice (account_id, event_id, learner_id, kind, regard, params, happened_at)
        select account_id, event_id, learner_id, kind, regard, params, happened_at from json_to_recordset(${json}::text::json)
          as told (account_id uuid, event_id uuid, learner_id uuid, kind text, regard text, params jsonb, happened_at timestamptz)
        on conflict do nothing returning account_id, event_id, learner_id),
      out as (
        insert into notice_delivery (account_id, event_id, learner_id, channel, frequency)
        select p.account_id, p.event_id, p.learner_id, a.channel, a.frequency
        from put p join notice_address a on a.account_id = p.account_id and a.address is not null
        on conflict do nothing returning account_id, event_id, learner_id, channel, frequency)
      select account_id, event_id, learner_id, channel from out where frequency = 'EACH'`,
  );
}

/** A page of an account's inbox, the newest first. */
export function inbox(
  tx: Tx,
  accountId: Id,
  page: { readonly first: number; readonly after: readonly string[] | null; readonly unreadOnly: boolean },
) {
  const [at = null, eventId = null, learnerId = null] = page.after ?? [];
  return tx.run(
    (sql) => sql<NoticeRow[]>`/* notice.inbox */
      select account_id, event_id, learner_id, kind, regard, params, happened_at, read_at from notice
      where account_id = ${accountId} and (not ${page.unreadOnly} or read_at is null)
        and (${at}::timestamptz is null
          or (happened_at, event_id, learner_id) < (${at}::timestamptz, ${eventId}::uuid, ${learnerId}::uuid))
      order by happened_at desc, event_id desc, learner_id desc limit ${page.first + 1}`,
  );
}

export async function unreadCount(tx: Tx, accountId: Id): Promise<number> {
  const [row] = await tx.run(
    (sql) => sql<{ count: number }[]>`/* notice.unreadCount */
      select count(*)::int as count from notice where account_id = ${accountId} and read_at is null`,
  );
  return row?.count ?? 0;
}

/** Marks notices of an account as read, the named ones or all; what was read before keeps its time. @returns how many */
export async function markRead(tx: Tx, accountId: Id, keys: readonly NoticeKey[] | null, at: string): Promise<number> {
  const [events, learners] = [(keys ?? []).map((key) => key.eventId), (keys ?? []).map((key) => key.learnerId)];
  const rows = await tx.run(
    (sql) => sql`/* notice.markRead */
      update notice set read_at = ${at} where account_id = ${accountId} and read_at is null
        and (${keys === null} or (event_id, learner_id) in (select * from unnest(${events}::uuid[], ${learners}::uuid[])))`,
  );
  return rows.count;
}

/** What learners have not read yet, reminders left out, the oldest first: for whoever looks after them. */
export function unreadOf(
  tx: Tx,
  learnerIds: readonly Id[],
  page: { readonly first: number; readonly after: readonly string[] | null },
) {
  const [at = null, eventId = null, learnerId = null] = page.after ?? [];
  return tx.run(
    (sql) => sql<NoticeRow[]>`/* notice.unreadOf */
      select account_id, event_id, learner_id, kind, regard, params, happened_at, read_at from notice
      where learner_id = any(${learnerIds as Id[]}::uuid[]) and regard = 'SELF' and read_at is null and kind <> all(${REMINDERS})
        and (${at}::timestamptz is null
          or (happened_at, event_id, learner_id) > (${at}::timestamptz, ${eventId}::uuid, ${learnerId}::uuid))
      order by happened_at, event_id, learner_id limit ${page.first + 1}`,
  );
}

/** How much each learner has not read, reminders left out; nobody who has read everything. */
export function unreadCounts(tx: Tx, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<{ readonly learnerId: Id; readonly count: number }[]>`/* notice.unreadCounts */
      select learner_id, count(*)::int as count from notice
      where learner_id = any(${learnerIds as Id[]}::uuid[]) and regard = 'SELF' and read_at is null and kind <> all(${REMINDERS})
      group by learner_id order by learner_id`,
  );
}

/** What learners have not read that happened before a moment, reminders left out. As guantong_job. */
export function unreadBefore(tx: Tx, moment: string) {
  return tx.run(
    (sql) => sql<{ readonly learnerId: Id; readonly count: number }[]>`/* notice.unreadBefore */
      select learner_id, count(distinct event_id)::int as count from notice
      where regard = 'SELF' and read_at is null and kind <> all(${REMINDERS}) and happened_at < ${moment}
      group by learner_id order by learner_id`,
  );
}

/** After how many days what was not read is brought to mind: a setting; null where it is not. */
export async function unreadDays(tx: Tx): Promise<number | null> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly days: number | null }[]>`/* notice.unreadDays */
      select max(days) as days from reminder_lead where kind = 'UNREAD' and days > 0`,
  );
  return row?.days ?? null;
}

export interface AddressRow {
  readonly channel: Channel;
  readonly address: string;
  readonly frequency: Frequency;
}

/** Where else an account wants to be told. */
export function addressesOf(tx: Tx, accountId: Id) {
  return tx.run(
    (sql) => sql<AddressRow[]>`/* notice.addressesOf */
      select channel, address, frequency from notice_address where account_id = ${accountId} and address is not null
      order by channel`,
  );
}

export async function putAddress(
  tx: Tx,
  row: {
    readonly accountId: Id;
    readonly channel: Channel;
    readonly address: string | null;
    readonly frequency: Frequency;
  },
) {
  const { accountId, channel, address, frequency } = row;
  await tx.run(
    (sql) => sql`/* notice.putAddress */
      insert into notice_address (account_id, channel, address, frequency)
      values (${accountId}, ${channel}, ${address}, ${frequency})
      on conflict (account_id, channel) do update set address = excluded.address, frequency = excluded.frequency`,
  );
}

/** A notice that waits to be sent, and where to. */
export interface WaitingRow extends NoticeKey {
  readonly kind: NoticeKind;
  readonly regard: Regard;
  readonly params: Params;
  readonly happenedAt: string;
  readonly language: "zh" | "en";
  /** Null where it was withdrawn. */
  readonly address: string | null;
}

/** What waits on one way out for an account: one notice, or all of a day's digest. */
export function waiting(
  tx: Tx,
  to: { readonly accountId: Id; readonly channel: Channel; readonly eventId: Id | null; readonly learnerId: Id | null },
) {
  const { accountId, channel, eventId, learnerId } = to;
  return tx.run(
    (sql) => sql<WaitingRow[]>`/* notice.waiting */
      select n.account_id, n.event_id, n.learner_id, n.kind, n.regard, n.params, n.happened_at, a.language, d_to.address
      from notice_delivery d join notice n using (account_id, event_id, learner_id)
        join (select id, language from account) a on a.id = d.account_id
        left join notice_address d_to on d_to.account_id = d.account_id and d_to.channel = d.channel
      where d.account_id = ${accountId} and d.channel = ${channel} and d.status = 'WAITING'
        and case when ${eventId}::uuid is null then d.frequency = 'DAILY'
          else d.event_id = ${eventId} and d.learner_id = ${learnerId} end
      order by n.happened_at, n.event_id, n.learner_id`,
  );
}

export async function settle(tx: Tx, channel: Channel, keys: readonly NoticeKey[], status: "SENT" | "DROPPED") {
  const of = <Key extends keyof NoticeKey>(name: Key) => keys.map((key) => key[name]);
  await tx.run(
    (sql) => sql`/* notice.settle */
      update notice_delivery set status = ${status}, settled_at = now()
      where channel = ${channel} and status = 'WAITING' and (account_id, event_id, learner_id) in
        (select * from unnest(${of("accountId")}::uuid[], ${of("eventId")}::uuid[], ${of("learnerId")}::uuid[]))`,
  );
}

/** Whose digest has something in it. */
export function digests(tx: Tx) {
  return tx.run(
    (sql) => sql<{ readonly accountId: Id; readonly channel: Channel }[]>`/* notice.digests */
      select distinct account_id, channel from notice_delivery where status = 'WAITING' and frequency = 'DAILY'`,
  );
}

/** Deliveries that have waited long: their job was lost with a queue that is not backed up. */
export function stranded(tx: Tx, before: string, limit: number) {
  return tx.run(
    (sql) => sql<(NoticeKey & { readonly channel: Channel })[]>`/* notice.stranded */
      select d.account_id, d.event_id, d.learner_id, d.channel
      from notice_delivery d join notice n using (account_id, event_id, learner_id)
      where d.status = 'WAITING' and d.frequency = 'EACH' and n.happened_at < ${before} limit ${limit}`,
  );
}
