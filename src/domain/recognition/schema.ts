import { z } from "zod";
import { COURSE_GROUPS, COURSE_REQUIREMENTS, COURSE_SUBJECTS } from "../course.ts";
import { isIsoDate } from "../date.ts";
import { GRADE_LEVELS, SPECIAL_RESULTS } from "../grade.ts";
import { EDUCATION_LEVELS } from "../major.ts";
import { ACHIEVEMENT_KINDS, CERTIFICATE_LEVELS, COMPETITION_TIERS, PRIZES } from "./facts.ts";
import { INELIGIBLE_CODES, OUTCOMPETED_CODES, RULE_SET_OWNERS, type RuleSet, type SourceTree } from "./rule.ts";

/** The shape of a rule set as JSON, for import and for the check of what is stored. The engine itself never reads it. */
const id = z.string().min(1).max(100);
const text = z.string().max(500);
const title = z.strictObject({ zh: text, en: text }).readonly();
const date = z.string().refine(isIsoDate);
const credits = z.int().min(0).max(100_000);
const months = z.int().min(0).max(1_200);
const basisPoints = z.int().min(0).max(100_000);
const year = z.int().min(1950).max(2200);
const keys = <T extends readonly [string, ...string[]]>(values: T) => z.array(z.enum(values)).readonly();

const citation = z
  .strictObject({ document: text, clause: text, url: text.exactOptional(), invented: z.boolean().exactOptional() })
  .readonly();

const grade = z.discriminatedUnion("mode", [
  z.strictObject({ mode: z.literal("PERCENT"), scoreTenths: z.int().min(0).max(1_000) }).readonly(),
  z.strictObject({ mode: z.literal("FIVE_LEVEL"), level: z.enum(GRADE_LEVELS) }).readonly(),
  z.strictObject({ mode: z.literal("PASS_FAIL"), passed: z.boolean() }).readonly(),
  z.strictObject({ mode: z.literal("SPECIAL"), result: z.enum(SPECIAL_RESULTS) }).readonly(),
]);

const bound = z
  .strictObject({
    scoreTenths: z.int().min(0).max(1_000).exactOptional(),
    level: z.enum(GRADE_LEVELS).exactOptional(),
    passFail: z.boolean().exactOptional(),
  })
  .readonly();

const conditions = {
  minGrade: bound.exactOptional(),
  maxGrade: bound.exactOptional(),
  validity: z
    .strictObject({ months, rounding: z.enum(["DAY", "END_OF_MONTH", "END_OF_YEAR"]) })
    .readonly()
    .exactOptional(),
  minCredits: credits.exactOptional(),
  levels: keys(EDUCATION_LEVELS).exactOptional(),
};

const matcher = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("COURSE"),
      courseId: id,
      code: text,
      title,
      overlap: z.strictObject({ assessed: basisPoints, minimum: basisPoints }).readonly().exactOptional(),
      ...conditions,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal("COURSE_LIKE"),
      kinds: z
        .array(z.enum(["COURSE", "EXTERNAL_COURSE", "ONLINE_COURSE"]))
        .min(1)
        .readonly(),
      groups: keys(COURSE_GROUPS).exactOptional(),
      codes: z.array(text).readonly().exactOptional(),
      ...conditions,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal("CERTIFICATE"),
      certificateId: id,
      code: text,
      minLevel: z.enum(CERTIFICATE_LEVELS),
      ...conditions,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal("COMPETITION"),
      competitionId: id.nullable(),
      tiers: z.array(z.enum(COMPETITION_TIERS)).min(1).readonly(),
      prizes: z.array(z.enum(PRIZES)).min(1).readonly(),
      team: z.boolean().exactOptional(),
      maxRankInTeam: z.int().min(1).exactOptional(),
      ...conditions,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal("WORK"),
      minMonths: months,
      occupations: z.array(text).readonly().exactOptional(),
      ...conditions,
    })
    .readonly(),
  z.strictObject({ kind: z.literal("SERVICE"), minMonths: months, ...conditions }).readonly(),
  z.strictObject({ kind: z.literal("PRIOR_LEARNING"), subject: text, ...conditions }).readonly(),
]);

const source: z.ZodType<SourceTree> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(source).min(1).max(8).readonly() }).readonly(),
    z.strictObject({ any: z.array(source).min(1).max(40).readonly() }).readonly(),
    z.strictObject({ match: matcher }).readonly(),
  ]),
);

const target = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("COURSES"),
      courses: z
        .array(z.strictObject({ courseId: id, code: text, title }).readonly())
        .min(1)
        .readonly(),
    })
    .readonly(),
  z.strictObject({ kind: z.literal("NODE"), nodeKey: id }).readonly(),
]);

const conversion = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("TARGET_IF_COVERED") }).readonly(),
  z.strictObject({ kind: z.literal("TARGET") }).readonly(),
  z.strictObject({ kind: z.literal("FIXED"), credits: credits.min(1) }).readonly(),
  z
    .strictObject({
      kind: z.literal("RATIO"),
      basisPoints: basisPoints.min(1),
      rounding: z.enum(["DOWN_HUNDREDTH", "DOWN_HALF", "DOWN_WHOLE"]),
    })
    .readonly(),
  z.strictObject({ kind: z.literal("LESSER") }).readonly(),
]);

const recordedGrade = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("ORIGINAL") }).readonly(),
  z.strictObject({ kind: z.literal("FIXED"), grade }).readonly(),
  z.strictObject({ kind: z.literal("BY_PRIZE"), grades: z.partialRecord(z.enum(PRIZES), grade).readonly() }).readonly(),
  z.strictObject({ kind: z.literal("PASS") }).readonly(),
  z.strictObject({ kind: z.literal("CAPPED"), scoreTenths: z.int().min(0).max(1_000) }).readonly(),
]);

const example = z
  .strictObject({
    note: title,
    given: z
      .array(
        z
          .strictObject({
            matcher: z.int().min(0),
            grade: grade.exactOptional(),
            credits: credits.exactOptional(),
            certificateLevel: z.enum(CERTIFICATE_LEVELS).exactOptional(),
            prize: z.enum(PRIZES).exactOptional(),
            rankInTeam: z.int().min(1).exactOptional(),
            months: months.exactOptional(),
            level: z.enum(EDUCATION_LEVELS).exactOptional(),
          })
          .readonly(),
      )
      .min(1)
      .readonly(),
    completedOn: date,
    asOf: date,
    expect: z.union([
      z.strictObject({ credits }).readonly(),
      z.strictObject({ refusal: z.enum([...INELIGIBLE_CODES, ...OUTCOMPETED_CODES]) }).readonly(),
    ]),
  })
  .readonly();

const effect = { effectiveUntil: date.nullable(), cohortFrom: year.nullable(), cohortUntil: year.nullable() };

const rule = z
  .strictObject({
    id,
    key: text,
    version: z.int().min(1),
    title,
    source,
    target,
    conversion,
    recordedGrade,
    priority: z.int().min(0).max(1_000),
    shared: z.boolean(),
    throughRecognition: z.boolean(),
    effectiveFrom: date.nullable(),
    ...effect,
    discretion: z.boolean(),
    citation,
    examples: z.array(example).min(1).readonly(),
  })
  .readonly();

const scope = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("TOTAL") }).readonly(),
  z.strictObject({ kind: z.literal("RULE_SET") }).readonly(),
  z.strictObject({ kind: z.literal("SOURCE_KINDS"), kinds: keys(ACHIEVEMENT_KINDS) }).readonly(),
  z.strictObject({ kind: z.literal("TARGET_GROUPS"), groups: keys(COURSE_GROUPS) }).readonly(),
  z.strictObject({ kind: z.literal("NODE"), nodeKey: id }).readonly(),
  z.strictObject({ kind: z.literal("EACH_SOURCE"), kinds: keys(ACHIEVEMENT_KINDS) }).readonly(),
]);

const denominator = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("PLAN") }).readonly(),
  z.strictObject({ kind: z.literal("GROUPS"), groups: keys(COURSE_GROUPS) }).readonly(),
  z.strictObject({ kind: z.literal("NODE"), nodeKey: id }).readonly(),
]);

const limit = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("CREDITS"), credits }).readonly(),
  z.strictObject({ kind: z.literal("SHARE"), basisPoints, of: denominator }).readonly(),
  z.strictObject({ kind: z.literal("COURSES"), count: z.int().min(0) }).readonly(),
  z.strictObject({ kind: z.literal("COURSE_SHARE"), basisPoints }).readonly(),
]);

const nature = z.discriminatedUnion("kind", [
  z
    .strictObject({
      key: text,
      kind: z.literal("REQUIREMENT"),
      from: keys(COURSE_REQUIREMENTS),
      to: keys(COURSE_REQUIREMENTS),
      citation,
    })
    .readonly(),
  z
    .strictObject({ key: text, kind: z.literal("GROUP"), from: keys(COURSE_GROUPS), to: keys(COURSE_GROUPS), citation })
    .readonly(),
]);

/** A whole rule set, strictly: an unknown field is a mistake, and every rule carries an example and a citation. */
export const RULE_SET_SCHEMA: z.ZodType<RuleSet> = z
  .strictObject({
    id,
    key: text,
    version: z.int().min(1),
    title,
    owner: z.enum(RULE_SET_OWNERS),
    institutionId: id.nullable(),
    agreementId: id.nullable(),
    effectiveFrom: date,
    ...effect,
    programmeIds: z.array(id).readonly(),
    rules: z.array(rule).readonly(),
    caps: z.array(z.strictObject({ key: text, title, scope, limit, citation }).readonly()).readonly(),
    exclusions: z
      .array(
        z
          .strictObject({ key: text, subjects: keys(COURSE_SUBJECTS), refusedKinds: keys(ACHIEVEMENT_KINDS), citation })
          .readonly(),
      )
      .readonly(),
    natureConstraints: z.array(nature).readonly(),
    citation,
  })
  .readonly();
