import type postgres from "postgres";
import { parseCredits } from "../domain/credit.ts";
import type { Plan, PlanCourse, PlanNode } from "../domain/curriculum/plan.ts";
import type { Id } from "../domain/id.ts";
import { idOf } from "./id.ts";
import { insertAll } from "./insert.ts";
import { type Row, readTable } from "./table.ts";

/** A plan of the demonstration, for one of the cohorts that it is declared for. */
export interface DemoPlan extends Plan {
  readonly programme: string;
  readonly institution: string;
  readonly norm: string;
  readonly invented: boolean;
  readonly note: string | null;
  readonly places: readonly Place[];
}

/** Where a plan puts a course. */
interface Place {
  readonly courseId: Id;
  readonly nodeKey: string;
  readonly term: number;
  readonly requirement: PlanCourse["requirement"];
}

/** The tables of the plans, grouped by what they are looked up by. */
interface PlanTables {
  readonly nodes: ReadonlyMap<string, readonly Row[]>;
  readonly courses: ReadonlyMap<string, readonly Row[]>;
  readonly catalogue: ReadonlyMap<string, Row>;
  readonly institutions: ReadonlyMap<string, string>;
}

/** Every plan of the demonstration, one for each of its cohorts. A key that names nothing is a fault of the files. */
export async function demoPlans(): Promise<DemoPlan[]> {
  const [plans, nodes, placed, courses, programmes] = await Promise.all([
    readTable("plans"),
    readTable("plan_nodes"),
    readTable("plan_courses"),
    readTable("courses"),
    readTable("programmes"),
  ]);
  const tables: PlanTables = {
    nodes: groupedBy(nodes, "plan"),
    courses: groupedBy(placed, "plan"),
    catalogue: new Map(courses.map((row) => [`${row["institution"]}/${row["code"]}`, row])),
    institutions: new Map(programmes.map((row) => [row["key"] ?? "", row["institution"] ?? ""])),
  };
  return plans.flatMap((row) => plansOf(row, tables));
}

function groupedBy(rows: readonly Row[], column: string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = row[column] ?? "";
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

function plansOf(row: Row, tables: PlanTables): DemoPlan[] {
  const key = row["key"] ?? "";
  const programme = row["programme"] ?? "";
  const institution = tables.institutions.get(programme);
  if (institution === undefined) throw new Error(`plan ${key}: no programme ${programme}`);
  const placed = tables.courses.get(key) ?? [];
  const nodes = tables.nodes.get(key) ?? [];
  const rootRow = nodes.find((node) => node["parent"] === "");
  if (rootRow === undefined) throw new Error(`plan ${key} has no root`);
  const root = treeOf(rootRow, { institution, nodes, placed });
  const courses = new Map(placed.map((place) => courseOf(place, institution, tables)).map((c) => [c.courseId, c]));
  const places = placed.map((place) => ({
    courseId: idOf("course", `${institution}/${place["course"]}`),
    nodeKey: place["node"] ?? "",
    term: Number(place["term"]),
    requirement: place["requirement"] as PlanCourse["requirement"],
  }));
  return (row["cohorts"] ?? "").split(";").map((cohort) => ({
    id: idOf("plan", `${programme}@${cohort}`),
    programmeId: idOf("programme", programme),
    cohort: Number(cohort),
    root,
    courses,
    places,
    programme,
    institution,
    norm: row["norm"] ?? "",
    invented: row["invented"] === "true",
    note: row["note"] ?? null,
  }));
}

interface PlanRows {
  readonly institution: string;
  readonly nodes: readonly Row[];
  readonly placed: readonly Row[];
}

/** The requirement tree below a node: its child nodes in their order, then its courses as they are placed. */
function treeOf(row: Row, plan: PlanRows): PlanNode {
  const key = row["node"] ?? "";
  const children: PlanNode[] = [
    ...plan.nodes
      .filter((node) => node["parent"] === key)
      .toSorted((a, b) => Number(a["position"]) - Number(b["position"]))
      .map((node) => treeOf(node, plan)),
    ...plan.placed
      .filter((place) => place["node"] === key)
      .map((place) => ({
        kind: "COURSE" as const,
        key: place["course"] ?? "",
        courseId: idOf("course", `${plan.institution}/${place["course"]}`),
      })),
  ];
  const base = { key, title: { zh: row["title_zh"] ?? "", en: row["title_en"] ?? "" }, children };
  switch (row["kind"]) {
    case "ALL_OF":
      return { kind: "ALL_OF", ...base };
    case "CHOOSE":
      return { kind: "CHOOSE", count: Number(row["count"]), ...base };
    case "AT_LEAST":
      return { kind: "AT_LEAST", credits: parseCredits(row["credits"] ?? "") ?? 0, ...base };
    default:
      throw new Error(`plan ${row["plan"]}, node ${key}: no kind ${row["kind"]}`);
  }
}

function courseOf(place: Row, institution: string, tables: PlanTables): PlanCourse {
  const key = `${institution}/${place["course"]}`;
  const course = tables.catalogue.get(key);
  if (course === undefined) throw new Error(`plan ${place["plan"]}: no course ${key}`);
  return {
    courseId: idOf("course", key),
    code: course["code"] ?? "",
    title: { zh: course["title_zh"] ?? "", en: course["title_en"] ?? "" },
    credits: parseCredits(course["credits"] ?? "") ?? 0,
    theoryHours: Number(course["theory_hours"]),
    practiceHours: Number(course["practice_hours"]),
    group: course["group"] as PlanCourse["group"],
    requirement: place["requirement"] as PlanCourse["requirement"],
    subject: course["subject"] as PlanCourse["subject"],
    term: Number(place["term"]),
  };
}

/** Loads the programme plans. */
export async function seedCurriculum(sql: postgres.Sql): Promise<void> {
  const plans = await demoPlans();
  await insertAll(
    sql,
    "plan",
    plans.map((plan) => ({
      id: plan.id,
      programmeId: plan.programmeId,
      institutionId: idOf("institution", plan.institution),
      cohort: plan.cohort,
      norm: plan.norm,
      tree: sql.json(plan.root as never),
      invented: plan.invented,
      note: plan.note,
    })),
  );
  await insertAll(
    sql,
    "plan_course",
    plans.flatMap((plan) => {
      const institutionId = idOf("institution", plan.institution);
      return plan.places.map((place) => ({ planId: plan.id, institutionId, ...place }));
    }),
  );
}
