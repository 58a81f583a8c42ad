import type postgres from "postgres";
import { idOf } from "./id.ts";
import { insertAll } from "./insert.ts";
import { homeDepartments, programmeDepartments } from "./departments.ts";
import { orNull, type Row, readTable } from "./table.ts";

/** The day the demonstration's accounts and staff capacities begin. */
const SINCE = "2023-09-01";

const idOrNull = (kind: string, cell: string | undefined) => {
  const key = orNull(cell);
  return key === null ? null : idOf(kind, key);
};

/** Loads classes (行政班), learners, registrations, the demo logins, placements and consents. What is there already stays. */
export async function seedPeople(sql: postgres.Sql): Promise<void> {
  const [classes, learners, registrations, accounts, placements, consents, departmentOf, homeOf] = await Promise.all([
    readTable("classes"),
    readTable("learners"),
    readTable("registrations"),
    readTable("accounts"),
    readTable("placements"),
    readTable("consents"),
    programmeDepartments(),
    homeDepartments(),
  ]);
  await insertAll(sql, "class_group", classes.map(classRow));
  await insertAll(
    sql,
    "learner",
    learners.map((row) => ({ ...learnerRow(row), homeDepartmentId: homeOf.get(row["key"] ?? "") ?? null })),
  );
  await insertAll(sql, "bank_number", learners.flatMap(bankNumberRow));
  await insertAll(
    sql,
    "registration",
    registrations.map((row) => ({
      ...registrationRow(row),
      departmentId: departmentOf.get(row["programme"] ?? "") ?? null,
    })),
  );
  const logins = new Map(accounts.map((row) => [row["login"] ?? "", row]));
  await insertAll(sql, "account", [...logins.values()].map(accountRow));
  await insertAll(sql, "capacity", accounts.map(capacityRow));
  await insertAll(sql, "placement", placements.map(placementRow));
  await insertAll(sql, "guardian_consent", consents.map(consentRow));
}

/** A department or class: named within its school. */
function partOf(kind: "department" | "class-group", row: Row, cell: string | undefined) {
  const name = orNull(cell);
  return name === null ? null : idOf(kind, `${row["institution"]}/${name}`);
}

function placementRow(row: Row) {
  return {
    learnerId: idOf("learner", row["learner"] ?? ""),
    id: idOf("placement", `${row["learner"]}/${row["starts_on"]}`),
    institutionId: idOf("institution", row["institution"] ?? ""),
    enterpriseId: idOf("enterprise", row["enterprise"] ?? ""),
    mentorAccountId: idOf("account", row["mentor"] ?? ""),
    post: row["post"] ?? "",
    startsOn: row["starts_on"] ?? "",
    endsOn: row["ends_on"] ?? "",
  };
}

/** A consent on paper, as the registrar of the school wrote it down. */
function consentRow(row: Row) {
  return {
    learnerId: idOf("learner", row["learner"] ?? ""),
    id: idOf("guardian-consent", `${row["learner"]}/${row["act"]}`),
    act: row["act"] ?? "",
    event: "GIVEN",
    form: "PAPER",
    institutionId: idOf("institution", row["institution"] ?? ""),
    guardianName: row["guardian"] ?? "",
    paperReference: row["reference"] ?? "",
    onDay: row["on"] ?? "",
    recordedBy: idOf("account", `registrar.${row["institution"]}`),
    recordedAt: `${row["on"]}T02:00:00.000Z`,
  };
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
    homeInstitutionId: idOrNull("institution", row["home"]),
  };
}

/** Of a learner without a registration: the number of the account, as the registrar who keeps the record opened it. */
function bankNumberRow(row: Row) {
  const number = orNull(row["bank_number"]);
  if (number === null) return [];
  const institutionId = idOf("institution", row["home"] ?? "");
  return [
    {
      learnerId: idOf("learner", row["key"] ?? ""),
      number,
      homeInstitutionId: institutionId,
      institutionId,
      ground: row["ground"] ?? "",
      openedBy: idOf("account", `registrar.${row["home"]}`),
      openedAt: `${SINCE}T02:00:00.000Z`,
    },
  ];
}

function registrationRow(row: Row) {
  return {
    learnerId: idOf("learner", row["learner"] ?? ""),
    id: idOf("registration", `${row["learner"]}/${row["programme"]}/${row["phase"]}`),
    institutionId: idOf("institution", row["institution"] ?? ""),
    programmeId: idOf("programme", row["programme"] ?? ""),
    pathwayId: idOrNull("pathway", row["pathway"]),
    classId: partOf("class-group", row, row["class"]),
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
    departmentId: partOf("department", row, row["department"]),
    classId: partOf("class-group", row, row["class"]),
    allianceId: idOrNull("alliance", row["alliance"]),
    learnerId: idOrNull("learner", row["learner"]),
    validFrom: SINCE,
  };
}
