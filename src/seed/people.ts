import type postgres from "postgres";
import { idOf } from "./id.ts";
import { insertAll } from "./insert.ts";
import { orNull, type Row, readTable } from "./table.ts";

/** The day the demonstration's accounts and staff capacities begin. */
const SINCE = "2023-09-01";

const idOrNull = (kind: string, cell: string | undefined) => {
  const key = orNull(cell);
  return key === null ? null : idOf(kind, key);
};

/** Loads classes (行政班), learners, registrations and the demo logins. What is there already stays. */
export async function seedPeople(sql: postgres.Sql): Promise<void> {
  const [classes, learners, registrations, accounts] = await Promise.all([
    readTable("classes"),
    readTable("learners"),
    readTable("registrations"),
    readTable("accounts"),
  ]);
  await insertAll(sql, "class_group", classes.map(classRow));
  await insertAll(sql, "learner", learners.map(learnerRow));
  await insertAll(sql, "registration", registrations.map(registrationRow));
  const logins = new Map(accounts.map((row) => [row["login"] ?? "", row]));
  await insertAll(sql, "account", [...logins.values()].map(accountRow));
  await insertAll(sql, "capacity", accounts.map(capacityRow));
}

function classRow(row: Row) {
  return {
    id: idOf("class-group", `${row["institution"]}/${row["name"]}`),
    institutionId: idOf("institution", row["institution"] ?? ""),
    programmeId: idOf("programme", row["programme"] ?? ""),
    name: row["name"] ?? "",
    entryYear: Number(row["entry_year"]),
  };
}

function learnerRow(row: Row) {
  return {
    id: idOf("learner", row["key"] ?? ""),
    name: row["name"] ?? "",
    registryNo: orNull(row["registry_no"]),
    homeInstitutionId: idOrNull("institution", row["home"]),
  };
}

function registrationRow(row: Row) {
  const className = orNull(row["class"]);
  return {
    learnerId: idOf("learner", row["learner"] ?? ""),
    id: idOf("registration", `${row["learner"]}/${row["programme"]}/${row["phase"]}`),
    institutionId: idOf("institution", row["institution"] ?? ""),
    programmeId: idOf("programme", row["programme"] ?? ""),
    pathwayId: idOrNull("pathway", row["pathway"]),
    classId: className === null ? null : idOf("class-group", `${row["institution"]}/${className}`),
    cohort: Number(row["cohort"]),
    phase: Number(row["phase"]),
    studentNo: row["student_no"] ?? "",
    status: row["status"] ?? "",
    enteredOn: row["entered_on"] ?? "",
    leftOn: orNull(row["left_on"]),
  };
}

function accountRow(row: Row) {
  return {
    id: idOf("account", row["login"] ?? ""),
    login: row["login"] ?? "",
    displayName: row["display_name"] ?? "",
    language: row["language"] ?? "zh",
    demo: "yes",
  };
}

function capacityRow(row: Row) {
  return {
    accountId: idOf("account", row["login"] ?? ""),
    id: idOf("capacity", `${row["login"]}/${row["role"]}/${row["institution"]}`),
    role: row["role"] ?? "",
    institutionId: idOrNull("institution", row["institution"]),
    allianceId: idOrNull("alliance", row["alliance"]),
    learnerId: idOrNull("learner", row["learner"]),
    validFrom: SINCE,
  };
}
