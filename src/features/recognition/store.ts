import type { Tx } from "../../db/transaction.ts";
import type { Credits } from "../../domain/credit.ts";
import type { Grade, GradeScale } from "../../domain/grade.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { EducationLevel } from "../../domain/major.ts";
import type { AchievementDetail, AchievementKind } from "../../domain/recognition/facts.ts";
import type { Cap, Citation, Exclusion, NatureConstraint, Rule, RuleSetOwner } from "../../domain/recognition/rule.ts";

/** A rule set without its rules, as the table holds it. */
export interface RuleSetRow {
  readonly id: Id;
  readonly key: string;
  readonly version: number;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly owner: RuleSetOwner;
  readonly institutionId: Id | null;
  readonly agreementId: Id | null;
  readonly effectiveFrom: IsoDate;
  readonly effectiveUntil: IsoDate | null;
  readonly cohortFrom: number | null;
  readonly cohortUntil: number | null;
  readonly document: {
    readonly programmeIds: readonly Id[];
    readonly caps: readonly Cap[];
    readonly exclusions: readonly Exclusion[];
    readonly natureConstraints: readonly NatureConstraint[];
    readonly citation: Citation;
  };
}
export interface RuleRow {
  readonly ruleSetId: Id;
  readonly id: Id;
  readonly document: Rule;
}
/** An achievement as far as the engine asks. */
export interface FactRow {
  readonly id: Id;
  readonly kind: AchievementKind;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly institutionId: Id;
  readonly level: EducationLevel | null;
  readonly unit: string;
  readonly credits: Credits;
  readonly grade: Grade | null;
  readonly completedOn: IsoDate;
  readonly courseId: Id | null;
  readonly detail: AchievementDetail;
}
/** A recognised line of an earlier decision of a learner. */
export interface EarlierLineRow {
  readonly decisionId: Id;
  readonly registrationId: Id;
  readonly programmeId: Id;
  readonly ruleId: Id;
  readonly ruleSetKey: string;
  readonly shared: boolean;
  readonly achievementIds: readonly Id[];
  readonly targetCourseIds: readonly Id[];
  readonly nodeKey: string | null;
  readonly credits: Credits;
}

/** Rule sets that may speak for a receiving school: its own, those of schools it succeeds, its agreements', the credit bank's. */
export function ruleSetsOfInstitution(tx: Tx, institutionId: Id | null) {
  return tx.run(
    (sql) => sql<RuleSetRow[]>`/* recognition.ruleSetsOfInstitution */
      select id, key, version, title_zh, title_en, owner, institution_id, agreement_id, effective_from, effective_until,
        cohort_from, cohort_until, document
      from rule_set where institution_id is null or ${institutionId}::uuid is null or institution_id in (
        with recursive line (id) as (
          select ${institutionId}::uuid union select i.id from institution i join line on i.successor_id = line.id)
        select id from line)
      order by key, version`,
  );
}

/**
 * Agreements that bind some schools: they, or schools they succeed however long ago, are parties, and it is or was in
 * force. A draft, a proposal and a signed one that nobody filed bind nobody yet; one that was superseded or terminated
 * still speaks for what was completed in its time, which the dates of its rule sets say.
 */
export function agreementsOfSchools(tx: Tx, schoolIds: readonly Id[]) {
  return tx.run(
    (sql) => sql<{ readonly agreementId: Id }[]>`/* recognition.agreementsOfSchools */
      with recursive line (id) as (
        select unnest(${schoolIds as Id[]}::uuid[])
        union select i.id from institution i join line on i.successor_id = line.id)
      select distinct p.agreement_id from agreement_party p
      join line on line.id = p.institution_id join agreement a on a.id = p.agreement_id
      where a.status in ('IN_FORCE', 'SUPERSEDED', 'TERMINATED')`,
  );
}

export function ruleSetsByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<RuleSetRow[]>`/* recognition.ruleSetsByIds */
      select id, key, version, title_zh, title_en, owner, institution_id, agreement_id, effective_from, effective_until,
        cohort_from, cohort_until, document
      from rule_set where id = any(${ids as Id[]}::uuid[])`,
  );
}

export function ruleSetsOfAgreements(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<RuleSetRow[]>`/* recognition.ruleSetsOfAgreements */
      select id, key, version, title_zh, title_en, owner, institution_id, agreement_id, effective_from, effective_until,
        cohort_from, cohort_until, document
      from rule_set where agreement_id = any(${ids as Id[]}::uuid[]) order by key, version`,
  );
}

export function rulesOfSets(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<RuleRow[]>`/* recognition.rulesOfSets */
      select rule_set_id, id, document from rule where rule_set_id = any(${ids as Id[]}::uuid[]) order by rule_set_id, key, version`,
  );
}

/** A text for each of some rule sets that changes with any of their rules. */
export function marksOfSets(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<{ readonly ruleSetId: Id; readonly mark: string }[]>`/* recognition.marksOfSets */
      select rule_set_id, string_agg(id::text || xmin::text, ' ' order by id) as mark
      from rule where rule_set_id = any(${ids as Id[]}::uuid[]) group by rule_set_id`,
  );
}

/** What a learner has achieved and not lost, each once. */
export function factsOfLearner(tx: Tx, learnerId: Id) {
  return tx.run(
    (sql) => sql<FactRow[]>`/* recognition.factsOfLearner */
      select id, kind, title_zh, title_en, institution_id, level, unit, credits, grade, completed_on, course_id, detail
      from achievement where learner_id = any(same_person(${learnerId})) and status = 'DEPOSITED' order by id`,
  );
}

/** Lines that earlier decisions recognised, in whatever programme. */
export function earlierLinesOfLearner(tx: Tx, learnerId: Id) {
  return tx.run(
    (sql) => sql<EarlierLineRow[]>`/* recognition.earlierLinesOfLearner */
      select l.decision_id, l.registration_id, d.programme_id, l.rule_id, s.key as rule_set_key,
        (r.document ->> 'shared')::boolean as shared, l.achievement_ids, l.target_course_ids, l.node_key, l.credits
      from decision_line l
      join decision d on d.learner_id = l.learner_id and d.id = l.decision_id
      join rule r on r.id = l.rule_id join rule_set s on s.id = r.rule_set_id
      where l.learner_id = any(same_person(${learnerId})) and l.status = 'RECOGNISED' order by l.decision_id, l.line`,
  );
}

/** What a learner has achieved at whichever school, for who weighs a change of theirs; nothing for anyone else. */
export function factsForChange(tx: Tx, learnerId: Id) {
  return tx.run((sql) => sql<FactRow[]>`/* recognition.factsForChange */ select * from facts_for_change(${learnerId})`);
}

/** Lines that earlier decisions of whichever school recognised, for the same. */
export function linesForChange(tx: Tx, learnerId: Id) {
  return tx.run(
    (sql) => sql<EarlierLineRow[]>`/* recognition.linesForChange */ select * from lines_for_change(${learnerId})`,
  );
}

/** The schools where a learner is or was registered, for the same. */
export async function schoolsForChange(tx: Tx, learnerId: Id): Promise<readonly Id[]> {
  const [row] = await tx.run(
    (sql) => sql<{ readonly schools: readonly Id[] }[]>`/* recognition.schoolsForChange */
      select schools_for_change(${learnerId}) as schools`,
  );
  return row?.schools ?? [];
}

/**
 * The year a learner would enter a programme by their pathway: the cohort of their registration in an earlier stage, and
 * the years of the stages from there on. Null where no pathway of theirs leads to it.
 */
export async function entryByPathway(tx: Tx, learnerId: Id, programmeId: Id): Promise<number | null> {
  const rows = await tx.run(
    (sql) => sql<{ readonly cohort: number }[]>`/* recognition.entryByPathway */
      select r.cohort + (
        select coalesce(sum(b.years), 0)::int from stage b
        where b.pathway_id = s.pathway_id and b.ordinal < s.ordinal and b.ordinal >= own.ordinal) as cohort
      from registration r
      join stage own on own.pathway_id = r.pathway_id and own.programme_id = r.programme_id
      join stage s on s.pathway_id = r.pathway_id and s.programme_id = ${programmeId} and s.ordinal > own.ordinal
      where r.learner_id = ${learnerId} order by r.entered_on desc limit 1`,
  );
  return rows[0]?.cohort ?? null;
}

/** The grading scale of a school on a day: its own, else the one in general use. */
export async function gradingScale(tx: Tx, institutionId: Id | null, on: IsoDate): Promise<GradeScale | null> {
  const rows = await tx.run(
    (sql) => sql<{ readonly scale: GradeScale }[]>`/* recognition.gradingScale */
      select scale from grading_scale
      where (institution_key = '*' or institution_key = (select key from institution where id = ${institutionId}::uuid))
        and effective_from <= ${on}::date
      order by (institution_key = '*'), effective_from desc limit 1`,
  );
  return rows[0]?.scale ?? null;
}
