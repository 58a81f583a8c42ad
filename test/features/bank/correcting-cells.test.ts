import { describe, expect, test } from "vitest";
import type { Grade } from "../../../src/domain/grade.ts";
import type { AchievementDetail } from "../../../src/domain/recognition/facts.ts";
import { ACHIEVEMENTS } from "../../../src/domain/sheet/kinds/achievements.ts";
import { cellsOf, type Stored } from "../../../src/features/bank/correcting-cells.ts";
import { depositHash } from "../../../src/features/bank/deposit.ts";
import { lookup } from "../../../src/features/bank/lookup.ts";
import { lineOf } from "../../../src/features/bank/recording-lines.ts";
import { sheetOfOne } from "../../../src/features/bank/sheet-check.ts";
import { idOf, SCHOOL } from "./school.ts";

const COURSE = {
  id: idOf("course"),
  code: "JD0201",
  titleZh: "机械制图",
  titleEn: "Drawing",
  credits: 400,
  group: "GENERAL_FOUNDATION",
  requirement: "REQUIRED",
  subject: "ORDINARY",
  gradingMode: "PERCENT",
} as const;
const CERTIFICATE = { id: idOf("certificate"), key: "x-welding", titleZh: "焊接", titleEn: "Welding" };
const COMPETITION = {
  ...CERTIFICATE,
  id: idOf("competition"),
  key: "skills",
  series: "skills",
  tier: "NATIONAL",
} as const;

const FACTS = {
  institutionId: SCHOOL,
  scale: {
    passTenths: 600,
    bands: { EXCELLENT: 900, GOOD: 800, MEDIUM: 700, PASS: 600, FAIL: 0 },
    reverse: { EXCELLENT: 950, GOOD: 850, MEDIUM: 750, PASS: 650, FAIL: 0 },
  },
  attending: { absence: () => null, isOutsidePlan: () => false },
  learners: lookup(
    [
      {
        studentNo: "2024000001",
        learnerId: idOf("learner"),
        name: "",
        homeInstitutionId: null,
        homeDepartmentId: null,
        level: "SECONDARY" as const,
      },
    ],
    (row) => [row.studentNo],
  ),
  courses: lookup([COURSE], (row) => [row.code]),
  certificates: lookup([{ ...CERTIFICATE, levels: ["INTERMEDIATE" as const] }], (row) => [row.key]),
  competitions: lookup([COMPETITION], (row) => [row.key]),
};
const KEYS = new Map([CERTIFICATE, COMPETITION].map(({ id, key }) => [id, key]));
const NAMES = { keyOf: (id: string) => KEYS.get(id) ?? null, courseCredits: 400 };

const SCORE: Grade = { mode: "PERCENT", scoreTenths: 855 };
const base = {
  studentNo: "2024000001",
  unit: "ITEM",
  credits: 100,
  grade: null,
  attempt: "FIRST",
  completedOn: "2026-01-10",
  termCode: null,
  title: { zh: "某项", en: "某项" },
  saidLevel: null,
} as const;
const foreign = { courseId: null, code: "X1", group: null, requirement: null, subject: "ORDINARY" } as const;
const { id: courseId, code, group, requirement, subject } = COURSE;
const course: AchievementDetail = { kind: "COURSE", courseId, code, group, requirement, subject };
const taken = { unit: "SECONDARY", credits: 400, grade: SCORE, termCode: "2025-2026-1" } as const;

/** One achievement of each kind, and those whose row is not plain from what they are worth. */
const STORED: Readonly<Record<string, Stored>> = {
  "a course": { ...base, ...taken, kind: "COURSE", detail: course },
  "a course taken for fewer credits": { ...base, ...taken, kind: "COURSE", credits: 150, detail: course },
  "a failed course": {
    ...base,
    ...taken,
    kind: "COURSE",
    credits: 0,
    grade: { mode: "SPECIAL", result: "ABSENT" },
    attempt: "MAKEUP",
    detail: course,
  },
  "an external course": { ...base, ...taken, kind: "EXTERNAL_COURSE", detail: { kind: "EXTERNAL_COURSE", ...foreign } },
  "an online course without a grade": {
    ...base,
    ...taken,
    kind: "ONLINE_COURSE",
    grade: null,
    attempt: "RETAKE",
    detail: { kind: "ONLINE_COURSE", ...foreign },
  },
  "a certificate": {
    ...base,
    kind: "CERTIFICATE",
    detail: {
      kind: "CERTIFICATE",
      certificateId: CERTIFICATE.id,
      level: "INTERMEDIATE",
      number: "0012",
      validUntil: "2029-06-30",
    },
  },
  "a prize of a team": {
    ...base,
    kind: "COMPETITION",
    detail: {
      kind: "COMPETITION",
      competitionId: COMPETITION.id,
      series: "skills",
      tier: "NATIONAL",
      prize: "SECOND",
      team: true,
      rankInTeam: 2,
    },
  },
  "an online course with who gave it and its paper": {
    ...base,
    ...taken,
    kind: "ONLINE_COURSE",
    detail: { kind: "ONLINE_COURSE", ...foreign, provider: "某平台", documentNo: "0071" },
  },
  "an apprenticeship with its employer": {
    ...base,
    kind: "WORK",
    detail: { kind: "WORK", occupation: "学徒", months: 12, provider: "某厂", documentNo: "H-1" },
  },
  work: { ...base, kind: "WORK", detail: { kind: "WORK", occupation: "钳工", months: 18 } },
  "military service": { ...base, kind: "SERVICE", detail: { kind: "SERVICE", months: 24, honourable: false } },
  "prior learning": { ...base, kind: "PRIOR_LEARNING", detail: { kind: "PRIOR_LEARNING", subject: "焊接" } },
  "prior learning for credits": {
    ...base,
    kind: "PRIOR_LEARNING",
    unit: "SECONDARY",
    credits: 250,
    grade: { mode: "FIVE_LEVEL", level: "GOOD" },
    detail: { kind: "PRIOR_LEARNING", subject: "焊接" },
  },
};

describe("the row a correction starts from records the same achievement again", () => {
  test.each(Object.keys(STORED))("%s", (name) => {
    const stored = STORED[name] as Stored;
    const checked = sheetOfOne(ACHIEVEMENTS, cellsOf(stored, NAMES));
    if (checked.kind !== "checked") throw new Error(JSON.stringify(checked));
    const [row] = checked.rows;
    if (row === undefined) throw new Error("one row");
    const line = lineOf(row, checked, FACTS);
    expect(line.problems).toEqual([]);
    const own = { institutionId: SCHOOL, courseId: stored.kind === "COURSE" ? courseId : null };
    expect(line.deposit?.contentHash).toBe(depositHash({ ...stored, ...own }));
  });
});
