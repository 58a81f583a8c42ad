import type postgres from "postgres";
import { encodeId } from "../../src/api/node-id.ts";
import type { Sql } from "../../src/db/transaction.ts";
import { encrypt } from "../../src/auth/cipher.ts";
import { writeDocuments, writeRegistryNumbers } from "../../src/features/registry/service.ts";
import { ENGINE_VERSION, type RecognitionInput, writeInput } from "../../src/domain/recognition/input.ts";
import { recognise } from "../../src/domain/recognition/recognise.ts";
import { idOf } from "../../src/seed/id.ts";
import type { TestApi } from "../support/api.ts";

/**
 * Who stands how to 白一凡 (24机电1班, 机电工程系, 机电学校), who takes a course at 普高中职班: each a demo login. Of every
 * role there is someone close, and someone of the same school or of another who is not.
 */
export const ACTORS = {
  self: "student.bai",
  schoolmate: "student.wang",
  "student elsewhere": "student.zhao",
  guardian: "guardian.bai",
  "guardian of another": "guardian.wang",
  "class teacher": "classteacher.jdsf",
  "class teacher of another class": "classteacher.other",
  reviewer: "reviewer.jdsf",
  "reviewer of another department": "reviewer.other",
  "reviewer elsewhere": "reviewer.btvtc",
  registrar: "registrar.jdsf",
  deputy: "deputy.jdsf",
  confirmer: "confirmer.jdsf",
  "registrar elsewhere": "registrar.qgsf",
  "host registrar": "registrar.pgzz",
  "host teacher": "teacher.pgzz",
  "teacher elsewhere": "teacher.jgsf",
  mentor: "mentor.bai",
  "mentor of another": "mentor.machinery",
  planner: "planner.alliance1",
  signatory: "signatory.btvtc",
  bureau: "bureau.baotou",
  auditor: "auditor",
  administrator: "admin",
  "school's administrator": "admin.jdsf",
  nobody: null,
} as const satisfies Readonly<Record<string, string | null>>;
export type Actor = keyof typeof ACTORS;

/** What is asked about. */
export interface World {
  readonly learner: string;
  readonly programme: string;
  readonly section: string;
  /** A batch that the registrar recorded. */
  readonly batch: string;
  readonly achievement: string;
  /** Something at the school that rests on an achievement taken back. */
  readonly reviewCase: string;
  /** One that was submitted to the school, of nothing. */
  readonly application: string;
}

const LEARNER = idOf("learner", "bai-yifan");
const SCHOOL = idOf("institution", "jdsf");
const PUBLIC_NOTICE = encodeId("PublicNotice", SCHOOL, LEARNER);
const PUBLIC_NOTICE_OBJECTION = encodeId("PublicNoticeObjection", SCHOOL, LEARNER);
const REGISTRATION = idOf("registration", "bai-yifan/jdsf-660301-3y/1");

async function account(sql: postgres.Sql, login: string, capacity: Readonly<Record<string, unknown>>): Promise<void> {
  const id = idOf("account", login);
  await sql`insert into account (id, login, display_name, demo) values (${id}, ${login}, ${login}, 'yes')`;
  await sql`insert into capacity ${sql({ accountId: id, id, validFrom: "2020-01-01", ...capacity })}`;
}

/** Adds to the demonstration whoever is missing, and a batch that waits to be confirmed. */
export async function arrangeWorld(sql: postgres.Sql, api: TestApi): Promise<World> {
  await account(sql, "guardian.bai", { role: "GUARDIAN", learnerId: LEARNER });
  await account(sql, "classteacher.other", {
    role: "CLASS_TEACHER",
    institutionId: SCHOOL,
    classId: idOf("class-group", "jdsf/24焊接1班"),
  });
  await account(sql, "reviewer.other", {
    role: "DEPARTMENT_REVIEWER",
    institutionId: SCHOOL,
    departmentId: idOf("department", "jdsf/公共基础部"),
  });
  await account(sql, "mentor.bai", { role: "ENTERPRISE_MENTOR" });
  await sql`insert into placement ${sql({
    learnerId: LEARNER,
    id: LEARNER,
    institutionId: SCHOOL,
    enterpriseId: idOf("enterprise", "yfzb"),
    mentorAccountId: idOf("account", "mentor.bai"),
    post: "装配钳工",
    startsOn: "2026-09-07",
    endsOn: "2027-01-15",
  })}`;
  // 白一凡 lets another school read
  await sql`insert into sharing_consent ${sql({
    learnerId: LEARNER,
    id: LEARNER,
    institutionId: idOf("institution", "qgsf"),
    givenBy: idOf("account", ACTORS.self),
    givenAt: "2026-11-20T00:00:00Z",
  })}`;
  // what the class teacher sent in
  await sql`insert into file ${sql({
    learnerId: LEARNER,
    id: LEARNER,
    institutionId: SCHOOL,
    kind: "PAPER_CONSENT",
    sha256: "0".repeat(64),
    mediaType: "image/png",
    size: 1,
    uploadedBy: idOf("account", ACTORS["class teacher"]),
    uploadedAt: "2026-11-20T00:00:00Z",
  })}`;
  await sql`insert into bank_number ${sql({
    learnerId: LEARNER,
    number: "XF0000000013",
    homeInstitutionId: SCHOOL,
    institutionId: SCHOOL,
    ground: "OTHER",
    remark: "入学前开户",
    openedBy: idOf("account", ACTORS.registrar),
    openedAt: "2024-08-20T00:00:00Z",
  })}`;
  await sql`insert into merge_case ${sql({
    learnerId: LEARNER,
    id: LEARNER,
    otherId: idOf("learner", "peng-xue"),
    institutionId: SCHOOL,
    otherInstitutionId: SCHOOL,
    foundBy: "DOCUMENT",
    state: "OPEN",
    openedAt: "2026-11-20T00:00:00Z",
  })}`;
  // what the registrar wrote down, and another is to confirm
  await sql`insert into status_change ${sql({
    learnerId: LEARNER,
    id: LEARNER,
    registrationId: REGISTRATION,
    institutionId: SCHOOL,
    learnerName: "白一凡",
    kind: "MILITARY_SERVICE",
    state: "RECORDED",
    effectiveOn: "2026-11-20",
    decidedOn: "2026-11-20",
    decisionNo: "1",
    reason: "应征入伍",
    statusBefore: "ACTIVE",
    statusAfter: "ON_LEAVE",
    cohortBefore: 2024,
    cohortAfter: 2024,
    programmeBefore: idOf("programme", "jdsf-660301-3y"),
    programmeAfter: idOf("programme", "jdsf-660301-3y"),
    classAfter: idOf("class-group", "jdsf/24机电1班"),
    effects: sql.json({ pathway: "KEPT_FOR_RETURN", holds: [], seats: [], plan: "SAME", transition: null }),
    recordedBy: idOf("account", ACTORS.registrar),
    recordedAt: "2026-11-20T00:00:00Z",
  })}`;
  // a list that the registrar made, with one learner on it, and another is to publish
  const [pathwayId, before] = [idOf("pathway", "mechatronics"), idOf("programme", "jdsf-660301-3y")];
  await sql`insert into transfer_list ${sql({
    institutionId: SCHOOL,
    id: LEARNER,
    toInstitutionId: idOf("institution", "btvtc"),
    pathwayId,
    programmeBefore: before,
    programmeAfter: idOf("programme", "btvtc-460301-2y"),
    cohortBefore: 2024,
    effectiveOn: "2027-09-01",
    decidedOn: "2026-11-20",
    decisionNo: "1",
    conditions: sql.json([]),
    state: "RECORDED",
    recordedBy: idOf("account", ACTORS.registrar),
    recordedAt: "2026-11-20T00:00:00Z",
  })}`;
  const other = idOf("learner", "peng-xue");
  await sql`insert into status_change ${sql({
    learnerId: other,
    id: other,
    registrationId: idOf("registration", "peng-xue/jdsf-660301-3y/1"),
    institutionId: SCHOOL,
    learnerName: "彭雪",
    kind: "STAGE_TRANSFER",
    state: "RECORDED",
    effectiveOn: "2027-09-01",
    decidedOn: "2026-11-20",
    decisionNo: "1",
    reason: "转段",
    statusBefore: "ACTIVE",
    statusAfter: "GRADUATED",
    cohortBefore: 2024,
    cohortAfter: 2027,
    programmeBefore: before,
    programmeAfter: idOf("programme", "btvtc-460301-2y"),
    effects: sql.json({ pathway: "KEPT", holds: [], openApplications: 0, seats: [], plan: "OTHER", transition: null }),
    recordedBy: idOf("account", ACTORS.registrar),
    recordedAt: "2026-11-20T00:00:00Z",
    listId: LEARNER,
    findings: sql.json([]),
    phaseAfter: 1,
  })}`;
  await sql`insert into erasure_request ${sql({
    learnerId: LEARNER,
    id: LEARNER,
    institutionId: SCHOOL,
    requestedBy: idOf("account", ACTORS.self),
    requestedAt: "2026-11-20T00:00:00Z",
    reason: "不再使用本服务",
  })}`;
  // a public notice that is open, and an objection to it
  await sql`insert into public_notice ${sql({
    institutionId: SCHOOL,
    id: LEARNER,
    kind: "AWARD",
    title: "获奖公示",
    openedAt: "2026-11-20T00:00:00Z",
    openedBy: idOf("account", ACTORS.registrar),
    closesOn: "2026-12-31",
    closesAt: "2026-12-31T16:00:00Z",
    workingDays: 5,
    answerWorkingDays: 5,
    citation: sql.json({ document: "公示办法", clause: "一" }),
    certainty: "VERIFIED",
    contactName: "王老师",
    contactHow: "教务科",
  })}`;
  const item = { openedAt: "2026-11-20T00:00:00Z", closesAt: "2026-12-31T16:00:00Z", name: "白**", item: "一等奖" };
  await sql`insert into public_notice_item ${sql({
    institutionId: SCHOOL,
    noticeId: LEARNER,
    position: 1,
    learnerId: LEARNER,
    ...item,
  })}`;
  const owner = { institutionId: SCHOOL, id: LEARNER };
  const said = encrypt(
    api.keys.newest("objection"),
    JSON.stringify({ name: "李四", contact: null, words: "有误" }),
    `objection/${SCHOOL}/${LEARNER}`,
  );
  await sql`insert into public_notice_objection ${sql({
    ...owner,
    ...said,
    noticeId: LEARNER,
    position: 1,
    codeHash: "hash",
    receivedAt: "2026-11-20T00:00:00Z",
    dueOn: "2026-11-27",
    state: "RECEIVED",
    named: true,
  })}`;
  // the registrar handed their role on, to someone whose own comes first
  await sql`insert into capacity ${sql({
    accountId: idOf("account", ACTORS["school's administrator"]),
    id: LEARNER,
    role: "REGISTRAR",
    institutionId: SCHOOL,
    validFrom: "2026-11-01",
    validUntil: "2026-12-31",
    delegatedBy: idOf("account", ACTORS.registrar),
    delegationReason: "出差",
  })}`;
  await sql`insert into review_case ${sql({
    learnerId: LEARNER,
    id: LEARNER,
    achievementId: LEARNER,
    titleZh: "数学",
    titleEn: "Mathematics",
    unit: "SECONDARY",
    credits: 300,
    registrationId: LEARNER,
    programmeId: idOf("programme", "jdsf-660301-3y"),
    institutionId: SCHOOL,
    correctedBy: SCHOOL,
    kind: "REVERSE",
    reason: "登记到了别人名下",
    openedAt: "2026-11-20T00:00:00Z",
  })}`;
  const input = emptyInput();
  await sql`insert into application ${sql({
    learnerId: LEARNER,
    id: LEARNER,
    version: 1,
    registrationId: LEARNER,
    programmeId: idOf("programme", "jdsf-660301-3y"),
    institutionId: SCHOOL,
    departmentId: idOf("department", "jdsf/机电工程系"),
    homeInstitutionId: SCHOOL,
    learnerName: "白一凡",
    status: "SUBMITTED",
    submittedBy: idOf("account", ACTORS.self),
    submittedAt: "2026-11-20T00:00:00Z",
    waitingSince: "2026-11-20T00:00:00Z",
    engineVersion: ENGINE_VERSION,
    input: writeInput(input),
    outcome: sql.json(recognise(input) as never),
    amounts: sql.json([]),
  })}`;
  await sql`insert into application_event ${sql({
    learnerId: LEARNER,
    applicationId: LEARNER,
    version: 1,
    institutionId: SCHOOL,
    departmentId: idOf("department", "jdsf/机电工程系"),
    homeInstitutionId: SCHOOL,
    step: "SUBMIT",
    status: "SUBMITTED",
    byName: "白一凡",
    at: "2026-11-20T00:00:00Z",
  })}`;
  const [achievement] = await sql<{ id: string }[]>`select id from achievement
    where learner_id = ${LEARNER} and detail ->> 'code' = 'JD0102' and status = 'DEPOSITED'`;
  const document = { kind: "PASSPORT", number: "E7654321", birthOn: "2099-03-04" } as const;
  const tx = { run: async <T>(statement: (run: Sql) => PromiseLike<T>): Promise<T> => statement(sql) };
  await writeDocuments(tx, api.keys, SCHOOL, new Map([[LEARNER, document]]), "2026-11-26");
  await writeRegistryNumbers(tx, api.keys, SCHOOL, new Map([[LEARNER, "G7654321"]]));
  const recorded = await api.ask<{ recordAchievement: { batch?: { id: string } } }>(
    RECORD,
    { input: RESULT },
    { as: ACTORS.registrar },
  );
  return {
    learner: encodeId("Learner", LEARNER),
    programme: encodeId("Programme", idOf("programme", "btvtc-460301-2y")),
    section: encodeId("Section", idOf("section", "pgzz-ai")),
    batch: recorded.data?.recordAchievement.batch?.id ?? "",
    achievement: encodeId("Achievement", LEARNER, achievement?.id ?? ""),
    reviewCase: encodeId("ReviewCase", LEARNER, LEARNER),
    application: encodeId("Application", LEARNER, LEARNER),
  };
}

const RECORD = `mutation ($input: RecordAchievementInput!) { recordAchievement(input: $input) {
  __typename ... on RecordAchievementsSuccess { batch { id } } ... on Problem { code } } }`;
const RESULT = {
  studentNo: "2024010010",
  courseCode: "JD0101",
  termCode: "2025-2026-2",
  grade: "88",
  completedOn: "2026-07-05",
  attempt: "RETAKE",
};

/** A plan that asks for nothing, and nothing to be recognised in it. */
function emptyInput(): RecognitionInput {
  const root = { kind: "ALL_OF", key: "root", title: { zh: "方案", en: "Plan" }, children: [] } as const;
  return {
    facts: [],
    assumed: [],
    plan: { id: LEARNER, programmeId: LEARNER, cohort: 2024, root, courses: new Map() },
    context: { asOf: "2026-11-20", cohort: 2024, passedCourseIds: new Set() },
    ruleSets: [],
    earlier: [],
    refusals: [],
    substitutions: [],
    scale: {
      passTenths: 600,
      bands: { EXCELLENT: 900, GOOD: 800, MEDIUM: 700, PASS: 600, FAIL: 0 },
      reverse: { EXCELLENT: 950, GOOD: 850, MEDIUM: 750, PASS: 650, FAIL: 0 },
    },
    nodeBudget: 100,
  };
}

/** The way to the objects of a type: what is asked, with FIELDS in the place of its fields, and where they are found. */
export interface Way {
  readonly ask: string;
  readonly path: readonly string[];
  readonly reached: readonly Actor[];
  /** Fields that not everyone who reaches the object may read. */
  readonly narrower?: Readonly<Record<string, readonly Actor[]>>;
  /** Of an object made up on the way: the lists in it that hold what the database gave. */
  readonly made?: readonly string[];
}

const EVERYONE_SIGNED_IN = (Object.keys(ACTORS) as Actor[]).filter((actor) => actor !== "nobody");
const RECORD_READERS: readonly Actor[] = [
  "self",
  "guardian",
  "class teacher",
  "reviewer",
  "registrar",
  "deputy",
  "confirmer",
];
const STATEMENT_READERS = RECORD_READERS.filter((actor) => actor !== "reviewer");
const REGISTRARS: readonly Actor[] = ["registrar", "deputy", "confirmer"];
const ROSTER_READERS: readonly Actor[] = [...REGISTRARS, "host registrar", "host teacher"];
const CHECK = `query ($learner: ID!, $programme: ID!) {
  recognitionCheck(learnerId: $learner, programId: $programme) { __typename ... on RecognitionCheck { FIELDS } ... on Problem { code } } }`;

const ofLearner = (inner: string): string => `query ($learner: ID!) { learner(id: $learner) { ${inner} } }`;
const ofBatch = (inner: string): string => `query ($batch: ID!) { depositBatch(id: $batch) { ${inner} } }`;

const FILES = "query ($learner: ID!) { files(learnerId: $learner) { FIELDS } }";
const PLACEMENTS = "query ($learner: ID!) { placements(learnerId: $learner) { edges { node { FIELDS } } } }";
const SCHOOL_NOTICES = "{ schoolPublicNotices { edges { node { FIELDS } } } }";
const CHANGES = "query ($learner: ID!) { statusChanges(learnerId: $learner) { edges { node { FIELDS } } } }";
const CONSENTS = "query ($learner: ID!) { consents(learnerId: $learner) { FIELDS } }";

/** Every type that holds something of a person or a school, and who reaches 白一凡's. */
export const PERSONAL: Readonly<Record<string, Way>> = {
  Learner: {
    ask: ofLearner("FIELDS"),
    path: ["learner"],
    reached: [...RECORD_READERS, "mentor"],
    narrower: { statement: STATEMENT_READERS, achievements: RECORD_READERS },
  },
  IdentityDocument: {
    ask: ofLearner("identityDocument { FIELDS }"),
    path: ["learner", "identityDocument"],
    reached: ["self", "guardian", ...REGISTRARS],
  },
  BankNumber: {
    ask: ofLearner("bankNumber { FIELDS }"),
    path: ["learner", "bankNumber"],
    reached: ["self", "guardian", ...REGISTRARS],
  },
  RegistryNumber: {
    ask: ofLearner("registryNumber { FIELDS }"),
    path: ["learner", "registryNumber"],
    reached: ["self", "guardian", ...REGISTRARS],
  },
  ErasureRequest: {
    ask: "{ erasureRequests { FIELDS } }",
    path: ["erasureRequests"],
    reached: ["self", "guardian", ...REGISTRARS],
  },
  ErasurePreview: {
    ask: "query ($learner: ID!) { erasurePreview(learnerId: $learner) { FIELDS } }",
    path: ["erasurePreview"],
    reached: ["self", "guardian", ...REGISTRARS],
  },
  GuardianConsent: {
    ask: CONSENTS.replace("FIELDS", "consent { FIELDS }"),
    path: ["consents", "consent"],
    reached: STATEMENT_READERS,
  },
  File: {
    ask: FILES,
    path: ["files"],
    reached: STATEMENT_READERS,
  },
  Placement: {
    ask: PLACEMENTS,
    path: ["placements", "edges", "node"],
    reached: [...STATEMENT_READERS, "mentor"],
  },
  SchoolPublicNotice: {
    ask: SCHOOL_NOTICES,
    path: ["schoolPublicNotices", "edges", "node"],
    reached: REGISTRARS,
  },
  PublicNoticeObjection: {
    ask: SCHOOL_NOTICES.replace("FIELDS", "objections { FIELDS }"),
    path: ["schoolPublicNotices", "edges", "node", "objections"],
    reached: REGISTRARS,
  },
  MergeCase: {
    ask: "{ mergeCases(waiting: false) { edges { node { FIELDS } } } }",
    path: ["mergeCases", "edges", "node"],
    reached: REGISTRARS,
  },
  StatusChange: {
    ask: CHANGES,
    path: ["statusChanges", "edges", "node"],
    reached: ["self", "guardian", ...REGISTRARS],
  },
  TransferList: {
    ask: "{ transferLists { edges { node { FIELDS } } } }",
    path: ["transferLists", "edges", "node"],
    reached: REGISTRARS,
  },
  Registration: {
    ask: ofLearner("registrations { FIELDS }"),
    path: ["learner", "registrations"],
    reached: RECORD_READERS,
  },
  Achievement: {
    ask: ofLearner("achievements(first: 1) { edges { node { FIELDS } } }"),
    path: ["learner", "achievements", "edges", "node"],
    reached: RECORD_READERS,
  },
  Grade: {
    ask: ofLearner("achievements(first: 1) { edges { node { grade { FIELDS } } } }"),
    path: ["learner", "achievements", "edges", "node", "grade"],
    reached: RECORD_READERS,
  },
  Statement: {
    ask: ofLearner("statement { FIELDS }"),
    path: ["learner", "statement"],
    reached: STATEMENT_READERS,
    made: ["balances", "byInstitution", "entries"],
  },
  Balance: {
    ask: ofLearner("statement { balances { FIELDS } }"),
    path: ["learner", "statement", "balances"],
    reached: STATEMENT_READERS,
  },
  InstitutionBalance: {
    ask: ofLearner("statement { byInstitution { FIELDS } }"),
    path: ["learner", "statement", "byInstitution"],
    reached: STATEMENT_READERS,
  },
  StatementEntry: {
    ask: ofLearner("statement { entries { FIELDS } }"),
    path: ["learner", "statement", "entries"],
    reached: STATEMENT_READERS,
  },
  DepositBatch: { ask: ofBatch("FIELDS"), path: ["depositBatch"], reached: REGISTRARS },
  BatchTotal: { ask: ofBatch("totals { FIELDS }"), path: ["depositBatch", "totals"], reached: REGISTRARS },
  BatchRow: {
    ask: ofBatch("rows { edges { node { FIELDS } } }"),
    path: ["depositBatch", "rows", "edges", "node"],
    reached: REGISTRARS,
  },
  Application: {
    ask: "{ applications { edges { node { FIELDS } } } }",
    path: ["applications", "edges", "node"],
    reached: RECORD_READERS,
  },
  ReviewCase: {
    ask: "{ reviewCases { edges { node { FIELDS } } } }",
    path: ["reviewCases", "edges", "node"],
    reached: ["self", "guardian", ...REGISTRARS],
  },
  Seat: {
    ask: "query ($section: ID!) { section(id: $section) { roster { FIELDS } } }",
    path: ["section", "roster"],
    reached: ROSTER_READERS,
  },
  RecognitionCheck: {
    ask: CHECK,
    path: ["recognitionCheck"],
    reached: RECORD_READERS,
    made: ["lines", "refusals"],
  },
  AccountAccess: { ask: "{ access { FIELDS } }", path: ["access"], reached: EVERYONE_SIGNED_IN },
  Viewer: { ask: "{ viewer { FIELDS } }", path: ["viewer"], reached: EVERYONE_SIGNED_IN },
  Capacity: { ask: "{ viewer { capacity { FIELDS } } }", path: ["viewer", "capacity"], reached: EVERYONE_SIGNED_IN },
};

/** Types that hang on a personal one and are reached nowhere else. */
export const PARTS: ReadonlySet<string> = new Set([
  "AccessLogEntry",
  "AccountPasskey",
  "AuditAccount",
  "AuditEntry",
  "ClassAccounts",
  "ErasureDecline",
  "EvidenceField",
  "GradePointAverage",
  "LedgerSeal",
  "ErasureHold",
  "ErasurePart",
  "IssuedCode",
  "Guardianship",
  "LearnerAccount",
  "LinkedIdentity",
  "StaffAccount",
  "StaffRole",
  "SharedRecord",
  "SharingConsent",
  "SignInSession",
  "CapUse",
  "ApplicationLine",
  "ApplicationSource",
  "ApplicationStepTaken",
  "ApplicationVerdict",
  "ConditionTested",
  "Correction",
  "ConsentRequest",
  "ConsentState",
  "DeadJob",
  "DeadJobReference",
  "Delegation",
  "HomeValue",
  "LineTarget",
  "NodeProgress",
  "Notice",
  "NoticeAddress",
  "AllianceFigure",
  "Figure",
  "MergeRecord",
  "NamedCourse",
  "Packing",
  "PlacementResult",
  "ObjectionAnswer",
  "OpenAct",
  "ProposedRecognition",
  "RecognitionLine",
  "RecognitionRefusal",
  "SeatGivenUp",
  "StatusChangeEffects",
  "StatusChangeHold",
  "TransferFinding",
  "UnreadNotice",
]);

/** Types of what is published. */
export const PUBLISHED_TYPES: ReadonlySet<string> = new Set([
  "Agreement",
  "AgreementParty",
  "Alignment",
  "Alliance",
  "AllianceMember",
  "FigureLimit",
  "Award",
  "Bell",
  "BellSet",
  "CalendarDay",
  "CalendarWindow",
  "Campus",
  "CatalogueCoverage",
  "Certificate",
  "Citation",
  "ConsentRequirement",
  "Competition",
  "Course",
  "DemoLogin",
  "Department",
  "Institution",
  "InstitutionEvent",
  "Major",
  "MajorClass",
  "Meeting",
  "NormFinding",
  "PageInfo",
  "Enterprise",
  "Pathway",
  "Plan",
  "PlanCourse",
  "PlanNode",
  "Programme",
  "PublicNames",
  "PublicNotice",
  "PublicNoticeItem",
  "PublicNoticePeriod",
  "ApplicationStepPeriod",
  "RegistryPhase",
  "Rule",
  "RuleCap",
  "RuleExclusion",
  "RuleSet",
  "SchoolClass",
  "SchoolDay",
  // but its roster and the caller's own seat, which are of type Seat
  "Section",
  "SectionReservation",
  "SignInIssuer",
  "SignInMethods",
  "Stage",
  "Term",
  "Title",
  "WorkingDay",
]);

/** A root field that reveals something of a person or a school, or does something: who it is for. */
export interface Door {
  readonly ask: string;
  readonly variables?: (world: World) => object;
  /** Where the answer lies; found there, it was given. */
  readonly path: readonly string[];
  readonly reached: readonly Actor[];
  /** Whom the database shows rows of their own there, where only the database holds the line. */
  readonly own?: readonly Actor[];
  /** Where rows lie in an answer that is made up on the way. */
  readonly rows?: readonly string[];
}

export const QUERIES: Readonly<Record<string, Door>> = {
  node: {
    ask: "query ($learner: ID!) { node(id: $learner) { id } }",
    path: ["node"],
    reached: [...RECORD_READERS, "mentor"],
  },
  learner: { ask: ofLearner("id"), path: ["learner"], reached: [...RECORD_READERS, "mentor"] },
  learners: {
    ask: `{ learners(text: "2024010010") { edges { node { id } } } }`,
    path: ["learners", "edges"],
    reached: RECORD_READERS,
  },
  achievements: {
    ask: "{ achievements(first: 1) { edges { node { id } } } }",
    path: ["achievements", "edges"],
    // each reads what their own school vouches for; the host's has deposited nothing yet
    reached: [...REGISTRARS, "registrar elsewhere"],
    own: [
      "self",
      "schoolmate",
      "student elsewhere",
      "guardian",
      "guardian of another",
      "class teacher",
      "class teacher of another class",
      "reviewer",
      "reviewer elsewhere",
    ],
  },
  depositBatches: {
    ask: "{ depositBatches { edges { node { id } } } }",
    path: ["depositBatches", "edges"],
    reached: REGISTRARS,
  },
  applications: {
    ask: "{ applications { edges { node { id } } } }",
    path: ["applications", "edges"],
    reached: RECORD_READERS,
  },
  application: {
    ask: "query ($application: ID!) { application(id: $application) { id } }",
    path: ["application"],
    reached: RECORD_READERS,
  },
  reviewCases: {
    ask: "{ reviewCases { edges { node { id } } } }",
    path: ["reviewCases", "edges"],
    reached: ["self", "guardian", ...REGISTRARS],
  },
  depositBatch: { ask: ofBatch("id"), path: ["depositBatch"], reached: REGISTRARS },
  recognitionCheck: {
    ask: CHECK.replace("FIELDS", "lines { credits } refusals { code }"),
    path: ["recognitionCheck"],
    rows: ["recognitionCheck", "refusals"],
    reached: RECORD_READERS,
  },
  mySeats: { ask: "{ mySeats { studentNo } }", path: ["mySeats"], reached: ["self", "guardian"] },
  deadJobs: {
    ask: "{ deadJobs { edges { node { id } } } }",
    path: ["deadJobs"],
    rows: ["deadJobs", "edges"],
    reached: ["administrator"],
  },
  staffAccounts: {
    ask: "{ staffAccounts { edges { node { id } } } }",
    path: ["staffAccounts"],
    rows: ["staffAccounts", "edges"],
    reached: ["administrator", "school's administrator"],
  },
  auditEntries: {
    ask: "{ auditEntries { edges { node { action } } } }",
    path: ["auditEntries"],
    rows: ["auditEntries", "edges"],
    reached: ["auditor"],
  },
  // one's own, and those given to one's school
  erasureRequests: {
    ask: "{ erasureRequests { id } }",
    path: ["erasureRequests"],
    rows: ["erasureRequests"],
    reached: ["self", "guardian", ...REGISTRARS],
  },
  erasurePreview: {
    ask: "query ($learner: ID!) { erasurePreview(learnerId: $learner) { parts { table rows } } }",
    path: ["erasurePreview"],
    reached: ["self", "guardian", ...REGISTRARS],
  },
  sharingConsents: {
    ask: "{ sharingConsents { id } }",
    path: ["sharingConsents"],
    rows: ["sharingConsents"],
    reached: ["self", "guardian", "registrar elsewhere"],
  },
  sharedRecord: {
    ask: "query ($learner: ID!) { sharedRecord(learnerId: $learner) { learnerName } }",
    path: ["sharedRecord"],
    reached: ["registrar elsewhere"],
  },
  // each about their own record
  accessLog: {
    ask: "{ accessLog { edges { node { action } } } }",
    path: ["accessLog"],
    rows: ["accessLog", "edges"],
    reached: ["self", "schoolmate", "student elsewhere", "guardian", "guardian of another"],
  },
  consents: {
    ask: CONSENTS.replace("FIELDS", "act consent { id }"),
    path: ["consents"],
    rows: ["consents", "consent"],
    reached: STATEMENT_READERS,
  },
  allianceFigures: {
    ask: "{ allianceFigures { measure } }",
    path: ["allianceFigures"],
    rows: ["allianceFigures"],
    reached: ["bureau"],
  },
  figures: {
    ask: "{ figures { measure } }",
    path: ["figures"],
    rows: ["figures"],
    reached: ["bureau"],
  },
  placements: {
    ask: PLACEMENTS.replace("FIELDS", "id"),
    path: ["placements", "edges"],
    rows: ["placements", "edges"],
    reached: [...STATEMENT_READERS, "mentor"],
  },
  schoolPublicNotices: {
    ask: SCHOOL_NOTICES.replace("FIELDS", "standing objections { words }"),
    path: ["schoolPublicNotices", "edges"],
    rows: ["schoolPublicNotices", "edges"],
    reached: REGISTRARS,
  },
  // whoever holds a code, and this one is nobody's
  objectionAnswer: {
    ask: '{ objectionAnswer(code: "AAAA-BBBB-CCCC-DDDD") { state } }',
    path: ["objectionAnswer"],
    reached: [],
  },
  mergeCases: {
    ask: "{ mergeCases(waiting: false) { edges { node { id } } } }",
    path: ["mergeCases", "edges"],
    rows: ["mergeCases", "edges"],
    reached: REGISTRARS,
  },
  transferLists: {
    ask: "{ transferLists { edges { node { id } } } }",
    path: ["transferLists", "edges"],
    reached: REGISTRARS,
  },
  transferList: {
    ask: `{ transferList(id: "${encodeId("TransferList", SCHOOL, LEARNER)}") { id } }`,
    path: ["transferList"],
    reached: REGISTRARS,
  },
  statusChanges: {
    ask: CHANGES.replace("FIELDS", "id"),
    path: ["statusChanges", "edges"],
    rows: ["statusChanges", "edges"],
    reached: ["self", "guardian", ...REGISTRARS],
  },
  files: { ask: FILES.replace("FIELDS", "id"), path: ["files"], reached: STATEMENT_READERS },
  delegations: {
    ask: "{ delegations { id heldBy } }",
    path: ["delegations"],
    reached: ["registrar", "school's administrator", "administrator"],
  },
  access: { ask: "{ access { hasPassword } }", path: ["access"], reached: EVERYONE_SIGNED_IN },
  classAccounts: {
    ask: "{ classAccounts { name } }",
    path: ["classAccounts"],
    reached: ["registrar", "deputy", "registrar elsewhere"],
    // a class holds nobody's name: everyone of a school may know its classes
    own: EVERYONE_SIGNED_IN,
  },
  learnerAccounts: {
    ask: "query ($learner: ID!) { learnerAccounts(learnerId: $learner) { login } }",
    path: ["learnerAccounts"],
    reached: ["registrar", "deputy"],
  },
  // each their own: nobody has been told anything yet
  notices: { ask: "{ notices { edges { node { id } } } }", path: ["notices"], reached: EVERYONE_SIGNED_IN },
  // nobody has none
  unreadNotices: { ask: "{ unreadNotices }", path: ["unreadNotices"], reached: [...EVERYONE_SIGNED_IN, "nobody"] },
  openActsOfClass: {
    ask: "{ openActsOfClass { edges { node { text } } } }",
    path: ["openActsOfClass"],
    rows: ["openActsOfClass", "edges"],
    reached: ["class teacher", "class teacher of another class"],
    // a line of a public notice is for anyone to read, and a mentor knows their apprentice's name
    own: ["mentor"],
  },
  unreadNoticesOfClass: {
    ask: "{ unreadNoticesOfClass { edges { node { title } } } }",
    path: ["unreadNoticesOfClass"],
    rows: ["unreadNoticesOfClass", "edges"],
    reached: ["class teacher", "class teacher of another class"],
  },
  noticeAddresses: {
    ask: "{ noticeAddresses { address } }",
    path: ["noticeAddresses"],
    reached: [],
  },
  viewer: {
    ask: "{ viewer { login } }",
    path: ["viewer"],
    reached: EVERYONE_SIGNED_IN,
  },
};

/** Root fields whose answers are published: everyone gets the same. */
export const PUBLISHED_QUERIES: ReadonlySet<string> = new Set([
  "alliances",
  "alliance",
  "figureLimit",
  "calendarDay",
  "workingDay",
  "pathways",
  "pathway",
  "catalogue",
  "catalogueCoverage",
  "enterprises",
  "institutions",
  "institution",
  "programmes",
  "programme",
  "demoLogins",
  "signInMethods",
  "ruleSets",
  "publicNotices",
  "publicNotice",
  "sections",
  "section",
]);

/** What a mutation is asked with, who succeeds, and whom it refuses for a reason that is not their role. */
export interface Act {
  readonly ask: string;
  readonly variables: (world: World) => object;
  readonly granted: readonly Actor[];
  /** Codes that say: you may, but not this. */
  readonly otherwise?: readonly string[];
}

const problem = "... on Problem { code }";
const SHEET = Buffer.from("学号,课程代码,学期,成绩,完成日期\n2024010010,JD0102,2025-2026-1,89,2026-01-06\n").toString(
  "base64",
);

const GROUNDS = { reason: "试卷漏记一题", formNumber: "2026-14" };
const NOTICE = { document: "关于运动会放假的通知", clause: "一" };
/** Each for their own school. */
const EVERY_REGISTRAR: readonly Actor[] = ["registrar", "deputy", "registrar elsewhere", "host registrar"];
const typed = (field: string, args = ""): string =>
  `mutation ${args === "" ? "" : `(${args})`} { ${field} { __typename ${problem} } }`;

/** In this order: what one does, the next finds. */
export const MUTATIONS: Readonly<Record<string, Act>> = {
  recordAchievement: { ask: RECORD, variables: () => ({ input: RESULT }), granted: ["registrar", "deputy"] },
  recordAchievements: {
    ask: typed("recordAchievements(input: $input)", "$input: RecordAchievementsInput!"),
    variables: () => ({ input: { fileName: "grades.csv", contentBase64: SHEET } }),
    granted: ["registrar", "deputy"],
  },
  confirmBatch: {
    ask: typed("confirmBatch(batchId: $batch)", "$batch: ID!"),
    variables: ({ batch }) => ({ batch }),
    granted: ["confirmer", "deputy"],
    // whoever recorded it is refused; whoever comes second finds it confirmed
    otherwise: ["BATCH_NOT_OPEN"],
  },
  discardBatch: {
    ask: typed("discardBatch(batchId: $batch)", "$batch: ID!"),
    variables: ({ batch }) => ({ batch }),
    granted: REGISTRARS,
    otherwise: ["BATCH_NOT_OPEN"],
  },
  correctAchievement: {
    ask: typed("correctAchievement(input: $input)", "$input: CorrectAchievementInput!"),
    variables: ({ achievement }) => ({ input: { achievementId: achievement, grade: "83", grounds: GROUNDS } }),
    granted: ["registrar", "deputy"],
    // one correction at a time
    otherwise: ["CORRECTION_WAITING"],
  },
  takeBackAchievement: {
    ask: typed("takeBackAchievement(input: $input)", "$input: TakeBackAchievementInput!"),
    variables: ({ achievement }) => ({ input: { achievementId: achievement, because: "MISTAKE", grounds: GROUNDS } }),
    granted: [],
    otherwise: ["CORRECTION_WAITING"],
  },
  closeReviewCase: {
    ask: typed('closeReviewCase(id: $case, finding: "维持原认定")', "$case: ID!"),
    variables: ({ reviewCase }) => ({ case: reviewCase }),
    granted: ["registrar", "deputy"],
    otherwise: ["REVIEW_CLOSED"],
  },
  confirmApplication: {
    ask: typed("confirmApplication(applicationId: $application)", "$application: ID!"),
    variables: ({ application }) => ({ application }),
    granted: ["registrar", "deputy", "confirmer"],
    otherwise: ["APPLICATION_ELSEWHERE"],
  },
  returnApplication: {
    ask: typed('returnApplication(applicationId: $application, reason: "与原件不符")', "$application: ID!"),
    variables: ({ application }) => ({ application }),
    granted: ["registrar", "deputy", "confirmer"],
    otherwise: ["APPLICATION_ELSEWHERE"],
  },
  declineLines: {
    ask: typed("declineLines(applicationId: $application, lines: [])", "$application: ID!"),
    variables: ({ application }) => ({ application }),
    granted: ["self", "guardian"],
  },
  reviewApplication: {
    ask: typed("reviewApplication(input: { applicationId: $application, lines: [] })", "$application: ID!"),
    variables: ({ application }) => ({ application }),
    granted: ["reviewer", "registrar", "deputy"],
    otherwise: ["APPLICATION_ELSEWHERE"],
  },
  decideApplication: {
    ask: typed(
      'decideApplication(input: { applicationId: $application, title: "认定结果公示", contactName: "贾老师", contactHow: "教务处" })',
      "$application: ID!",
    ),
    variables: ({ application }) => ({ application }),
    granted: ["registrar", "deputy"],
    otherwise: ["APPLICATION_ELSEWHERE"],
  },
  recordApplication: {
    ask: typed("recordApplication(applicationId: $application)", "$application: ID!"),
    variables: ({ application }) => ({ application }),
    granted: [],
    otherwise: ["PUBLIC_NOTICE_OPEN"],
  },
  appealApplication: {
    ask: typed('appealApplication(applicationId: $application, reason: "应当再认定")', "$application: ID!"),
    variables: ({ application }) => ({ application }),
    granted: ["self", "guardian"],
    otherwise: ["APPEAL_ONCE"],
  },
  reopenApplication: {
    ask: typed('reopenApplication(applicationId: $application, reason: "材料有变")', "$application: ID!"),
    variables: ({ application }) => ({ application }),
    granted: [],
    otherwise: ["APPLICATION_ELSEWHERE"],
  },
  withdrawApplication: {
    ask: typed("withdrawApplication(applicationId: $application)", "$application: ID!"),
    variables: ({ application }) => ({ application }),
    granted: ["self", "guardian"],
    otherwise: ["APPLICATION_ELSEWHERE"],
  },
  submitApplication: {
    ask: typed("submitApplication(input: $input)", "$input: SubmitApplicationInput!"),
    variables: ({ learner, programme }) => ({ input: { learnerId: learner, programmeId: programme } }),
    // nobody is registered there yet
    granted: [],
    otherwise: ["NO_REGISTRATION"],
  },
  publishSection: {
    ask: typed("publishSection(input: $input)", "$input: PublishSectionInput!"),
    variables: () => ({
      input: {
        courseCode: "PZ1401",
        termCode: "2026-2027-1",
        number: "PZ1401-02",
        capacity: 10,
        opensAt: "2026-08-24T00:00:00Z",
        closesAt: "2027-01-08T00:00:00Z",
      },
    }),
    granted: ["host registrar", "host teacher"],
    // a school has no course of another's under this code, and a number is given once
    otherwise: ["SECTION_NUMBER_TAKEN"],
  },
  takeSeat: {
    ask: typed('takeSeat(sectionId: $section, idempotencyKey: "matrix")', "$section: ID!"),
    variables: ({ section }) => ({ section }),
    // everyone for themselves: 白一凡 has a seat, and nobody consented for 王思远
    granted: [],
  },
  dropSeat: {
    ask: typed("dropSeat(sectionId: $section)", "$section: ID!"),
    variables: ({ section }) => ({ section }),
    granted: ["self"],
  },
  returnGrades: {
    ask: typed('returnGrades(sectionId: $section, completedOn: "2026-11-20", rows: [])', "$section: ID!"),
    variables: ({ section }) => ({ section }),
    granted: [],
    otherwise: ["SECTION_STILL_OPEN"],
  },
  confirmReturnedGrades: {
    ask: typed("confirmReturnedGrades(sectionId: $section)", "$section: ID!"),
    variables: ({ section }) => ({ section }),
    granted: [],
    otherwise: ["GRADES_NOT_RETURNED"],
  },
  setTerm: {
    ask: typed("setTerm(input: $input)", "$input: TermInput!"),
    variables: () => ({ input: { code: "2030-2031-1", firstMonday: "2030-09-02", teachingWeeks: 18 } }),
    granted: EVERY_REGISTRAR,
  },
  setBells: {
    ask: typed("setBells(input: $input)", "$input: BellsInput!"),
    variables: () => ({
      input: { season: "WINTER", startsOn: "10-01", bells: [{ period: 1, startsAt: "08:30", endsAt: "09:15" }] },
    }),
    granted: EVERY_REGISTRAR,
  },
  setSchoolDay: {
    ask: typed("setSchoolDay(input: $input)", "$input: SchoolDayInput!"),
    variables: () => ({ input: { date: "2026-12-01", kind: "OFF", citation: NOTICE } }),
    granted: EVERY_REGISTRAR,
  },
  setPublicNames: {
    ask: typed("setPublicNames(input: $input)", "$input: PublicNamesInput!"),
    variables: () => ({ input: { masked: true, citation: NOTICE } }),
    // the administrator of the whole service has no school
    granted: ["school's administrator"],
  },
  setApplicationStepPeriod: {
    ask: typed("setApplicationStepPeriod(input: $input)", "$input: ApplicationStepPeriodInput!"),
    variables: () => ({ input: { owner: "DEPARTMENT", workingDays: 3, citation: NOTICE } }),
    granted: ["school's administrator"],
  },
  setPublicNoticePeriod: {
    ask: typed("setPublicNoticePeriod(input: $input)", "$input: PublicNoticePeriodInput!"),
    variables: () => ({ input: { kind: "AWARD", workingDays: 3, answerWorkingDays: 5, citation: NOTICE } }),
    granted: ["school's administrator"],
  },
  openPublicNotice: {
    ask: typed("openPublicNotice(input: $input)", "$input: OpenPublicNoticeInput!"),
    variables: ({ learner }) => ({
      input: {
        kind: "AWARD",
        title: "获奖公示",
        contactName: "王老师",
        contactHow: "教务科",
        rows: [{ learnerId: learner, item: "一等奖" }],
      },
    }),
    granted: ["registrar", "deputy"],
  },
  objectToPublicNotice: {
    ask: typed('objectToPublicNotice(input: { noticeId: $id, words: "有误" })', "$id: ID!"),
    variables: () => ({ id: PUBLIC_NOTICE }),
    granted: Object.keys(ACTORS) as Actor[],
  },
  takeUpObjection: {
    ask: typed("takeUpObjection(id: $id)", "$id: ID!"),
    variables: () => ({ id: PUBLIC_NOTICE_OBJECTION }),
    granted: ["registrar", "deputy"],
    // whoever comes second finds it taken up
    otherwise: ["OBJECTION_STATE"],
  },
  answerObjection: {
    ask: typed('answerObjection(id: $id, outcome: DISMISSED, answer: "已核对")', "$id: ID!"),
    variables: () => ({ id: PUBLIC_NOTICE_OBJECTION }),
    granted: ["registrar", "deputy"],
    otherwise: ["OBJECTION_STATE"],
  },
  withdrawPublicNotice: {
    ask: typed('withdrawPublicNotice(id: $id, reason: "名单有误")', "$id: ID!"),
    variables: () => ({ id: PUBLIC_NOTICE }),
    granted: ["registrar", "deputy"],
    otherwise: ["PUBLIC_NOTICE_CLOSED"],
  },
  setCalendarWindow: {
    ask: typed("setCalendarWindow(input: $input)", "$input: CalendarWindowInput!"),
    variables: () => ({
      input: {
        kind: "SELECTION",
        termCode: "2026-2027-1",
        opensAt: "2026-12-01T00:00:00Z",
        closesAt: "2026-12-08T00:00:00Z",
        citation: NOTICE,
      },
    }),
    granted: EVERY_REGISTRAR,
  },
  mergeLearners: {
    ask: typed('mergeLearners(mergeCaseId: $id, reason: "已核对身份证")', "$id: ID!"),
    variables: () => ({ id: encodeId("MergeCase", LEARNER, LEARNER) }),
    granted: ["registrar", "deputy"],
    // both are at school, each with a place of their own
    otherwise: ["MERGE_TWO_PLACES"],
  },
  partLearners: {
    ask: typed('partLearners(mergeCaseId: $id, reason: "已核对身份证")', "$id: ID!"),
    variables: () => ({ id: encodeId("MergeCase", LEARNER, LEARNER) }),
    granted: ["registrar", "deputy"],
    otherwise: ["MERGE_CASE_SETTLED"],
  },
  keepLearnersApart: {
    ask: typed('keepLearnersApart(mergeCaseId: $id, reason: "已核对身份证")', "$id: ID!"),
    variables: () => ({ id: encodeId("MergeCase", LEARNER, LEARNER) }),
    granted: ["registrar", "deputy"],
    otherwise: ["MERGE_CASE_SETTLED"],
  },
  recordStatusChange: {
    ask: typed("recordStatusChange(input: $input)", "$input: RecordStatusChangeInput!"),
    variables: () => ({
      input: {
        registrationId: encodeId("Registration", LEARNER, REGISTRATION),
        kind: "MILITARY_SERVICE",
        effectiveOn: "2026-11-24",
        decidedOn: "2026-11-24",
        decisionNo: "2",
        reason: "应征入伍",
      },
    }),
    granted: [],
    // one waits already
    otherwise: ["STATUS_CHANGE_OPEN"],
  },
  confirmStatusChange: {
    ask: typed("confirmStatusChange(statusChangeId: $id)", "$id: ID!"),
    variables: () => ({ id: encodeId("StatusChange", LEARNER, LEARNER) }),
    granted: ["deputy", "confirmer"],
    // whoever wrote it down is refused; whoever comes second finds it confirmed
    otherwise: ["STATUS_CHANGE_SETTLED"],
  },
  placeInPathway: {
    ask: typed("placeInPathway(input: $input)", "$input: PlaceInPathwayInput!"),
    variables: () => ({
      input: {
        registrationId: encodeId("Registration", LEARNER, REGISTRATION),
        pathwayId: encodeId("Pathway", LEARNER),
      },
    }),
    granted: [],
    // a change of it waits
    otherwise: ["STATUS_CHANGE_OPEN"],
  },
  makeTransferList: {
    ask: typed("makeTransferList(input: $input)", "$input: MakeTransferListInput!"),
    variables: () => ({
      input: {
        pathwayId: encodeId("Pathway", idOf("pathway", "mechatronics")),
        programmeId: encodeId("Programme", idOf("programme", "jdsf-660301-3y")),
        cohort: 1999,
        effectiveOn: "2027-09-01",
        decidedOn: "2026-11-24",
        decisionNo: "2",
      },
    }),
    granted: [],
    // of that year there is nobody
    otherwise: ["TRANSFER_STAGE_MISSING"],
  },
  publishTransferList: {
    ask: typed("publishTransferList(input: $input)", "$input: PublishTransferListInput!"),
    variables: () => ({
      input: {
        listId: encodeId("TransferList", SCHOOL, LEARNER),
        title: "转段名单公示",
        contactName: "王老师",
        contactHow: "教务科",
      },
    }),
    granted: ["deputy", "confirmer"],
    // whoever made it is refused; whoever comes second finds it published
    otherwise: ["TRANSFER_LIST_SETTLED"],
  },
  withdrawTransferList: {
    ask: typed('withdrawTransferList(listId: $id, reason: "材料不全")', "$id: ID!"),
    variables: () => ({ id: encodeId("TransferList", SCHOOL, LEARNER) }),
    granted: REGISTRARS,
    otherwise: ["TRANSFER_LIST_SETTLED"],
  },
  acceptTransfers: {
    ask: typed("acceptTransfers(input: $input)", "$input: AcceptTransfersInput!"),
    variables: () => ({
      input: {
        rows: [
          {
            statusChangeId: encodeId("StatusChange", idOf("learner", "peng-xue"), idOf("learner", "peng-xue")),
            studentNo: "1",
          },
        ],
      },
    }),
    granted: [],
    otherwise: ["STATUS_CHANGE_NOT_DUE"],
  },
  rejectStatusChange: {
    ask: typed('rejectStatusChange(statusChangeId: $id, reason: "材料不全")', "$id: ID!"),
    variables: () => ({ id: encodeId("StatusChange", LEARNER, LEARNER) }),
    granted: REGISTRARS,
    otherwise: ["STATUS_CHANGE_SETTLED"],
  },
  fileStatusChange: {
    ask: typed("fileStatusChange(input: $input)", "$input: FileStatusChangeInput!"),
    variables: () => ({
      input: { statusChangeId: encodeId("StatusChange", LEARNER, LEARNER), filing: "FILED", on: "2026-11-24" },
    }),
    granted: ["registrar", "deputy"],
  },
  createPlacement: {
    ask: typed("createPlacement(input: $input)", "$input: CreatePlacementInput!"),
    variables: ({ learner }) => ({
      input: {
        learnerId: learner,
        enterpriseId: encodeId("Enterprise", idOf("enterprise", "yfzb")),
        mentorLogin: "nobody",
        post: "装配钳工",
        startsOn: "2027-03-01",
        endsOn: "2027-06-30",
      },
    }),
    granted: [],
    // whoever may, and names no mentor
    otherwise: ["UNKNOWN_MENTOR"],
  },
  endPlacement: {
    ask: typed('endPlacement(placementId: $id, endsOn: "2027-01-14")', "$id: ID!"),
    variables: () => ({ id: encodeId("Placement", LEARNER, LEARNER) }),
    granted: ["registrar", "deputy"],
  },
  reportPlacementResult: {
    ask: typed("reportPlacementResult(input: $input)", "$input: PlacementResultInput!"),
    variables: () => ({ input: { placementId: encodeId("Placement", LEARNER, LEARNER), grade: "良好" } }),
    granted: ["mentor"],
  },
  giveConsent: {
    ask: typed("giveConsent(learnerId: $learner, act: LEAVE)", "$learner: ID!"),
    variables: ({ learner }) => ({ learner }),
    granted: ["guardian"],
    // the school says on which paper
    otherwise: ["INVALID_INPUT"],
  },
  askConsent: {
    ask: typed("askConsent(learnerId: $learner, act: WITHDRAWAL)", "$learner: ID!"),
    variables: ({ learner }) => ({ learner }),
    granted: ["self", "class teacher", "registrar", "deputy"],
  },
  revokeConsent: {
    ask: typed("revokeConsent(learnerId: $learner, act: LEAVE)", "$learner: ID!"),
    variables: ({ learner }) => ({ learner }),
    granted: ["guardian"],
    otherwise: ["INVALID_INPUT"],
  },
  delegateCapacity: {
    ask: typed("delegateCapacity(input: $input)", "$input: DelegateCapacityInput!"),
    variables: () => ({ input: { toLogin: "teacher.jgsf", until: "2026-12-31", reason: "出差" } }),
    // each hands on a role of their own, to a colleague of their own school; this one is of another
    granted: [],
  },
  endDelegation: {
    ask: typed("endDelegation(id: $learner)", "$learner: ID!"),
    variables: ({ learner }) => ({ learner }),
    granted: [],
  },
  findLearnerByNumber: {
    ask: typed("findLearnerByNumber(input: $input)", "$input: FindLearnerByNumberInput!"),
    variables: () => ({ input: { kind: "PASSPORT", number: "E7654321" } }),
    // each searches their own school
    granted: EVERY_REGISTRAR,
  },
  openLearner: {
    ask: typed("openLearner(input: $input)", "$input: OpenLearnerInput!"),
    variables: () => ({
      input: {
        name: "孙建国",
        documentKind: "PASSPORT",
        documentNumber: "E1234567",
        bornOn: "1986-05-12",
        ground: "WORKER",
      },
    }),
    // each opens one at their own school
    granted: EVERY_REGISTRAR,
  },
  revealIdNumber: {
    ask: typed('revealIdNumber(learnerId: $learner, reason: "核对高考报名信息")', "$learner: ID!"),
    variables: ({ learner }) => ({ learner }),
    granted: ["registrar", "deputy"],
  },
  findLearnerByRegistryNumber: {
    ask: typed("findLearnerByRegistryNumber(number: $number)", "$number: String!"),
    variables: () => ({ number: "G7654321" }),
    // each searches their own school
    granted: EVERY_REGISTRAR,
  },
  revealRegistryNumber: {
    ask: typed('revealRegistryNumber(learnerId: $learner, reason: "核对学籍信息")', "$learner: ID!"),
    variables: ({ learner }) => ({ learner }),
    granted: ["registrar", "deputy"],
  },
  exportMyData: {
    ask: `mutation { exportMyData { __typename ${problem} } }`,
    variables: () => ({}),
    granted: ["self", "schoolmate", "student elsewhere", "guardian", "guardian of another"],
  },
  openAccounts: {
    ask: typed("openAccounts(classId: $id)", "$id: ID!"),
    variables: () => ({ id: encodeId("SchoolClass", idOf("class-group", "jdsf/24机电1班")) }),
    granted: ["registrar", "deputy"],
  },
  restoreAccess: {
    ask: typed('restoreAccess(accountId: $id, reason: "已核对身份证")', "$id: ID!"),
    variables: () => ({ id: encodeId("LearnerAccount", idOf("account", "student.zhang")) }),
    granted: ["registrar", "deputy"],
  },
  inviteGuardian: {
    ask: typed("inviteGuardian(input: $input)", "$input: InviteGuardianInput!"),
    variables: ({ learner }) => ({
      input: {
        learnerId: learner,
        name: "白建",
        relation: "FATHER",
        documentSeen: "户口簿",
        learnerBornOn: "2099-03-04",
      },
    }),
    granted: ["registrar", "deputy"],
  },
  endGuardianship: {
    ask: typed('endGuardianship(capacityId: $id, reason: "关系有误")', "$id: ID!"),
    variables: () => ({ id: encodeId("Guardianship", idOf("capacity", "nobody's")) }),
    granted: [],
    otherwise: ["NOT_FOUND"],
  },
  acceptInvitation: {
    ask: `mutation { acceptInvitation(code: "0000-0000-0000-0000") { __typename ${problem} } }`,
    variables: () => ({}),
    granted: ["guardian", "guardian of another"],
    otherwise: ["CODE_INVALID"],
  },
  revokeAccess: {
    ask: `mutation { revokeAccess(login: "student.sun") { __typename ${problem} } }`,
    variables: () => ({}),
    granted: ["administrator"],
  },
  setPassword: {
    ask: `mutation { setPassword(password: "short") { __typename ${problem} } }`,
    variables: () => ({}),
    granted: [],
    otherwise: ["PASSWORD_TOO_SHORT"],
  },
  endSession: {
    ask: typed("endSession(id: $learner)", "$learner: ID!"),
    variables: ({ learner }) => ({ learner }),
    granted: [],
  },
  removePasskey: {
    ask: typed("removePasskey(id: $learner)", "$learner: ID!"),
    variables: ({ learner }) => ({ learner }),
    granted: [],
  },
  unlinkIdentity: {
    ask: typed("unlinkIdentity(id: $learner)", "$learner: ID!"),
    variables: ({ learner }) => ({ learner }),
    granted: [],
  },
  carryOutErasure: {
    ask: typed("carryOutErasure(id: $id)", "$id: ID!"),
    variables: () => ({ id: encodeId("ErasureRequest", LEARNER, LEARNER) }),
    granted: [...REGISTRARS],
    // who is at school is kept
    otherwise: ["ERASURE_ACTIVE_REGISTRATION"],
  },
  requestErasure: {
    ask: typed('requestErasure(learnerId: $learner, reason: "不再使用本服务")', "$learner: ID!"),
    variables: ({ learner }) => ({ learner }),
    granted: ["self", "guardian", "registrar", "deputy"],
    otherwise: ["ERASURE_ASKED"],
  },
  withdrawErasure: {
    ask: typed("withdrawErasure(id: $id)", "$id: ID!"),
    variables: () => ({ id: encodeId("ErasureRequest", LEARNER, LEARNER) }),
    granted: ["self", "guardian", "registrar", "deputy"],
    // whoever comes second; and a registrar takes back no more than their own
    otherwise: ["NOT_FOUND"],
  },
  declineErasure: {
    ask: typed(
      'declineErasure(id: $id, reason: "档案须保存", citation: { document: "档案法", clause: "第一条" })',
      "$id: ID!",
    ),
    variables: () => ({ id: encodeId("ErasureRequest", LEARNER, LEARNER) }),
    granted: [...REGISTRARS],
    // it was withdrawn before
    otherwise: ["NOT_FOUND"],
  },
  revokeSharingConsent: {
    ask: typed("revokeSharingConsent(id: $id)", "$id: ID!"),
    variables: () => ({ id: encodeId("SharingConsent", LEARNER, LEARNER) }),
    granted: ["self", "guardian"],
    // whoever comes second, and after a new one took its place
    otherwise: ["NOT_FOUND"],
  },
  giveSharingConsent: {
    ask: typed("giveSharingConsent(input: $input)", "$input: GiveSharingConsentInput!"),
    variables: () => ({ input: { institutionId: encodeId("Institution", idOf("institution", "qgsf")) } }),
    // each for their own record
    granted: ["self", "schoolmate", "student elsewhere", "guardian", "guardian of another"],
  },
  readNotices: {
    ask: typed("readNotices(ids: [$learner])", "$learner: ID!"),
    variables: ({ learner }) => ({ learner }),
    granted: [],
  },
  remindOfOpenActs: {
    ask: typed("remindOfOpenActs"),
    variables: () => ({}),
    granted: ["class teacher", "class teacher of another class"],
  },
  remindClass: {
    ask: typed("remindClass"),
    variables: () => ({}),
    granted: ["class teacher", "class teacher of another class"],
  },
  setNoticeAddress: {
    ask: typed("setNoticeAddress(input: $input)", "$input: NoticeAddressInput!"),
    variables: () => ({ input: { channel: "EMAIL", address: "someone@mail.example" } }),
    granted: EVERYONE_SIGNED_IN,
  },
  retryJob: {
    ask: typed('retryJob(jobId: "RGVhZEpvYjo5OTk")'),
    variables: () => ({}),
    granted: ["administrator"],
    otherwise: ["NOT_FOUND"],
  },
  // last: the tokens that the actors came with are worth nothing afterwards
  endOtherSessions: {
    ask: typed("endOtherSessions"),
    variables: () => ({}),
    granted: EVERYONE_SIGNED_IN,
  },
};

/** Mutations that ask for no one's leave: they sign in, or do nothing. */
export const OPEN_MUTATIONS: ReadonlySet<string> = new Set(["ping", "signInAsDemo"]);
