import type { Sql, Tx } from "../../db/transaction.ts";
import type { ApplicationStatus } from "../../domain/application/step.ts";
import type { Verdict } from "../../domain/application/verdict.ts";
import type { Credits, CreditUnit } from "../../domain/credit.ts";
import type { Id, Title } from "../../domain/id.ts";
import type { Amount } from "../../domain/ledger/command.ts";
import type { RecognitionOutcome } from "../../domain/recognition/outcome.ts";

/** An application as the table holds it. */
export interface ApplicationRow {
  readonly learnerId: Id;
  readonly id: Id;
  readonly version: number;
  readonly registrationId: Id;
  readonly programmeId: Id;
  readonly institutionId: Id;
  readonly departmentId: Id | null;
  readonly homeInstitutionId: Id;
  readonly learnerName: string;
  readonly status: ApplicationStatus;
  readonly submittedBy: Id;
  readonly submittedAt: string;
  readonly waitingSince: string;
  readonly engineVersion: string;
  /** Canonical JSON as submitted. */
  readonly input: string;
  readonly outcome: RecognitionOutcome;
  readonly amounts: readonly Amount[];
  readonly verdicts: readonly Verdict[];
  readonly reviewedBy: readonly Id[];
  readonly decidedBy: Id | null;
  /** Who had reviewed what was appealed against; null where nobody has appealed. */
  readonly appealedFrom: readonly Id[] | null;
  readonly noticeId: Id | null;
  readonly decisionId: Id | null;
  readonly closedAt: string | null;
}

/** What names an application: it is kept with its learner. */
export interface ApplicationKey {
  readonly learnerId: Id;
  readonly id: Id;
}

/** One application, as far as the viewer may see it. */
export async function applicationByKey(tx: Tx, key: ApplicationKey): Promise<ApplicationRow | null> {
  const rows = await tx.run(
    (sql) => sql<ApplicationRow[]>`/* application.applicationByKey */
      select * from application where learner_id = ${key.learnerId} and id = ${key.id}`,
  );
  return rows[0] ?? null;
}

/** The same, held until the transaction ends: of two who act on it the second waits. */
export async function lockApplication(tx: Tx, key: ApplicationKey): Promise<ApplicationRow | null> {
  const rows = await tx.run(
    (sql) => sql<ApplicationRow[]>`/* application.lockApplication */
      select * from application where learner_id = ${key.learnerId} and id = ${key.id} for update`,
  );
  return rows[0] ?? null;
}

/** Which applications a list holds: whose, where they stand, and from where on. */
export interface ApplicationPage {
  readonly of:
    | { readonly learnerId: Id | null }
    | { readonly institutionId: Id | null }
    | { readonly departmentId: Id | null };
  readonly status: ApplicationStatus | null;
  readonly first: number;
  readonly after: readonly string[] | null;
}

/**
 * Applications, those that wait longest first. A school's are those it receives and those whose facts it confirms: each in
 * its own order by an index, for no index holds both.
 */
export function applications(tx: Tx, { of, status, first, after }: ApplicationPage) {
  const [since = null, id = null] = after ?? [];
  return tx.run((sql) => {
    const page = (whose: ReturnType<Sql>) => sql`
      (select * from application where ${whose} and (${status}::text is null or status = ${status})
        and (${since}::timestamptz is null or (waiting_since, id) > (${since}::timestamptz, ${id}::uuid))
      order by waiting_since, id limit ${first + 1})`;
    const pages =
      "learnerId" in of
        ? page(sql`learner_id = ${of.learnerId}`)
        : "departmentId" in of
          ? page(sql`department_id = ${of.departmentId}`)
          : sql`${page(sql`institution_id = ${of.institutionId}`)} union all
            ${page(sql`home_institution_id = ${of.institutionId} and institution_id <> ${of.institutionId}`)}`;
    return sql<ApplicationRow[]>`/* application.applications */
      select * from (${pages}) as page order by waiting_since, id limit ${first + 1}`;
  });
}

/** What the ledger holds of achievements: their unit and credits. */
export function amountsOf(tx: Tx, learnerId: Id, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<
      { readonly learnerId: Id; readonly achievementId: Id; readonly unit: CreditUnit; readonly credits: Credits }[]
    >`
      /* application.amountsOf */
      select learner_id, id as achievement_id, unit, credits from achievement
      where learner_id = ${learnerId} and id = any(${ids as Id[]}::uuid[]) order by id`,
  );
}

/** Writes a new application. @returns whether there was none open for its registration */
export async function insertApplication(tx: Tx, row: ApplicationRow): Promise<boolean> {
  const inserted = await tx.run(
    (sql) => sql`/* application.insertApplication */
      insert into application (learner_id, id, version, registration_id, programme_id, institution_id, department_id,
        home_institution_id, learner_name, status, submitted_by, submitted_at, waiting_since, engine_version, input,
        outcome, amounts, verdicts)
      values (${row.learnerId}, ${row.id}, ${row.version}, ${row.registrationId}, ${row.programmeId}, ${row.institutionId},
        ${row.departmentId}, ${row.homeInstitutionId}, ${row.learnerName}, ${row.status}, ${row.submittedBy},
        ${row.submittedAt}, ${row.waitingSince}, ${row.engineVersion}, ${row.input},
        ${JSON.stringify(row.outcome)}::text::jsonb, ${JSON.stringify(row.amounts)}::text::jsonb,
        ${JSON.stringify(row.verdicts)}::text::jsonb)
      on conflict do nothing returning 1`,
  );
  return inserted.length > 0;
}

/** Writes what a step made of an application. */
export async function updateApplication(tx: Tx, row: ApplicationRow): Promise<void> {
  await tx.run(
    (sql) => sql`/* application.updateApplication */
      update application set version = ${row.version}, status = ${row.status}, waiting_since = ${row.waitingSince},
        outcome = ${JSON.stringify(row.outcome)}::text::jsonb, verdicts = ${JSON.stringify(row.verdicts)}::text::jsonb,
        reviewed_by = ${row.reviewedBy as Id[]}::uuid[], decided_by = ${row.decidedBy},
        appealed_from = ${row.appealedFrom as Id[] | null}::uuid[], input = ${row.input},
        notice_id = ${row.noticeId}, decision_id = ${row.decisionId}, closed_at = ${row.closedAt}
      where learner_id = ${row.learnerId} and id = ${row.id}`,
  );
}

/** What was done to an application. */
export interface ApplicationEventRow {
  readonly learnerId: Id;
  readonly applicationId: Id;
  readonly version: number;
  readonly step: string;
  readonly status: ApplicationStatus;
  readonly byAccount: Id | null;
  readonly byName: string;
  readonly at: string;
  readonly reason: string | null;
}

/** Notes a step. */
export async function insertEvent(tx: Tx, row: ApplicationRow, event: ApplicationEventRow): Promise<void> {
  await tx.run(
    (sql) => sql`/* application.insertEvent */
      insert into application_event (learner_id, application_id, version, institution_id, department_id,
        home_institution_id, step, status, by_account, by_name, at, reason)
      values (${row.learnerId}, ${row.id}, ${event.version}, ${row.institutionId}, ${row.departmentId},
        ${row.homeInstitutionId}, ${event.step}, ${event.status}, ${event.byAccount}, ${event.byName}, ${event.at},
        ${event.reason})`,
  );
}

/** The steps of an application, in order. */
export function eventsOf(tx: Tx, key: ApplicationKey) {
  return tx.run(
    (sql) => sql<ApplicationEventRow[]>`/* application.eventsOf */
      select learner_id, application_id, version, step, status, by_account, by_name, at, reason from application_event
      where learner_id = ${key.learnerId} and application_id = ${key.id} order by version`,
  );
}

/** The decisions there are of a registration. */
export async function decisionsOf(tx: Tx, learnerId: Id, registrationId: Id): Promise<ReadonlySet<Id>> {
  const rows = await tx.run(
    (sql) => sql<{ readonly learnerId: Id; readonly id: Id }[]>`/* application.decisionsOf */
      select learner_id, id from decision where learner_id = ${learnerId} and registration_id = ${registrationId}`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** An application that its learner may yet act on. */
export interface ActionableRow {
  readonly learnerId: Id;
  readonly id: Id;
  readonly institutionId: Id;
  readonly status: "RETURNED" | "DECIDED";
  readonly since: string;
  readonly school: Title;
}

/**
 * Applications of learners that came back and that none followed for the same registration, which goes on; and those
 * decided that nobody has appealed against.
 */
export function actionable(tx: Tx, learnerIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<ActionableRow[]>`/* application.actionable */
      select a.learner_id, a.id, a.institution_id, a.status, coalesce(a.closed_at, a.waiting_since) as since,
        json_build_object('zh', i.name_zh, 'en', i.name_en) as school
      from application a join institution i on i.id = a.institution_id
      where a.learner_id = any(${learnerIds as Id[]}::uuid[]) and (
        (a.status = 'DECIDED' and a.appealed_from is null) or (a.status = 'RETURNED'
          and exists (select 1 from registration r where r.learner_id = a.learner_id and r.id = a.registration_id and r.status = 'ACTIVE')
          and not exists (select 1 from application b where b.learner_id = a.learner_id
            and b.registration_id = a.registration_id and b.submitted_at > a.submitted_at)))`,
  );
}
