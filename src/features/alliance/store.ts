import type { Tx } from "../../db/transaction.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import type { Citation } from "../../domain/recognition/rule.ts";

export interface AllianceRow {
  readonly id: Id;
  readonly key: string;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly leadInstitutionId: Id;
  readonly citation: Citation;
}
export interface AllianceMemberRow {
  readonly allianceId: Id;
  readonly institutionId: Id;
  readonly role: "LEAD" | "PARTNER";
}
export interface AlignmentRow {
  readonly allianceId: Id;
  readonly dimension:
    | "PROGRAMME_OFFERING"
    | "TRAINING_OBJECTIVES"
    | "COURSE_STANDARDS"
    | "RESOURCES"
    | "MANAGEMENT_EVALUATION";
  readonly stage: "NOT_STARTED" | "DRAFTED" | "AGREED" | "IN_OPERATION" | "REVIEWED";
  readonly evidenceZh: string;
  readonly evidenceEn: string;
  readonly assessedOn: IsoDate;
}
export interface AgreementRow {
  readonly id: Id;
  readonly allianceId: Id;
  readonly key: string;
  readonly version: number;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly status: "DRAFT" | "PROPOSED" | "SIGNED" | "FILED" | "IN_FORCE" | "SUPERSEDED" | "TERMINATED";
  readonly cohortFrom: number;
  readonly cohortUntil: number | null;
  readonly invented: boolean;
}
export interface AgreementPartyRow {
  readonly agreementId: Id;
  readonly institutionId: Id | null;
  readonly enterpriseNameZh: string | null;
  readonly enterpriseNameEn: string | null;
  readonly signedOn: IsoDate | null;
  readonly signatory: string | null;
}
export interface PathwayRow {
  readonly id: Id;
  readonly agreementId: Id;
  readonly key: string;
  readonly titleZh: string;
  readonly titleEn: string;
}
export interface AwardDocument {
  readonly kind: string;
  readonly titleZh: string;
  readonly titleEn: string;
}
export interface StageRow {
  readonly pathwayId: Id;
  readonly ordinal: number;
  readonly programmeId: Id;
  readonly years: number;
  readonly confers: readonly AwardDocument[];
  readonly leaver: readonly AwardDocument[];
  readonly gate: { readonly titleZh: string; readonly titleEn: string } | null;
}

export function alliances(tx: Tx) {
  return tx.run(
    (sql) => sql<AllianceRow[]>`/* alliance.alliances */
      select id, key, title_zh, title_en, lead_institution_id, citation from alliance order by key`,
  );
}
export function alliancesByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<AllianceRow[]>`/* alliance.alliancesByIds */
      select id, key, title_zh, title_en, lead_institution_id, citation from alliance where id = any(${ids as Id[]}::uuid[])`,
  );
}
export function membersOfAlliances(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<AllianceMemberRow[]>`/* alliance.membersOfAlliances */
      select alliance_id, institution_id, role from alliance_member
      where alliance_id = any(${ids as Id[]}::uuid[]) order by role, institution_id`,
  );
}
export function alignmentOfAlliances(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<AlignmentRow[]>`/* alliance.alignmentOfAlliances */
      select alliance_id, dimension, stage, evidence_zh, evidence_en, assessed_on from alignment
      where alliance_id = any(${ids as Id[]}::uuid[]) order by dimension`,
  );
}
export function agreementsByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<AgreementRow[]>`/* alliance.agreementsByIds */
      select id, alliance_id, key, version, title_zh, title_en, status, cohort_from, cohort_until, invented
      from agreement where id = any(${ids as Id[]}::uuid[])`,
  );
}
export function agreementsOfAlliances(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<AgreementRow[]>`/* alliance.agreementsOfAlliances */
      select id, alliance_id, key, version, title_zh, title_en, status, cohort_from, cohort_until, invented
      from agreement where alliance_id = any(${ids as Id[]}::uuid[]) order by key, version`,
  );
}
export function partiesOfAgreements(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<AgreementPartyRow[]>`/* alliance.partiesOfAgreements */
      select p.agreement_id, p.institution_id, e.name_zh as enterprise_name_zh, e.name_en as enterprise_name_en,
        p.signed_on, p.signatory
      from agreement_party p left join enterprise e on e.id = p.enterprise_id
      where p.agreement_id = any(${ids as Id[]}::uuid[]) order by p.signed_on, p.id`,
  );
}
export function pathways(tx: Tx) {
  return tx.run(
    (sql) => sql<PathwayRow[]>`/* alliance.pathways */
      select id, agreement_id, key, title_zh, title_en from pathway order by key`,
  );
}
export function pathwaysByIds(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<PathwayRow[]>`/* alliance.pathwaysByIds */
      select id, agreement_id, key, title_zh, title_en from pathway where id = any(${ids as Id[]}::uuid[])`,
  );
}
export function pathwaysOfAgreements(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<PathwayRow[]>`/* alliance.pathwaysOfAgreements */
      select id, agreement_id, key, title_zh, title_en from pathway
      where agreement_id = any(${ids as Id[]}::uuid[]) order by key`,
  );
}
export function stagesOfPathways(tx: Tx, ids: readonly Id[]) {
  return tx.run(
    (sql) => sql<StageRow[]>`/* alliance.stagesOfPathways */
      select pathway_id, ordinal, programme_id, years, confers, leaver, gate from stage
      where pathway_id = any(${ids as Id[]}::uuid[]) order by pathway_id, ordinal`,
  );
}
