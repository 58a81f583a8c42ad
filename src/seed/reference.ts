import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type postgres from "postgres";
import type { StepOwner, StepPeriod } from "../domain/application/due.ts";
import type { KeptRequirement } from "../domain/consent.ts";
import type { GradeScale } from "../domain/grade.ts";
import type { GradePointFormula } from "../domain/grade-point.ts";
import type { Citation } from "../domain/recognition/rule.ts";
import type { ProgrammeNorm } from "../domain/curriculum/norms.ts";
import type { Id, IsoDate, Title } from "../domain/id.ts";
import type { AgeOfMajority } from "../domain/majority.ts";
import { EVERY_SCHOOL, type NoticePeriod, type PublicNoticeKind } from "../domain/public-notice.ts";
import type { RetentionPeriod } from "../domain/retention.ts";
import { idOf } from "./id.ts";
import { insertAll } from "./insert.ts";
import { orNull, type Row, REFERENCE_FOLDER, readReference } from "./table.ts";

/** An edition of a catalogue of majors: what was published, and how much of it is here. */
export interface EditionFile {
  readonly edition: string;
  readonly titleZh: string;
  readonly titleEn: string;
  /** Majors as published; null where nobody counted. */
  readonly published: number | null;
  readonly noteZh: string | null;
  readonly noteEn: string | null;
}

async function readJson<T>(name: string, folder = REFERENCE_FOLDER): Promise<T> {
  return JSON.parse(await readFile(join(folder, name), "utf8")) as T;
}

/** A programme norm as it lies on disk: with a title, and how sure each of its parameters is. */
export interface NormFile extends ProgrammeNorm {
  readonly title: Title;
  readonly certainty: Readonly<Record<string, "VERIFIED" | "UNVERIFIED" | "DERIVED" | "SETTING">>;
  /** The norm that this one was scaled from. */
  readonly derivedFrom?: string;
}

/** The programme norms, dated. */
export function readNorms(): Promise<readonly NormFile[]> {
  return readJson("programme-norms.json");
}

/** The editions of the catalogues of majors. */
export function readEditions(): Promise<readonly EditionFile[]> {
  return readJson("editions.json");
}

/** Every major that is here, of all catalogues. */
export async function readMajors(): Promise<Row[]> {
  return (await Promise.all(["majors", "general-majors", "technician-majors"].map(readReference))).flat();
}

/** The id of a major. A code names nothing without its edition. */
export function majorId(edition: string, code: string): Id {
  return idOf("major", `${edition}/${code}`);
}

const integerOrNull = (cell: string | undefined) => (cell === undefined || cell === "" ? null : Number(cell));

/** Who else is told of a learner's notices: a setting, each line with its clause. */
async function seedNoticeCopies(sql: postgres.Sql): Promise<void> {
  const copies = await readReference("notice-copies");
  await insertAll(
    sql,
    "notice_copy",
    copies.map(({ kind, audience, of, document, clause, invented }) => {
      return {
        kind,
        audience,
        of,
        citation: sql.json({ document: document ?? "", clause: clause ?? "", invented: invented === "yes" }),
      };
    }),
  );
}

/** Loads what the field fixes: editions, classes, majors and their families, programme norms. */
export async function seedReference(sql: postgres.Sql): Promise<void> {
  const [editions, classes, majors, families, norms] = await Promise.all([
    readEditions(),
    readReference("classes"),
    readMajors(),
    readReference("families"),
    readNorms(),
  ]);
  await insertAll(
    sql,
    "catalogue_edition",
    editions.map(({ edition, titleZh, titleEn, published, noteZh, noteEn }) => ({
      edition,
      titleZh,
      titleEn,
      published,
      noteZh,
      noteEn,
    })),
  );
  await insertAll(sql, "major_class", classes.map(classRow));
  await insertAll(sql, "major", majors.map(majorRow));
  await insertAll(sql, "major_family", families.map(familyRow));
  await insertAll(
    sql,
    "programme_norm",
    norms.map((norm) => ({ key: norm.key, effectiveFrom: norm.effectiveFrom, document: sql.json(norm as never) })),
  );
  await seedGradingScales(sql);
  await seedNoticeCopies(sql);
  const ages = await readJson<readonly (AgeOfMajority & { readonly validFrom: IsoDate })[]>("age-of-majority.json");
  await insertAll(
    sql,
    "age_of_majority",
    ages.map(({ validFrom, years, document, clause }) => ({ validFrom, years, document, clause })),
  );
  const periods = await readJson<readonly RetentionPeriod[]>("retention.json");
  await insertAll(
    sql,
    "retention_period",
    periods.map(({ kind, months, document, clause, certainty }) => ({ kind, months, document, clause, certainty })),
  );
  await insertAll(
    sql,
    "disclosure_limit",
    await readJson<readonly Record<string, unknown>[]>("disclosure-limits.json"),
  );
  await seedConsentRequirements(sql);
  await seedNoticePeriods(sql);
  await seedStepPeriods(sql);
  const leads =
    await readJson<readonly { kind: string; days: number[]; citation: object; certainty: string }[]>(
      "reminder-leads.json",
    );
  await insertAll(
    sql,
    "reminder_lead",
    leads.flatMap(({ kind, days, citation, certainty }) =>
      days.map((each) => ({ kind, days: each, citation: sql.json(citation as never), certainty })),
    ),
  );
}

/** Within what time each step of an application is taken at a school that does not say: settings. */
async function seedStepPeriods(sql: postgres.Sql): Promise<void> {
  const rows = await readJson<
    readonly (Omit<StepPeriod, "institutionId" | "owner"> & { readonly owners: StepOwner[] })[]
  >("application-step-periods.json");
  await insertAll(
    sql,
    "application_step_period",
    rows.flatMap(({ owners, citation, ...row }) =>
      owners.map((owner) => ({ ...row, owner, institutionId: EVERY_SCHOOL, citation: sql.json(citation as never) })),
    ),
  );
}

/** How long public notices stay open at a school that does not say: settings. */
async function seedNoticePeriods(sql: postgres.Sql): Promise<void> {
  const rows =
    await readJson<readonly (Omit<NoticePeriod, "institutionId" | "kind"> & { readonly kinds: PublicNoticeKind[] })[]>(
      "public-notice-periods.json",
    );
  await insertAll(
    sql,
    "public_notice_period",
    rows.flatMap(({ kinds, citation, ...row }) =>
      kinds.map((kind) => ({ ...row, kind, institutionId: EVERY_SCHOOL, citation: sql.json(citation as never) })),
    ),
  );
}

/** Which acts of minors need a guardian's consent, each with its clause and how sure it is. */
export function readConsentRequirements(): Promise<readonly KeptRequirement[]> {
  return readJson("consent-requirements.json");
}

async function seedConsentRequirements(sql: postgres.Sql): Promise<void> {
  const rows = await readConsentRequirements();
  await insertAll(
    sql,
    "consent_requirement",
    rows.map((row) => ({ ...row, citation: sql.json(row.citation as never) })),
  );
}

/** A grading scale as scripts/reference/grading-scales.json states it; institution "*" is the one in general use. */
export interface GradingScaleFile {
  readonly institution: string;
  readonly effectiveFrom: IsoDate;
  /** With the school's formula of grade points, if it has one. */
  readonly scale: GradeScale & { readonly gradePoints?: GradePointFormula };
  readonly citation: Citation;
}

/** The scales of a folder; the demonstration's schools have some of their own. */
export async function seedGradingScales(sql: postgres.Sql, folder = REFERENCE_FOLDER): Promise<void> {
  const scales = await readJson<readonly GradingScaleFile[]>("grading-scales.json", folder);
  await insertAll(
    sql,
    "grading_scale",
    scales.map(({ institution, effectiveFrom, scale, citation }) => ({
      institutionKey: institution,
      effectiveFrom,
      scale: sql.json(scale as never),
      citation: sql.json(citation as never),
    })),
  );
}

function classRow(row: Row) {
  return {
    edition: row["edition"],
    categoryIndex: Number(row["category_index"]),
    classIndex: Number(row["class_index"]),
    categoryZh: row["category_zh"],
    classZh: row["class_zh"],
    certainty: row["certainty"],
  };
}

function majorRow(row: Row) {
  return {
    id: majorId(row["edition"] ?? "", row["code"] ?? ""),
    code: row["code"],
    edition: row["edition"],
    level: row["level"],
    nameZh: row["name_zh"],
    nameEn: orNull(row["name_en"]),
    categoryIndex: integerOrNull(row["category_index"]),
    classIndex: integerOrNull(row["class_index"]),
    stateControlled: row["state_controlled"] === "true",
    certainty: row["certainty"],
    source: row["source"],
  };
}

function familyRow(row: Row) {
  return {
    family: row["family"],
    familyZh: row["family_zh"],
    edition: row["edition"],
    code: row["code"],
    basis: row["basis"],
  };
}
