import type postgres from "postgres";
import { parseCredits } from "../domain/credit.ts";
import { idOf } from "./id.ts";
import { insertAll } from "./insert.ts";
import { majorId } from "./reference.ts";
import { orNull, type Row, readTable } from "./table.ts";

const idOrNull = (kind: string, key: string | undefined) => (key === undefined || key === "" ? null : idOf(kind, key));

/** A registry phase (学籍阶段) of a programme, with what must be passed to enter the next. */
export interface PhaseFile {
  readonly level: string;
  readonly years: number;
  readonly gateZh?: string;
  readonly gateEn?: string;
}

/** "SECONDARY:3;ASSOCIATE:2" -> the phases in order; the gate stands after every phase but the last. */
export function phasesOf(row: Row): readonly PhaseFile[] {
  const parts = (row["phases"] ?? "").split(";");
  return parts.map((part, i) => {
    const [level = "", years = ""] = part.split(":");
    const phase = { level, years: Number(years) };
    const gateZh = orNull(row["gate_zh"]);
    if (i === parts.length - 1 || gateZh === null) return phase;
    return { ...phase, gateZh, gateEn: row["gate_en"] ?? gateZh };
  });
}

/** Loads the schools of the demonstration with their history, and what they teach. */
export async function seedCatalogue(sql: postgres.Sql): Promise<void> {
  const [institutions, events, campuses, departments, enterprises, programmes, courses] = await Promise.all(
    ["institutions", "institution_events", "campuses", "departments", "enterprises", "programmes", "courses"].map(
      (name) => readTable(name),
    ),
  );
  await insertAll(sql, "institution", (institutions ?? []).map(institutionRow));
  await insertAll(sql, "institution_event", (events ?? []).map(eventRow));
  await insertAll(sql, "campus", (campuses ?? []).map(partRow("campus")));
  await insertAll(sql, "department", (departments ?? []).map(partRow("department")));
  await insertAll(sql, "enterprise", (enterprises ?? []).map(enterpriseRow));
  await insertAll(
    sql,
    "programme",
    (programmes ?? []).map((row) => ({ ...programmeRow(row), phases: sql.json(phasesOf(row) as never) })),
  );
  await insertAll(sql, "course", (courses ?? []).map(courseRow));
  await insertAll(sql, "course_prerequisite", (courses ?? []).flatMap(prerequisiteRows));
}

function institutionRow(row: Row) {
  return {
    id: idOf("institution", row["key"] ?? ""),
    key: row["key"],
    nameZh: row["name_zh"],
    nameEn: row["name_en"],
    kind: row["kind"],
    supervisedBy: row["supervised_by"],
    moeId: orNull(row["moe_id"]),
    nationalCode: orNull(row["national_code"]),
    fictitious: row["fictitious"] === "true",
    foundedOn: orNull(row["founded_on"]),
    closedOn: orNull(row["closed_on"]),
    successorId: idOrNull("institution", row["successor"]),
    note: orNull(row["note"]),
  };
}

function eventRow(row: Row) {
  return {
    institutionId: idOf("institution", row["institution"] ?? ""),
    id: idOf("institution-event", `${row["institution"]}/${row["kind"]}/${row["happened_on"]}`),
    kind: row["kind"],
    happenedOn: row["happened_on"],
    successorId: idOrNull("institution", row["successor"]),
    formerNameZh: orNull(row["former_name_zh"]),
    formerNameEn: orNull(row["former_name_en"]),
    document: row["document"],
  };
}

/** A campus or a department: named within its school. */
const partRow = (kind: "campus" | "department") => (row: Row) => ({
  id: idOf(kind, `${row["institution"]}/${row["name_zh"]}`),
  institutionId: idOf("institution", row["institution"] ?? ""),
  nameZh: row["name_zh"],
  nameEn: row["name_en"],
});

function enterpriseRow(row: Row) {
  return {
    id: idOf("enterprise", row["key"] ?? ""),
    key: row["key"],
    nameZh: row["name_zh"],
    nameEn: row["name_en"],
    assessor: row["assessor"] === "true",
    fictitious: row["fictitious"] === "true",
  };
}

function programmeRow(row: Row) {
  return {
    id: idOf("programme", row["key"] ?? ""),
    key: row["key"],
    institutionId: idOf("institution", row["institution"] ?? ""),
    departmentId: idOf("department", `${row["institution"]}/${row["department"]}`),
    majorId: majorId(row["edition"] ?? "", row["major"] ?? ""),
    level: row["level"],
    kind: row["kind"],
    years: Number(row["years"]),
    titleZh: row["title_zh"],
    titleEn: row["title_en"],
  };
}

function courseRow(row: Row) {
  return {
    id: idOf("course", `${row["institution"]}/${row["code"]}`),
    institutionId: idOf("institution", row["institution"] ?? ""),
    code: row["code"],
    titleZh: row["title_zh"],
    titleEn: row["title_en"],
    credits: parseCredits(row["credits"] ?? ""),
    theoryHours: Number(row["theory_hours"]),
    practiceHours: Number(row["practice_hours"]),
    courseGroup: row["group"],
    requirement: row["requirement"],
    subject: row["subject"],
    gradingMode: row["grading_mode"],
  };
}

function prerequisiteRows(row: Row) {
  const codes = (row["prerequisites"] ?? "").split(";").filter((code) => code !== "");
  return codes.map((code) => ({
    courseId: idOf("course", `${row["institution"]}/${row["code"]}`),
    prerequisiteId: idOf("course", `${row["institution"]}/${code}`),
  }));
}
