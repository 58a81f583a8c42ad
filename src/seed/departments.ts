import type { Id } from "../domain/id.ts";
import { idOf } from "./id.ts";
import { readTable } from "./table.ts";

/** The department of each programme of the demonstration, by the programme's key. */
export async function programmeDepartments(): Promise<ReadonlyMap<string, Id>> {
  const programmes = await readTable("programmes");
  return new Map(
    programmes.map((row) => [row["key"] ?? "", idOf("department", `${row["institution"]}/${row["department"]}`)]),
  );
}

/** The department that each learner belongs to at their home school: of the newest registration there, by key. */
export async function homeDepartments(): Promise<ReadonlyMap<string, Id>> {
  const [learners, registrations, departmentOf] = await Promise.all([
    readTable("learners"),
    readTable("registrations"),
    programmeDepartments(),
  ]);
  const homes = new Map(learners.map((row) => [row["key"], row["home"]]));
  const atHome = registrations.filter((row) => homes.get(row["learner"]) === row["institution"]);
  return new Map(
    atHome
      .sort((a, b) => (a["entered_on"] ?? "").localeCompare(b["entered_on"] ?? ""))
      .flatMap((row) => {
        const department = departmentOf.get(row["programme"] ?? "");
        return department === undefined ? [] : [[row["learner"] ?? "", department] as const];
      }),
  );
}
