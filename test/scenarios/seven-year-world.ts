import type postgres from "postgres";
import { idOf } from "../../src/seed/id.ts";
import { insertAll } from "../../src/seed/insert.ts";
import { seedReference } from "../../src/seed/reference.ts";

/** Before anything here happens. */
const SINCE = "2015-01-01";
export const PATHWAY = idOf("pathway", "mechatronics-3-4");
const CITATION = { document: "七年贯通培养协议", clause: "附件一", invented: true };

export const SCHOOL = idOf("institution", "school");
export const UNIVERSITY = idOf("institution", "university");
export const MECHATRONICS = idOf("programme", "school-mechatronics");
export const ENGINEERING = idOf("programme", "university-engineering");
export const AUTOMATION = idOf("programme", "university-automation");

/** code, title, credits, whose; the grade mode is a percentage but for the internship. */
const COURSES = [
  ["CHIN", "语文", 300, "school"],
  ["MATH", "数学", 400, "school"],
  ["DRAW", "机械制图", 400, "school"],
  ["ELEC", "电工技术基础", 450, "school"],
  ["HYDR", "液压与气动", 300, "school"],
  ["SENS", "传感器应用", 300, "school"],
  ["PLC", "可编程控制器", 400, "school"],
  ["INTERN", "岗位实习", 1000, "school"],
  ["UMATH", "高等数学", 500, "university"],
  ["UDRAW", "工程制图", 400, "university"],
  ["UMIL", "军事技能", 200, "university"],
  ["UCTRL", "自动控制原理", 350, "university"],
  ["UELEC", "电工学", 400, "university"],
  ["UMACH", "机械设计", 450, "university"],
] as const;

/** Each plan: its courses in the order of their terms. */
const OLD_PLAN = { CHIN: 1, MATH: 1, DRAW: 2, ELEC: 3, HYDR: 4, PLC: 5, INTERN: 6 };
/** From 2022 on sensors are taught where hydraulics were. */
const NEW_PLAN = { CHIN: 1, MATH: 1, DRAW: 2, ELEC: 3, SENS: 4, PLC: 5, INTERN: 6 };
const PLANS: readonly (readonly [programme: string, cohort: number, places: Readonly<Record<string, number>>])[] = [
  ["school-mechatronics", 2019, OLD_PLAN],
  ["school-mechatronics", 2020, OLD_PLAN],
  ["school-mechatronics", 2022, NEW_PLAN],
  ["university-engineering", 2025, { UMATH: 1, UDRAW: 1, UMIL: 1, UELEC: 2, UMACH: 3 }],
  ["university-automation", 2025, { UMATH: 1, UMIL: 1, UCTRL: 1, UELEC: 2 }],
];
const schoolOf = (programme: string): string => programme.slice(0, programme.indexOf("-"));
const courseId = (code: string): string => idOf("course", code);

/** The learner's number for life, and the numbers at the two schools. */
export const REGISTRY_NO = "G150203200403101234";
export const NUMBERS = { school: "2019030101", university: "202503010115" } as const;

/** Everyone who has an account from the start, with the class they teach; the learner and the guardian come later. */
const STAFF = [
  ["registrar.school", "REGISTRAR", "school", null],
  ["deputy.school", "REGISTRAR", "school", null],
  ["teacher.19", "CLASS_TEACHER", "school", "19机电1班"],
  ["teacher.20", "CLASS_TEACHER", "school", "20机电1班"],
  ["teacher.22", "CLASS_TEACHER", "school", "22机电1班"],
  ["registrar.university", "REGISTRAR", "university", null],
  ["deputy.university", "REGISTRAR", "university", null],
  ["teacher.25", "CLASS_TEACHER", "university", "25机械1班"],
  ["teacher.25b", "CLASS_TEACHER", "university", "25自动化1班"],
] as const;
export const LOGINS = ["student", "guardian", ...STAFF.map(([login]) => login)] as const;
export type Login = (typeof LOGINS)[number];

/** Two schools that lead from one to the other in 3+4, with plans, rules, classes and staff. */
export async function openWorld(sql: postgres.Sql): Promise<void> {
  await seedReference(sql);
  await openSchools(sql);
  await openPlans(sql);
  await openAgreement(sql);
  await openStaff(sql);
}

async function openSchools(sql: postgres.Sql): Promise<void> {
  const school = (key: string, nameZh: string, nameEn: string, kind: string) => ({
    id: idOf("institution", key),
    key,
    nameZh,
    nameEn,
    kind,
    supervisedBy: "EDUCATION",
    fictitious: true,
  });
  await insertAll(sql, "institution", [
    school("school", "甲职业学校", "First Vocational School", "SECONDARY_VOCATIONAL_SCHOOL"),
    school("university", "乙大学", "Second University", "UNIVERSITY"),
  ]);
  const [secondary] = await sql<{ id: string }[]>`select id from major where level = 'SECONDARY' order by code limit 1`;
  const [bachelor] = await sql<
    { id: string }[]
  >`select id from major where level = 'VOCATIONAL_BACHELOR' order by code limit 1`;
  const programme = (key: string, titleZh: string, years: number) => {
    const level = years === 3 ? "SECONDARY" : "VOCATIONAL_BACHELOR";
    return {
      id: idOf("programme", key),
      key,
      institutionId: idOf("institution", schoolOf(key)),
      majorId: (years === 3 ? secondary : bachelor)?.id ?? "",
      level,
      kind: "STAGED",
      years,
      phases: sql.json([{ level, years }]),
      titleZh,
      titleEn: key,
    };
  };
  await insertAll(sql, "programme", [
    programme("school-mechatronics", "机电技术应用", 3),
    programme("university-engineering", "机械电子工程技术", 4),
    programme("university-automation", "自动化技术与应用", 4),
  ]);
  await insertAll(
    sql,
    "course",
    COURSES.map(courseRow).map((row) => ({ ...row, outcomes: sql.json([]) })),
  );
  await insertAll(sql, "certificate", [
    {
      id: idOf("certificate", "electrician"),
      key: "electrician",
      titleZh: "低压电工作业证",
      titleEn: "Low-voltage electrician",
      family: "OCCUPATIONAL",
      issuerZh: "应急管理局",
      issuerEn: "Emergency management bureau",
      supervisedBy: "LABOUR",
      levels: sql.json(["UNGRADED"]),
      fictitious: true,
    },
  ]);
  await insertAll(sql, "term", terms());
}

function courseRow([code, titleZh, credits, institution]: (typeof COURSES)[number]) {
  return {
    id: courseId(code),
    institutionId: idOf("institution", institution),
    code,
    titleZh,
    titleEn: code,
    credits,
    theoryHours: 32,
    practiceHours: 32,
    courseGroup: code === "INTERN" ? "INTERNSHIP" : "SPECIALTY_CORE",
    requirement: "REQUIRED",
    subject: code === "INTERN" ? "INTERNSHIP" : code === "UMIL" ? "MILITARY_TRAINING" : "ORDINARY",
    gradingMode: code === "INTERN" ? "PASS_FAIL" : "PERCENT",
  };
}

/** Every term of both schools: the first begins with September, the second ends with June. */
function terms() {
  const years = Array.from({ length: 8 }, (_, n) => 2019 + n);
  return ["school", "university"].flatMap((key) =>
    years.flatMap((year) =>
      [1, 2].map((part) => ({
        id: idOf("term", `${key}/${year}/${part}`),
        institutionId: idOf("institution", key),
        code: `${year}-${year + 1}-${part}`,
        firstMonday: monday(part === 1 ? `${year}-09-01` : `${year + 1}-02-24`),
        teachingWeeks: 18,
      })),
    ),
  );
}

/** The Monday of the week that a day is in. */
function monday(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}

async function openPlans(sql: postgres.Sql): Promise<void> {
  for (const [programme, cohort, places] of PLANS) {
    const id = idOf("plan", `${programme}@${cohort}`);
    const institutionId = idOf("institution", schoolOf(programme));
    const codes = Object.keys(places);
    const children = codes.map((code) => ({ kind: "COURSE", key: code, courseId: courseId(code) }));
    const tree = { kind: "ALL_OF", key: "root", title: { zh: "培养方案", en: "Plan" }, children };
    const norm = programme.startsWith("school") ? "secondary_3y" : "vocational_bachelor_4y";
    const row = { id, programmeId: idOf("programme", programme), institutionId, cohort, norm, invented: true };
    await insertAll(sql, "plan", [{ ...row, tree: sql.json(tree) }]);
    await insertAll(
      sql,
      "plan_course",
      codes.map((code) => ({
        planId: id,
        institutionId,
        courseId: courseId(code),
        nodeKey: "root",
        term: places[code],
        requirement: "REQUIRED",
      })),
    );
  }
}

/** The agreement in force, its pathway of three and four years, and what the university recognises. */
async function openAgreement(sql: postgres.Sql): Promise<void> {
  const titles = { titleZh: "机电类三加四贯通培养", titleEn: "Mechatronics, three and four" };
  const citation = sql.json(CITATION);
  const [allianceId, agreementId] = [idOf("alliance", "a"), idOf("agreement", "a")];
  await insertAll(sql, "alliance", [{ id: allianceId, key: "a", ...titles, leadInstitutionId: UNIVERSITY, citation }]);
  await insertAll(sql, "agreement", [
    {
      id: agreementId,
      allianceId,
      key: "a",
      version: 1,
      ...titles,
      status: "IN_FORCE",
      cohortFrom: 2019,
      invented: true,
    },
  ]);
  await insertAll(
    sql,
    "agreement_party",
    [SCHOOL, UNIVERSITY].map((institutionId) => ({
      agreementId,
      id: idOf("party", institutionId),
      institutionId,
      signedOn: "2019-03-01",
    })),
  );
  await insertAll(sql, "pathway", [{ id: PATHWAY, agreementId, key: "mechatronics-3-4", ...titles }]);
  const conditions = [
    { kind: "REQUIRED_COURSES", throughTerm: 6, outstandingMax: 0, citation: CITATION },
    { kind: "ASSESSMENT", minTenths: 400, exempt: ["PROVINCIAL"], citation: CITATION },
  ];
  const stage = (ordinal: number, programmeId: string, years: number) => ({
    pathwayId: PATHWAY,
    ordinal,
    programmeId,
    years,
    confers: sql.json([]),
    leaver: sql.json([]),
    gate: ordinal === 1 ? sql.json({ titleZh: "转段考核", titleEn: "Transfer assessment", conditions }) : null,
  });
  await insertAll(sql, "stage", [stage(1, MECHATRONICS, 3), stage(2, ENGINEERING, 4)]);
  await openRules(sql, agreementId);
}

async function openRules(sql: postgres.Sql, agreementId: string): Promise<void> {
  const ruleSetId = idOf("rule-set", "a");
  const parts = { programmeIds: [], caps: [], exclusions: [], natureConstraints: [], citation: CITATION };
  const title = { titleZh: "贯通培养互认规则", titleEn: "Rules of recognition" };
  const scope = { owner: "AGREEMENT", institutionId: UNIVERSITY, agreementId, effectiveFrom: "2019-01-01" };
  await insertAll(sql, "rule_set", [
    { id: ruleSetId, key: "a", version: 1, ...title, ...scope, document: sql.json(parts) },
  ]);
  const named = (code: string) => {
    const [, zh = ""] = COURSES.find(([each]) => each === code) ?? [];
    return { courseId: courseId(code), code, title: { zh, en: code } };
  };
  const minGrade = { scoreTenths: 800, level: "GOOD", passFail: false };
  const course = (code: string) => ({ kind: "COURSE", ...named(code), minGrade });
  const rules = [
    { key: "drawing", match: course("DRAW"), target: "UDRAW", conversion: "TARGET_IF_COVERED", discretion: false },
    { key: "electricity", match: course("ELEC"), target: "UELEC", conversion: "TARGET_IF_COVERED", discretion: true },
    {
      key: "veteran",
      match: { kind: "SERVICE", minMonths: 24 },
      target: "UMIL",
      conversion: "TARGET",
      discretion: false,
    },
  ];
  const documentOf = ({ key, match, target, conversion, discretion }: (typeof rules)[number]) => ({
    id: idOf("rule", key),
    key,
    version: 1,
    title: { zh: `${key} → ${target}`, en: `${key} → ${target}` },
    source: { match },
    target: { kind: "COURSES", courses: [named(target)] },
    conversion: { kind: conversion },
    recordedGrade: { kind: "PASS" },
    priority: 100,
    shared: false,
    throughRecognition: false,
    effectiveFrom: null,
    effectiveUntil: null,
    cohortFrom: null,
    cohortUntil: null,
    discretion,
    citation: CITATION,
    examples: [],
  });
  await insertAll(
    sql,
    "rule",
    rules.map((rule) => ({
      ruleSetId,
      id: idOf("rule", rule.key),
      key: rule.key,
      version: 1,
      document: sql.json(documentOf(rule) as never),
    })),
  );
}

async function openStaff(sql: postgres.Sql): Promise<void> {
  const classes = STAFF.flatMap(([, , school, name]) => (name === null ? [] : [{ school, name }]));
  await insertAll(
    sql,
    "class_group",
    classes.map(({ school, name }) => ({
      id: idOf("class", name),
      institutionId: idOf("institution", school),
      programmeId: school === "school" ? MECHATRONICS : name.includes("自动化") ? AUTOMATION : ENGINEERING,
      name,
      entryYear: 2000 + Number(name.slice(0, 2)),
    })),
  );
  for (const [login, role, school, className] of STAFF)
    await openAccount(sql, login, {
      role,
      institutionId: idOf("institution", school),
      classId: className === null ? null : idOf("class", className),
    });
}

/** An account that may sign in, with its one capacity. */
export async function openAccount(sql: postgres.Sql, login: Login, capacity: object): Promise<void> {
  const accountId = idOf("account", login);
  await insertAll(sql, "account", [{ id: accountId, login, displayName: login, demo: "yes" }]);
  await insertAll(sql, "capacity", [{ accountId, id: idOf("capacity", login), validFrom: SINCE, ...capacity }]);
}
