import type { Tx } from "../../db/transaction.ts";
import type { Id } from "../../domain/id.ts";

export interface FoundedInstitution {
  readonly id: Id;
  readonly key: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly kind: never;
  readonly supervisedBy: never;
  readonly moeId: string | null;
  readonly nationalCode: string | null;
  readonly foundedOn: string | null;
}
export interface ProgrammeRow {
  readonly id: Id;
  readonly key: string;
  readonly institutionId: Id;
  readonly majorId: Id;
  readonly departmentId: Id | null;
  readonly level: string;
  readonly kind: string;
  readonly years: number;
  /** JSON: the registry phases in order. */
  readonly phases: string;
  readonly titleZh: string;
  readonly titleEn: string;
}

/** Every institution, as its sheet would say it. */
export function institutions(tx: Tx) {
  return tx.run(
    (sql) => sql<FoundedInstitution[]>`/* bank.institutions */
      select id, key, name_zh, name_en, kind, supervised_by, moe_id, national_code, founded_on from institution`,
  );
}

/** What the sheet does not say (a successor, an end, a note) stays as it is. */
export async function putInstitutions(tx: Tx, rows: readonly object[]): Promise<void> {
  await tx.run(
    (sql) => sql`/* bank.putInstitutions */
      insert into institution (id, key, name_zh, name_en, kind, supervised_by, moe_id, national_code, founded_on, fictitious)
      select id, key, "nameZh", "nameEn", kind, "supervisedBy", "moeId", "nationalCode", "foundedOn", false
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as row (id uuid, key text, "nameZh" text, "nameEn" text,
        kind text, "supervisedBy" text, "moeId" text, "nationalCode" text, "foundedOn" date)
      on conflict (key) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, kind = excluded.kind,
        supervised_by = excluded.supervised_by, moe_id = excluded.moe_id, national_code = excluded.national_code,
        founded_on = excluded.founded_on`,
  );
}

/** The majors of every catalogue; of one code and level the newest edition. */
export function majors(tx: Tx) {
  return tx.run(
    (sql) => sql<{ readonly id: Id; readonly code: string; readonly level: string }[]>`/* bank.majors */
      select distinct on (level, code) id, code, level from major order by level, code, edition desc`,
  );
}

/** Every programme, as its sheet would say it. */
export function programmes(tx: Tx) {
  return tx.run(
    (sql) => sql<ProgrammeRow[]>`/* bank.allProgrammes */
      select id, key, institution_id, major_id, department_id, level, kind, years, phases #>> '{}' as phases, title_zh, title_en from programme`,
  );
}

export async function putProgrammes(tx: Tx, rows: readonly ProgrammeRow[]): Promise<void> {
  await tx.run(
    (sql) => sql`/* bank.putProgrammes */
      insert into programme (id, key, institution_id, major_id, department_id, level, kind, years, phases, title_zh, title_en)
      select id, key, "institutionId", "majorId", "departmentId", level, kind, years, phases::jsonb, "titleZh", "titleEn"
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as row (id uuid, key text, "institutionId" uuid,
        "majorId" uuid, "departmentId" uuid, level text, kind text, years int, phases text, "titleZh" text, "titleEn" text)
      on conflict (key) do update set institution_id = excluded.institution_id, major_id = excluded.major_id,
        department_id = excluded.department_id,
        level = excluded.level, kind = excluded.kind, years = excluded.years, phases = excluded.phases,
        title_zh = excluded.title_zh, title_en = excluded.title_en`,
  );
}

/** What a school is made of, as its table is called. */
export type SchoolPart = "campus" | "department";
export interface SchoolPartRow {
  readonly id: Id;
  readonly institutionId: Id;
  readonly nameZh: string;
  readonly nameEn: string;
}

/** Every campus, or department, of every school. */
export function schoolParts(tx: Tx, part: SchoolPart) {
  return tx.run(
    (sql) => sql<SchoolPartRow[]>`/* bank.schoolParts */
      select id, institution_id, name_zh, name_en from ${sql(part)}`,
  );
}

export async function putSchoolParts(tx: Tx, part: SchoolPart, rows: readonly SchoolPartRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(
    (sql) => sql`/* bank.putSchoolParts */
      insert into ${sql(part)} (id, institution_id, name_zh, name_en)
      select id, "institutionId", "nameZh", "nameEn"
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as row (id uuid, "institutionId" uuid, "nameZh" text, "nameEn" text)
      on conflict (institution_id, name_zh) do update set name_en = excluded.name_en`,
  );
}
