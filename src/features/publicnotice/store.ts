import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate, Title } from "../../domain/id.ts";
import type { NoticePeriod, ObjectionStanding, PublicNoticeKind } from "../../domain/public-notice.ts";
import type { AchievementDetail } from "../../domain/recognition/facts.ts";
import type { Citation } from "../../domain/recognition/rule.ts";

export interface PublicNoticeRow {
  readonly institutionId: Id;
  readonly id: Id;
  readonly kind: PublicNoticeKind;
  readonly title: string;
  readonly words: string | null;
  readonly openedAt: string;
  readonly closesOn: IsoDate;
  readonly closesAt: string;
  readonly workingDays: number;
  readonly answerWorkingDays: number;
  readonly citation: Citation;
  readonly certainty: NoticePeriod["certainty"];
  readonly contactName: string;
  readonly contactHow: string;
  readonly withdrawnAt: string | null;
  readonly withdrawalReason: string | null;
}

/** A line as anyone may read it: without whose it is. */
export interface ItemRow {
  readonly noticeId: Id;
  readonly position: number;
  readonly name: string;
  readonly schoolId: Id | null;
  readonly departmentId: Id | null;
  readonly className: string | null;
  readonly item: string;
}

/** Says at which moment public lists are read: row-level security shows those that are open then, and without it none. */
export async function readAt(tx: Tx, now: Date): Promise<void> {
  await tx.run(
    (sql) => sql`/* publicnotice.readAt */ select set_config('guantong.moment', ${now.toISOString()}, true) as moment`,
  );
}

type Page = { readonly first: number; readonly after: readonly string[] | null };

/** Public notices that are open at a moment, of a school or of all, the newest first. */
export function openNotices(tx: Tx, now: Date, institutionKey: string | null, page: Page) {
  const [at = null, id = null] = page.after ?? [];
  return tx.run(
    (sql) => sql<PublicNoticeRow[]>`/* publicnotice.openNotices */
      select n.institution_id, n.id, n.kind, n.title, n.words, n.opened_at, n.closes_on, n.closes_at, n.working_days,
        n.answer_working_days, n.citation, n.certainty, n.contact_name, n.contact_how, n.withdrawn_at, n.withdrawal_reason
      from public_notice n join institution i on i.id = n.institution_id
      where n.opened_at <= ${now.toISOString()} and n.closes_at > ${now.toISOString()} and n.withdrawn_at is null
        and (${institutionKey}::text is null or i.key = ${institutionKey})
        and (${at}::timestamptz is null or (n.opened_at, n.id) < (${at}::timestamptz, ${id}::uuid))
      order by n.opened_at desc, n.id desc limit ${page.first + 1}`,
  );
}

export async function noticeById(tx: Tx, institutionId: Id, id: Id): Promise<PublicNoticeRow | null> {
  const rows = await tx.run(
    (sql) => sql<PublicNoticeRow[]>`/* publicnotice.noticeById */
      select institution_id, id, kind, title, words, opened_at, closes_on, closes_at, working_days, answer_working_days,
        citation, certainty, contact_name, contact_how, withdrawn_at, withdrawal_reason
      from public_notice where institution_id = ${institutionId} and id = ${id}`,
  );
  return rows[0] ?? null;
}

/** All of a school's public notices, the newest first. */
export function noticesOf(tx: Tx, institutionIds: readonly Id[], page: Page) {
  const [at = null, id = null] = page.after ?? [];
  return tx.run(
    (sql) => sql<PublicNoticeRow[]>`/* publicnotice.noticesOf */
      select institution_id, id, kind, title, words, opened_at, closes_on, closes_at, working_days, answer_working_days,
        citation, certainty, contact_name, contact_how, withdrawn_at, withdrawal_reason
      from public_notice where institution_id = any(${institutionIds as Id[]}::uuid[])
        and (${at}::timestamptz is null or (opened_at, id) < (${at}::timestamptz, ${id}::uuid))
      order by opened_at desc, id desc limit ${page.first + 1}`,
  );
}

/** The lines of a public notice, in order. */
export function itemsOf(tx: Tx, notice: Pick<PublicNoticeRow, "institutionId" | "id">, page: Page) {
  const after = Number(page.after?.[0] ?? 0);
  return tx.run(
    (sql) => sql<ItemRow[]>`/* publicnotice.itemsOf */
      select notice_id, position, name, school_id, department_id, class_name, item from public_notice_item
      where institution_id = ${notice.institutionId} and notice_id = ${notice.id} and position > ${after}
      order by position limit ${page.first + 1}`,
  );
}

/** Whom a line is about; null where there is no such line. */
export async function learnerOfItem(tx: Tx, institutionId: Id, noticeId: Id, position: number): Promise<Id | null> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly learnerId: Id }[]>`/* publicnotice.learnerOfItem */
      select learner_id from public_notice_item
      where institution_id = ${institutionId} and notice_id = ${noticeId} and position = ${position}`,
  );
  return row?.learnerId ?? null;
}

/** Periods of a school and the general ones. */
export function periods(tx: Tx, institutionIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<NoticePeriod[]>`/* publicnotice.periods */
      select institution_id, kind, working_days, answer_working_days, citation, certainty from public_notice_period
      where institution_id = any(${institutionIds as Id[]}::uuid[])`,
  );
}

export async function putPeriod(
  tx: Tx,
  row: NoticePeriod & { readonly setBy: Id; readonly setAt: string },
): Promise<void> {
  await tx.run(
    (sql) => sql`/* publicnotice.putPeriod */
      insert into public_notice_period (institution_id, kind, working_days, answer_working_days, citation, certainty, set_by, set_at)
      values (${row.institutionId}, ${row.kind}, ${row.workingDays}, ${row.answerWorkingDays},
        ${JSON.stringify(row.citation)}::text::jsonb, ${row.certainty}, ${row.setBy}, ${row.setAt})
      on conflict (institution_id, kind) do update set working_days = excluded.working_days,
        answer_working_days = excluded.answer_working_days, citation = excluded.citation, certainty = excluded.certainty,
        set_by = excluded.set_by, set_at = excluded.set_at`,
  );
}

/** A learner as a public list has them, before the name is masked. */
export interface ListedRow {
  readonly learnerId: Id;
  readonly name: string;
  readonly schoolId: Id | null;
  readonly departmentId: Id | null;
  readonly className: string | null;
}

/** Learners with their class at the school that keeps their record, as far as the viewer may see them. */
export function listed(tx: Tx, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<ListedRow[]>`/* publicnotice.listed */
      select distinct on (l.id) l.id as learner_id, l.name, l.home_institution_id as school_id, r.department_id,
        c.name as class_name
      from learner l
        left join registration r on r.learner_id = l.id and r.institution_id = l.home_institution_id
        left join class_group c on c.id = r.class_id
      where l.id = any(${learnerIds as Id[]}::uuid[])
      order by l.id, (r.status = 'ACTIVE') desc nulls last, r.entered_on desc`,
  );
}

/** Certificates and awards that a confirmed batch deposited, in the order of its rows. */
export function awardsOf(tx: Tx, institutionId: Id, batchId: Id) {
  return tx.run(
    (sql) => sql<
      {
        readonly learnerId: Id;
        readonly achievementId: Id;
        readonly title: Title;
        readonly detail: AchievementDetail;
      }[]
    >`/* publicnotice.awardsOf */
      select r.learner_id, r.deposit ->> 'achievementId' as achievement_id, r.deposit -> 'title' as title,
        r.deposit -> 'detail' as detail
      from batch_row r join deposit_batch b on b.institution_id = r.institution_id and b.id = r.batch_id
      where r.institution_id = ${institutionId} and r.batch_id = ${batchId} and b.status = 'CONFIRMED'
        and r.status in ('POSTED', 'ALREADY_POSTED') and r.deposit ->> 'kind' in ('CERTIFICATE', 'COMPETITION')
      order by r.row_no`,
  );
}

export interface NewNotice extends Omit<PublicNoticeRow, "withdrawnAt" | "withdrawalReason"> {
  readonly openedBy: Id;
}
export interface NewItem extends Omit<ItemRow, "noticeId" | "position"> {
  readonly learnerId: Id;
  readonly aboutId: Id | null;
}

/** Writes a notice and its lines. */
export async function insertNotice(tx: Tx, notice: NewNotice, items: readonly NewItem[]): Promise<void> {
  const lines = JSON.stringify(
    items.map((line, index) => ({
      position: index + 1,
      learner_id: line.learnerId,
      about_id: line.aboutId,
      name: line.name,
      school_id: line.schoolId,
      department_id: line.departmentId,
      class_name: line.className,
      item: line.item,
    })),
  );
  await tx.run(
    (sql) => sql`/* publicnotice.insertNotice */
      insert into public_notice (institution_id, id, kind, title, words, opened_at, opened_by, closes_on, closes_at,
        working_days, answer_working_days, citation, certainty, contact_name, contact_how)
      values (${notice.institutionId}, ${notice.id}, ${notice.kind}, ${notice.title}, ${notice.words}, ${notice.openedAt},
        ${notice.openedBy}, ${notice.closesOn}, ${notice.closesAt}, ${notice.workingDays}, ${notice.answerWorkingDays},
        ${JSON.stringify(notice.citation)}::text::jsonb, ${notice.certainty}, ${notice.contactName}, ${notice.contactHow})`,
  );
  await tx.run(
    (sql) => sql`/* publicnotice.insertItems */
      insert into public_notice_item (institution_id, notice_id, position, learner_id, about_id, name, school_id,
        department_id, class_name, item, opened_at, closes_at)
      select ${notice.institutionId}, ${notice.id}, position, learner_id, about_id, name, school_id, department_id,
        class_name, item, ${notice.openedAt}, ${notice.closesAt}
      from json_to_recordset(${lines}::text::json) as line (position integer, learner_id uuid, about_id uuid, name text,
        school_id uuid, department_id uuid, class_name text, item text)
      returning learner_id`,
  );
}

/** Takes an open notice off at a moment. @returns whether it was open */
export async function withdraw(
  tx: Tx,
  notice: Pick<PublicNoticeRow, "institutionId" | "id">,
  by: { readonly accountId: Id; readonly at: string; readonly reason: string },
): Promise<boolean> {
  const { institutionId, id } = notice;
  const rows = await tx.run(
    (sql) => sql`/* publicnotice.withdraw */
      update public_notice set withdrawn_at = ${by.at}, withdrawn_by = ${by.accountId}, withdrawal_reason = ${by.reason},
        closes_at = ${by.at}
      where institution_id = ${institutionId} and id = ${id} and withdrawn_at is null and closes_at > ${by.at}`,
  );
  if (rows.count === 0) return false;
  await tx.run(
    (sql) => sql`/* publicnotice.withdrawItems */
      update public_notice_item set closes_at = ${by.at} where institution_id = ${institutionId} and notice_id = ${id}`,
  );
  return true;
}

/** Where something stands that was given notice of, whoever asks: by the newest notice of it. */
export interface AboutRow {
  readonly noticeId: Id;
  readonly closesAt: string;
  readonly withdrawnAt: string | null;
  readonly objections: readonly ObjectionStanding[];
}

export async function standingOfAbout(tx: Tx, institutionId: Id, aboutId: Id): Promise<AboutRow | null> {
  const [row] = await tx.run(
    (sql) => sql<AboutRow[]>`/* publicnotice.standingOfAbout */
      select notice_id, closes_at, withdrawn_at, objections from public_notice_standing(${institutionId}, ${aboutId})`,
  );
  return row ?? null;
}

/** A line of a public notice, and until when it is shown. */
export interface OpenLine {
  readonly learnerId: Id;
  readonly noticeId: Id;
  readonly aboutId: Id | null;
  readonly title: string;
  readonly openedAt: string;
  readonly closesAt: string;
}

/** The lines about learners in public notices that are open at a moment, which `readAt` has told. */
export function openLines(tx: Tx, now: Date, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<OpenLine[]>`/* publicnotice.openLines */
      select i.learner_id, i.notice_id, i.about_id, n.title, i.opened_at, i.closes_at
      from public_notice_item i join public_notice n on n.institution_id = i.institution_id and n.id = i.notice_id
      where i.learner_id = any(${learnerIds as Id[]}::uuid[]) and i.opened_at <= ${now.toISOString()}
        and i.closes_at > ${now.toISOString()} and n.withdrawn_at is null`,
  );
}
