import type { Tx } from "../../db/transaction.ts";
import type { ProgrammeNorm } from "../../domain/curriculum/norms.ts";
import type { Plan, PlanCourse, PlanNode } from "../../domain/curriculum/plan.ts";
import type { Id } from "../../domain/id.ts";

export interface PlanRow {
  readonly id: Id;
  readonly programmeId: Id;
  readonly institutionId: Id;
  readonly cohort: number;
  readonly norm: string;
  readonly tree: PlanNode;
  readonly invented: boolean;
  readonly note: string | null;
}

/** A course as a plan places it, with all that the domain asks of it. */
export interface PlanCourseRow {
  readonly planId: Id;
  readonly courseId: Id;
  readonly nodeKey: string;
  readonly term: number;
  readonly requirement: PlanCourse["requirement"];
  readonly code: string;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly credits: number;
  readonly theoryHours: number;
  readonly practiceHours: number;
  readonly group: PlanCourse["group"];
  readonly subject: PlanCourse["subject"];
}

export function plansByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<PlanRow[]>`/* curriculum.plansByIds */
      select id, programme_id, institution_id, cohort, norm, tree, invented, note
      from plan where id = any(${ids as Id[]}::uuid[])`,
  );
}

/** The plan of a programme for a cohort; without a cohort the newest. */
export async function planOfProgramme(tx: Tx, programmeId: Id, cohort: number | null): Promise<PlanRow | null> {
  const rows = await tx.run(
    (sql) => sql<PlanRow[]>`/* curriculum.planOfProgramme */
      select id, programme_id, institution_id, cohort, norm, tree, invented, note
      from plan where programme_id = ${programmeId} and (${cohort}::int is null or cohort = ${cohort})
      order by cohort desc limit 1`,
  );
  return rows[0] ?? null;
}

export function cohortsOfProgrammes(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<{ readonly programmeId: Id; readonly cohort: number }[]>`/* curriculum.cohortsOfProgrammes */
      select programme_id, cohort from plan where programme_id = any(${ids as Id[]}::uuid[]) order by cohort`,
  );
}

export function coursesOfPlans(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<PlanCourseRow[]>`/* curriculum.coursesOfPlans */
      select pc.plan_id, pc.course_id, pc.node_key, pc.term, pc.requirement, c.code, c.title_zh, c.title_en, c.credits,
        c.theory_hours, c.practice_hours, c.course_group as "group", c.subject
      from plan_course pc join course c on c.id = pc.course_id
      where pc.plan_id = any(${ids as Id[]}::uuid[]) order by pc.plan_id, pc.term, c.code`,
  );
}

/** The norm that a plan answers to, in the version in force at the start of its cohort's first term (1 September). */
export async function normOfPlan(tx: Tx, plan: PlanRow): Promise<ProgrammeNorm | null> {
  const rows = await tx.run(
    (sql) => sql<{ readonly document: ProgrammeNorm }[]>`/* curriculum.normOfPlan */
      select document from programme_norm
      where key = ${plan.norm} and effective_from <= make_date(${plan.cohort}::int, 9, 1)
      order by effective_from desc limit 1`,
  );
  return rows[0]?.document ?? null;
}

/** A plan as the domain counts it. */
export function planOf(row: PlanRow, courses: readonly PlanCourseRow[]): Plan {
  return {
    id: row.id,
    programmeId: row.programmeId,
    cohort: row.cohort,
    root: row.tree,
    courses: new Map(
      courses.map((course) => [
        course.courseId,
        {
          courseId: course.courseId,
          code: course.code,
          title: { zh: course.titleZh, en: course.titleEn },
          credits: course.credits,
          theoryHours: course.theoryHours,
          practiceHours: course.practiceHours,
          group: course.group,
          requirement: course.requirement,
          subject: course.subject,
          term: course.term,
        },
      ]),
    ),
  };
}
