import { type Credits, formatCredits, ONE_ITEM, unitOfLevel } from "../../domain/credit.ts";
import { type Grade, type GradeScale, passes } from "../../domain/grade.ts";
import { MODE_TITLES, parseAnyGrade, parseGrade } from "../../domain/grade-text.ts";
import type { Id, IsoDate, Title } from "../../domain/id.ts";
import type { EducationLevel } from "../../domain/major.ts";
import type { ProblemCode } from "../../domain/problem.ts";
import type { AchievementDetail, AchievementKind, Evidence } from "../../domain/recognition/facts.ts";
import {
  type AchievementColumns,
  CERTIFICATE_LEVEL_TITLES,
  COLUMNS_OF_KIND,
} from "../../domain/sheet/kinds/achievements.ts";
import type { Absence } from "../../domain/registry/attendance.ts";
import { looksLikeBankNumber, readBankNumber } from "../../domain/registry/bank-number.ts";
import { LEVEL_TITLES } from "../../domain/sheet/kinds/levels.ts";
import type { RowOf } from "../../domain/sheet/column.ts";
import type { Attending } from "./attending.ts";
import type { Deposit } from "./deposit.ts";
import { depositKey } from "./deposit.ts";
import type { Lookup } from "./lookup.ts";
import type { IssuedCertificate, NamedCompetition, NumberedLearner, OfferedCourse } from "./recording-store.ts";

/** Everything a sheet of achievements is held against. */
export interface RecordingFacts {
  readonly institutionId: Id;
  readonly scale: GradeScale;
  readonly attending: Attending;
  readonly learners: Lookup<NumberedLearner>;
  readonly courses: Lookup<OfferedCourse>;
  readonly certificates: Lookup<IssuedCertificate>;
  readonly competitions: Lookup<NamedCompetition>;
}

/** A row as far as it could be read: null also where a cell was bad, which has been noted by then. */
type Row = { readonly [Key in keyof AchievementColumns]: RowOf<AchievementColumns>[Key] | null };

/** Says something about a cell of the row at hand; of a bad cell only the first problem is kept. */
export interface Notes {
  isBad(column: keyof AchievementColumns): boolean;
  problem(column: keyof AchievementColumns, code: ProblemCode, params: Readonly<Record<string, string | number>>): void;
  warning(column: keyof AchievementColumns, code: ProblemCode, params: Readonly<Record<string, string | number>>): void;
}

/** What the kind of an achievement decides about its deposit. */
interface Body {
  readonly title: Title;
  readonly courseId: Id | null;
  readonly grade: Grade | null;
  /** What it is worth when passed; null for what carries no credits. */
  readonly credits: Credits | null;
  readonly detail: AchievementDetail;
}

/** Turns a row of achievements into a deposit, or notes why not. Ids are the caller's: `achievementId`. */
export function depositOfRow(row: Row, facts: RecordingFacts, achievementId: Id, notes: Notes): Deposit | null {
  const kind = row.kind ?? "COURSE";
  const learner = findLearner(row, facts, notes);
  // Without its kind, the rest of a row says nothing.
  if (notes.isBad("kind")) return null;
  checkUse(row, kind, notes);
  const body = BODIES[kind](row, facts, notes);
  if (learner === null || body === null || row.completedOn === null) return null;
  const level = body.credits === null ? null : levelOf(row, learner, notes);
  if (level === undefined) return null;
  if (kind === "COURSE") doubtCourse(row, row.completedOn, learner, body.courseId, facts, notes);
  const worth = body.grade !== null && !passes(body.grade, facts.scale) ? 0 : (body.credits ?? ONE_ITEM);
  const achieved = {
    kind,
    title: body.title,
    attempt: row.attempt ?? "FIRST",
    completedOn: row.completedOn,
    termCode: row.term,
    courseId: body.courseId,
    detail: body.detail,
  } as const;
  return {
    ...achieved,
    learnerId: learner.learnerId,
    achievementId,
    institutionId: facts.institutionId,
    homeInstitutionId: learner.homeInstitutionId,
    homeDepartmentId: learner.homeDepartmentId,
    level,
    unit: level === null ? "ITEM" : unitOfLevel(level),
    credits: worth,
    grade: body.grade,
    idempotencyKey: depositKey(achieved),
  };
}

function findLearner(row: Row, facts: RecordingFacts, notes: Notes): NumberedLearner | null {
  if (row.studentNo === null) return null;
  const bankNumber = readBankNumber(row.studentNo);
  const found = facts.learners.find(row.studentNo) ?? (bankNumber === null ? null : facts.learners.find(bankNumber));
  if (found === null) return unknownLearner(row.studentNo, bankNumber, notes);
  if (found.mended !== null) notes.warning("studentNo", "CELL_MENDED", { value: row.studentNo, mended: found.mended });
  const { name } = found.row;
  if (row.name === null || row.name === name) return found.row;
  notes.problem("name", "NAME_DIFFERS", { studentNo: found.row.studentNo, name, value: row.name });
  return null;
}

function unknownLearner(studentNo: string, bankNumber: string | null, notes: Notes): null {
  if (bankNumber !== null) notes.problem("studentNo", "UNKNOWN_BANK_NUMBER", { number: bankNumber });
  else if (looksLikeBankNumber(studentNo)) notes.problem("studentNo", "BANK_NUMBER_MALFORMED", { value: studentNo });
  else notes.problem("studentNo", "UNKNOWN_LEARNER", { studentNo });
  return null;
}

/** What level credits are of: the registration's, or where there is none what the row says; undefined where neither does. */
function levelOf(row: Row, { level }: NumberedLearner, notes: Notes): EducationLevel | undefined {
  if (level === null && row.level === null) notes.problem("level", "CELL_REQUIRED", {});
  if (level !== null && row.level !== null && row.level !== level) {
    const { zh, en } = LEVEL_TITLES[level];
    notes.problem("level", "LEVEL_DIFFERS", { level: zh, "level.en": en });
    return undefined;
  }
  return level ?? row.level ?? undefined;
}

/** What may be right and is mostly a slip: a course of no plan of the learner's, a term they did not attend. */
function doubtCourse(
  row: Row,
  completedOn: IsoDate,
  { learnerId }: NumberedLearner,
  courseId: Id | null,
  { attending }: RecordingFacts,
  notes: Notes,
): void {
  if (courseId !== null && attending.isOutsidePlan(learnerId, courseId)) {
    notes.warning("code", "COURSE_NOT_IN_PLAN", { code: row.code ?? "" });
  }
  const absence = attending.absence(learnerId, row.term, completedOn);
  if (absence === null) return;
  const { zh, en } = ABSENCE_TITLES[absence];
  notes.warning("term", "NOT_ATTENDING", { term: row.term ?? completedOn, why: zh, "why.en": en });
}
const ABSENCE_TITLES: Readonly<Record<Absence, Title>> = {
  NOT_ENTERED: { zh: "尚未入学", en: "they had not entered yet" },
  ON_LEAVE: { zh: "休学或服役中", en: "they were on leave or in service" },
  LEFT: { zh: "已离校", en: "they had left" },
};

/** Every column the kind needs is filled; what belongs to other kinds is passed over with a word. */
function checkUse(row: Row, kind: AchievementKind, notes: Notes): void {
  const { needs, takes } = COLUMNS_OF_KIND[kind];
  const own = new Set<string>([...needs, ...takes, "studentNo", "name", "kind", "completedOn", "term", "credits"]);
  for (const [column, value] of Object.entries(row)) {
    if (value !== null && !own.has(column)) {
      notes.warning(column as keyof AchievementColumns, "CELL_FOR_OTHER_KIND", {});
    }
  }
  for (const column of needs) if (row[column] === null) notes.problem(column, "CELL_REQUIRED", {});
}

/** What military service is called where a sheet does not call it anything. */
export const MILITARY_SERVICE: Title = { zh: "服兵役", en: "Military service" };

/** How each kind of achievement reads its row. A column it needs may be empty: that has been noted by then. */
const BODIES: Readonly<Record<AchievementKind, (row: Row, facts: RecordingFacts, notes: Notes) => Body | null>> = {
  COURSE: ownCourse,
  EXTERNAL_COURSE: (row, _, notes) => foreignCourse(row, "EXTERNAL_COURSE", notes),
  ONLINE_COURSE: (row, _, notes) => foreignCourse(row, "ONLINE_COURSE", notes),
  CERTIFICATE: certificate,
  COMPETITION: competition,
  WORK(row) {
    const occupation = row.title ?? "";
    return bare(named(occupation), { kind: "WORK", occupation, months: row.months ?? 0, ...evidenceOf(row, "WORK") });
  },
  SERVICE(row) {
    const title = row.title === null ? MILITARY_SERVICE : named(row.title);
    const honourable = row.honourable !== "NO";
    return bare(title, { kind: "SERVICE", months: row.months ?? 0, honourable, ...evidenceOf(row, "SERVICE") });
  },
  PRIOR_LEARNING(row, _, notes) {
    const grade = anyGrade(row, notes);
    if (grade === undefined) return null;
    const subject = row.title ?? "";
    const detail = { kind: "PRIOR_LEARNING", subject, ...evidenceOf(row, "PRIOR_LEARNING") } as const;
    return { title: named(subject), courseId: null, grade, credits: row.credits, detail };
  },
};

/** What the row says of the evidence, of what its kind takes; what is empty is not there, so that older rows say the same. */
function evidenceOf({ provider, documentNo }: Row, kind: AchievementKind): Evidence {
  const { takes } = COLUMNS_OF_KIND[kind];
  return {
    ...(provider === null || !takes.includes("provider") ? {} : { provider }),
    ...(documentNo === null || !takes.includes("documentNo") ? {} : { documentNo }),
  };
}

/** A title that a school gives in one language only stands for both. */
const named = (text: string): Title => ({ zh: text, en: text });
const bare = (title: Title, detail: AchievementDetail): Body => ({
  title,
  courseId: null,
  grade: null,
  credits: null,
  detail,
});

function ownCourse(row: Row, facts: RecordingFacts, notes: Notes): Body | null {
  const found = facts.courses.find(row.code ?? "");
  if (found === null) {
    notes.problem("code", "UNKNOWN_COURSE", { code: row.code ?? "" });
    return null;
  }
  const { row: course, mended } = found;
  if (mended !== null) notes.warning("code", "CELL_MENDED", { value: row.code ?? "", mended });
  const grade = parseGrade(row.grade ?? "", course.gradingMode);
  const tooMuch = row.credits !== null && row.credits > course.credits;
  if (grade === null) {
    const mode = MODE_TITLES[course.gradingMode];
    notes.problem("grade", "GRADE_OUTSIDE_MODE", { value: row.grade ?? "", mode: mode.zh, "mode.en": mode.en });
  }
  if (tooMuch) {
    const [credits, limit] = [formatCredits(row.credits ?? 0), formatCredits(course.credits)];
    notes.problem("credits", "CREDITS_ABOVE_COURSE", { credits, limit });
  }
  if (grade === null || tooMuch) return null;
  const { id: courseId, code, group, requirement, subject } = course;
  return {
    title: { zh: course.titleZh, en: course.titleEn },
    courseId,
    grade,
    credits: row.credits ?? course.credits,
    detail: { kind: "COURSE", courseId, code, group, requirement, subject },
  };
}

function foreignCourse(row: Row, kind: "EXTERNAL_COURSE" | "ONLINE_COURSE", notes: Notes): Body | null {
  const grade = anyGrade(row, notes);
  if (grade === undefined) return null;
  const rest = { courseId: null, group: null, requirement: null, subject: "ORDINARY" } as const;
  const detail = { kind, code: row.code ?? "", ...rest, ...evidenceOf(row, kind) } as const;
  return { title: named(row.title ?? ""), courseId: null, grade, credits: row.credits ?? 0, detail };
}

function certificate(row: Row, facts: RecordingFacts, notes: Notes): Body | null {
  const found = facts.certificates.find(row.code ?? "");
  if (found === null) notes.problem("code", "UNKNOWN_CERTIFICATE", { key: row.code ?? "" });
  const grade = anyGrade(row, notes);
  if (found === null || grade === undefined || row.certificateLevel === null) return null;
  const { id: certificateId, titleZh: zh, titleEn: en } = found.row;
  const { certificateLevel: level, validUntil } = row;
  if (!found.row.levels.includes(level)) {
    const listed = (language: "zh" | "en", comma: string): string =>
      found.row.levels.map((each) => CERTIFICATE_LEVEL_TITLES[each][language]).join(comma);
    notes.problem("certificateLevel", "CERTIFICATE_LEVEL_NOT_ISSUED", {
      levels: listed("zh", "、"),
      "levels.en": listed("en", ", "),
    });
    return null;
  }
  if (validUntil !== null && row.completedOn !== null && validUntil < row.completedOn) {
    notes.problem("validUntil", "VALID_BEFORE_ISSUED", { completedOn: row.completedOn });
    return null;
  }
  const detail = { kind: "CERTIFICATE", certificateId, level, number: row.number ?? "", validUntil } as const;
  return { title: { zh, en }, courseId: null, grade, credits: null, detail };
}

function competition(row: Row, facts: RecordingFacts, notes: Notes): Body | null {
  const found = facts.competitions.find(row.code ?? "");
  if (found === null) notes.problem("code", "UNKNOWN_COMPETITION", { key: row.code ?? "" });
  if (found === null || row.prize === null) return null;
  const { id: competitionId, series, tier, titleZh: zh, titleEn: en } = found.row;
  const { prize, rankInTeam } = row;
  const place = { team: rankInTeam !== null, rankInTeam, ...evidenceOf(row, "COMPETITION") };
  return bare({ zh, en }, { kind: "COMPETITION", competitionId, series, tier, prize, ...place });
}

/** A grade whose mode nobody laid down, null where there is none, undefined where it is none. */
function anyGrade(row: Row, notes: Notes): Grade | null | undefined {
  if (row.grade === null) return null;
  const grade = parseAnyGrade(row.grade);
  if (grade !== null) return grade;
  const { zh, en } = ANY_MODE;
  notes.problem("grade", "GRADE_OUTSIDE_MODE", { value: row.grade, mode: zh, "mode.en": en });
  return undefined;
}
const ANY_MODE: Title = { zh: "百分制、五级制或两级制", en: "a score, a level, passed or failed" };
