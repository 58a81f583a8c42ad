import type postgres from "postgres";
import { idOf } from "../../src/seed/id.ts";

/** Learners of 23机电1班 at jdsf, who have no accounts yet. @returns the class's name */
export async function newcomers(sql: postgres.Sql, count: number): Promise<string> {
  const school = idOf("institution", "jdsf");
  const name = "23机电1班";
  await sql`
    with class as (select id, programme_id from class_group where institution_id = ${school} and name = ${name}),
      fresh as (
        insert into learner (id, name, home_institution_id)
        select gen_random_uuid(), '新生' || n, ${school} from generate_series(1, ${count}) n returning id, name)
    insert into registration (learner_id, id, institution_id, programme_id, class_id, cohort, student_no, status, entered_on)
    select fresh.id, gen_random_uuid(), ${school}, class.programme_id, class.id, 2023, '2023' || lpad(substr(fresh.name, 3), 6, '0'),
      'ACTIVE', '2023-09-01' from fresh, class`;
  return name;
}
