import type postgres from "postgres";
import type { CreditUnit } from "../domain/credit.ts";
import { ONE_ITEM, parseCredits } from "../domain/credit.ts";
import type { CourseGroup, CourseRequirement, CourseSubject } from "../domain/course.ts";
import { GRADE_LEVELS, type Grade, type GradeLevel, type SpecialResult } from "../domain/grade.ts";
import type { Id, IsoDate, Title } from "../domain/id.ts";
import type { EducationLevel } from "../domain/major.ts";
import { isProblem } from "../domain/problem.ts";
import type {
  AchievementDetail,
  AchievementKind,
  CertificateLevel,
  CompetitionTier,
  Prize,
} from "../domain/recognition/facts.ts";
import type { Tx } from "../db/transaction.ts";
import { type Attempt, type Deposit, depositKey } from "../features/bank/deposit.ts";
import { postDeposits } from "../features/bank/posting.ts";
import { homeDepartments } from "./departments.ts";
import { idOf } from "./id.ts";
import { orNull, type Row, readTable } from "./table.ts";

/** Everything in the demonstration was deposited at this hour. */
const DEPOSITED_AT = "2026-09-10T01:00:00.000Z";

/** An achievement of the demonstration, as its row says. */
export interface DemoAchievement {
  readonly id: Id;
  readonly learner: string;
  readonly kind: AchievementKind;
  readonly title: Title;
  /** Who vouches for it. */
  readonly institution: string;
  readonly level: EducationLevel | null;
  readonly unit: CreditUnit;
  readonly credits: number;
  readonly grade: Grade | null;
  readonly attempt: Attempt;
  readonly completedOn: IsoDate;
  readonly termCode: string | null;
  readonly courseId: Id | null;
  readonly detail: AchievementDetail;
}

const UNITS: Readonly<Record<EducationLevel, CreditUnit>> = {
  SECONDARY: "SECONDARY",
  ASSOCIATE: "ASSOCIATE",
  VOCATIONAL_BACHELOR: "BACHELOR",
  GENERAL_BACHELOR: "BACHELOR",
};

const LEVELS_ZH: Readonly<Record<string, GradeLevel>> = {
  优秀: "EXCELLENT",
  良好: "GOOD",
  中等: "MEDIUM",
  及格: "PASS",
  不及格: "FAIL",
};
const SPECIAL_ZH: Readonly<Record<string, SpecialResult>> = {
  缺考: "ABSENT",
  缓考: "DEFERRED",
  旷考: "TRUANT",
  作弊: "CHEATED",
  免修: "EXEMPTED",
};

/** Reads a grade as a school writes it: 85.5, 优秀, 合格, 缺考. */
export function gradeOf(text: string): Grade | null {
  if (text === "") return null;
  if (text === "合格" || text === "不合格") return { mode: "PASS_FAIL", passed: text === "合格" };
  const special = SPECIAL_ZH[text];
  if (special !== undefined) return { mode: "SPECIAL", result: special };
  const level = LEVELS_ZH[text] ?? GRADE_LEVELS.find((name) => name === text);
  if (level !== undefined) return { mode: "FIVE_LEVEL", level };
  return { mode: "PERCENT", scoreTenths: Math.round(Number(text) * 10) };
}

/** Reads the achievements of the demonstration. */
export async function demoAchievements(): Promise<DemoAchievement[]> {
  const [rows, courses, competitions] = await Promise.all([
    readTable("achievements"),
    readTable("courses"),
    readTable("competitions"),
  ]);
  const courseOf = new Map(courses.map((row) => [`${row["institution"]}/${row["code"]}`, row]));
  const competitionOf = new Map(competitions.map((row) => [row["key"] ?? "", row]));
  return rows.map((row) => achievementOf(row, courseOf, competitionOf));
}

/** A course of the school itself by its code; one of another school as "school/code". */
function courseKeyOf(row: Row): string {
  const code = row["code"] ?? "";
  return code.includes("/") ? code : `${row["school"]}/${code}`;
}

function achievementOf(
  row: Row,
  courses: ReadonlyMap<string, Row>,
  competitions: ReadonlyMap<string, Row>,
): DemoAchievement {
  const level = orNull(row["level"]) as EducationLevel | null;
  const credits = parseCredits(row["credits"] ?? "");
  const courseKey = courseKeyOf(row);
  const course = courses.get(courseKey);
  const subject = [row["code"], row["certificateLevel"], row["title"]];
  return {
    id: idOf("achievement", `${row["learner"]}/${row["kind"]}/${subject.join("/")}/${row["completedOn"]}`),
    learner: row["learner"] ?? "",
    kind: row["kind"] as AchievementKind,
    title: { zh: row["title"] ?? "", en: row["titleEn"] ?? "" },
    institution: row["school"] ?? "",
    level,
    unit: credits === null || level === null ? "ITEM" : UNITS[level],
    credits: credits ?? ONE_ITEM,
    grade: gradeOf(row["grade"] ?? ""),
    attempt: (orNull(row["attempt"]) ?? "FIRST") as Attempt,
    completedOn: row["completedOn"] ?? "",
    termCode: orNull(row["term"]),
    courseId: course === undefined ? null : idOf("course", courseKey),
    detail: detailOf(row, course, competitions),
  };
}

function detailOf(row: Row, course: Row | undefined, competitions: ReadonlyMap<string, Row>): AchievementDetail {
  const kind = row["kind"] as AchievementKind;
  switch (kind) {
    case "COURSE":
    case "EXTERNAL_COURSE":
    case "ONLINE_COURSE":
      return {
        kind,
        courseId: course === undefined ? null : idOf("course", courseKeyOf(row)),
        code: course?.["code"] ?? row["code"] ?? "",
        group: (course?.["group"] ?? null) as CourseGroup | null,
        requirement: (course?.["requirement"] ?? null) as CourseRequirement | null,
        subject: (course?.["subject"] ?? "ORDINARY") as CourseSubject,
      };
    case "CERTIFICATE":
      return {
        kind,
        certificateId: idOf("certificate", row["code"] ?? ""),
        level: row["certificateLevel"] as CertificateLevel,
        number: row["number"] ?? "",
        validUntil: orNull(row["validUntil"]),
      };
    case "COMPETITION": {
      const competition = competitions.get(row["code"] ?? "");
      return {
        kind,
        competitionId: idOf("competition", row["code"] ?? ""),
        series: competition?.["series"] ?? "",
        tier: (competition?.["tier"] ?? "SCHOOL") as CompetitionTier,
        prize: row["prize"] as Prize,
        team: row["rankInTeam"] !== "",
        rankInTeam: row["rankInTeam"] === "" ? null : Number(row["rankInTeam"]),
      };
    }
    case "WORK":
      return { kind, occupation: row["title"] ?? "", months: Number(row["months"]) };
    case "SERVICE":
      return { kind, months: Number(row["months"]), honourable: row["honourable"] !== "false" };
    case "PRIOR_LEARNING":
      return { kind, subject: row["title"] ?? "" };
  }
}

/**
 * Deposits the achievements of the demonstration through the bank's own posting, school by school. Run again, it
 * posts nothing twice. Only the seed posts without the four eyes of a batch; the two people are named all the same.
 */
export async function seedBank(sql: postgres.Sql): Promise<void> {
  const [achievements, learners, departments] = await Promise.all([
    demoAchievements(),
    readTable("learners"),
    homeDepartments(),
  ]);
  const homes = new Map(learners.map((row) => [row["key"] ?? "", orNull(row["home"])]));
  const tx: Tx = { run: async (statement) => statement(sql as never) };
  for (const school of new Set(achievements.map((achievement) => achievement.institution))) {
    const own = achievements.filter((achievement) => achievement.institution === school);
    const deposits = own.map((achievement) => ({
      ...depositOf(achievement, homes.get(achievement.learner) ?? null),
      homeDepartmentId: departments.get(achievement.learner) ?? null,
    }));
    const posted = await postDeposits(tx, deposits, {
      recordedBy: idOf("account", `registrar.${school}`),
      confirmedBy: idOf("account", `deputy.${school}`),
      batchId: null,
      postedAt: DEPOSITED_AT,
    });
    if (isProblem(posted)) throw new Error(`achievements of ${school}: ${posted.code} ${JSON.stringify(posted)}`);
  }
}

function depositOf(achievement: DemoAchievement, home: string | null): Omit<Deposit, "homeDepartmentId"> {
  const { id, learner, institution, ...rest } = achievement;
  return {
    ...rest,
    learnerId: idOf("learner", learner),
    achievementId: id,
    institutionId: idOf("institution", institution),
    homeInstitutionId: home === null ? null : idOf("institution", home),
    idempotencyKey: depositKey(achievement),
  };
}
