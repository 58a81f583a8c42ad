import type { Tx } from "../../db/transaction.ts";
import type { Grade } from "../../domain/grade.ts";
import type { Id, IsoDate } from "../../domain/id.ts";

export interface PlacementRow {
  readonly learnerId: Id;
  readonly id: Id;
  readonly learnerName: string;
  readonly institutionId: Id;
  readonly enterpriseId: Id;
  readonly mentorAccountId: Id;
  /** null: there is no such account any more. */
  readonly mentorName: string | null;
  readonly post: string;
  readonly startsOn: IsoDate;
  readonly endsOn: IsoDate;
  readonly grade: Grade | null;
  readonly hours: number | null;
  readonly remark: string | null;
  readonly reportedOn: IsoDate | null;
}

export interface EnterpriseRow {
  readonly id: Id;
  readonly nameZh: string;
  readonly nameEn: string;
}

/** Which placements a list is about; null is no bound of it. */
export interface Reach {
  readonly learnerIds: readonly Id[] | null;
  readonly institutionIds: readonly Id[] | null;
  readonly mentorAccountId: Id | null;
}

export function placementsWithin(
  tx: Tx,
  { learnerIds, institutionIds, mentorAccountId }: Reach,
  page: { readonly first: number; readonly after: readonly string[] | null },
) {
  const [on, id] = page.after ?? [];
  return tx.run(
    (sql) => sql<PlacementRow[]>`/* placement.placementsWithin */
      select p.learner_id, p.id, l.name as learner_name, p.institution_id, p.enterprise_id, p.mentor_account_id, p.post,
        p.starts_on, p.ends_on, p.grade, p.hours, p.remark, p.reported_on, placement_mentor_name(p.learner_id, p.id) as mentor_name
      from placement p join learner l on l.id = p.learner_id
      where (${learnerIds as Id[] | null}::uuid[] is null or p.learner_id = any(${learnerIds as Id[] | null}::uuid[]))
        and (${institutionIds as Id[] | null}::uuid[] is null or p.institution_id = any(${institutionIds as Id[] | null}::uuid[]))
        and (${mentorAccountId}::uuid is null or p.mentor_account_id = ${mentorAccountId}::uuid)
        and (${on ?? null}::date is null or (p.starts_on, p.id) < (${on ?? null}::date, ${id ?? null}::uuid))
      order by p.starts_on desc, p.id desc limit ${page.first + 1}`,
  );
}

/** One placement, as far as the viewer may see it; its id alone finds it, for it holds the learner's besides. */
export async function placementById(tx: Tx, learnerId: Id, id: Id): Promise<PlacementRow | null> {
  const rows = await tx.run(
    (sql) => sql<PlacementRow[]>`/* placement.placementById */
      select p.learner_id, p.id, l.name as learner_name, p.institution_id, p.enterprise_id, p.mentor_account_id, p.post,
        p.starts_on, p.ends_on, p.grade, p.hours, p.remark, p.reported_on, placement_mentor_name(p.learner_id, p.id) as mentor_name
      from placement p join learner l on l.id = p.learner_id where p.learner_id = ${learnerId} and p.id = ${id}`,
  );
  return rows[0] ?? null;
}

/** A learner and their home school, as far as the viewer may see them. */
export async function homeOf(
  tx: Tx,
  learnerId: Id,
): Promise<{ readonly learnerId: Id; readonly institutionId: Id | null } | null> {
  const rows = await tx.run(
    (sql) => sql<{ readonly learnerId: Id; readonly institutionId: Id | null }[]>`/* placement.homeOf */
      select id as learner_id, home_institution_id as institution_id from learner where id = ${learnerId}`,
  );
  return rows[0] ?? null;
}

export async function mentorByLogin(tx: Tx, login: string): Promise<Id | null> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly id: Id | null }[]>`/* placement.mentorByLogin */ select mentor_by_login(${login}) as id`,
  );
  return row?.id ?? null;
}

/** Every enterprise; there are as many as a city has partners. */
export function enterprises(tx: Tx) {
  return tx.run(
    (sql) => sql<EnterpriseRow[]>`/* placement.enterprises */ select id, name_zh, name_en from enterprise order by key`,
  );
}

export function enterprisesByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<EnterpriseRow[]>`/* placement.enterprisesByIds */
      select id, name_zh, name_en from enterprise where id = any(${ids as Id[]}::uuid[])`,
  );
}

/** PostgreSQL's word for a row that an exclusion keeps out. */
const EXCLUDED = "23P01";

/** Whether there was room for it: a learner is at one enterprise at a time. If not, the transaction is done for. */
export async function insertPlacement(
  tx: Tx,
  row: Pick<
    PlacementRow,
    "learnerId" | "id" | "institutionId" | "enterpriseId" | "mentorAccountId" | "post" | "startsOn" | "endsOn"
  >,
): Promise<boolean> {
  try {
    await tx.run(
      (sql) => sql`/* placement.insertPlacement */
        insert into placement (learner_id, id, institution_id, enterprise_id, mentor_account_id, post, starts_on, ends_on)
        values (${row.learnerId}, ${row.id}, ${row.institutionId}, ${row.enterpriseId}, ${row.mentorAccountId}, ${row.post},
          ${row.startsOn}, ${row.endsOn})`,
    );
    return true;
  } catch (error) {
    if ((error as { readonly code?: string }).code === EXCLUDED) return false;
    throw error;
  }
}

export function setEnd(tx: Tx, { learnerId, id }: Pick<PlacementRow, "learnerId" | "id">, endsOn: IsoDate) {
  return tx.run(
    (sql) => sql`/* placement.setEnd */
      update placement set ends_on = ${endsOn} where learner_id = ${learnerId} and id = ${id}`,
  );
}

/** Whether it was the first report. */
export async function setResult(
  tx: Tx,
  { learnerId, id }: Pick<PlacementRow, "learnerId" | "id">,
  result: {
    readonly grade: Grade;
    readonly hours: number | null;
    readonly remark: string | null;
    readonly reportedOn: IsoDate;
  },
): Promise<boolean> {
  const rows = await tx.run(
    (sql) => sql`/* placement.setResult */
      update placement set grade = ${JSON.stringify(result.grade)}::text::jsonb, hours = ${result.hours},
        remark = ${result.remark}, reported_on = ${result.reportedOn}
      where learner_id = ${learnerId} and id = ${id} and reported_on is null returning learner_id`,
  );
  return rows.length === 1;
}

/** Whom a mentor looks after is remembered for a while: every process forgets it once the transaction stands. */
export function tellMentor(tx: Tx, accountId: Id) {
  return tx.run((sql) => sql`/* placement.tellMentor */ select pg_notify('guantong_account', ${accountId})`);
}
