import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type postgres from "postgres";
import { idOf } from "./id.ts";
import { insertAll } from "./insert.ts";
import { DEMO_FOLDER, orNull, type Row, readTable } from "./table.ts";

/** What a stage confers, or what an early leaver holds. */
export interface AwardFile {
  readonly kind: "DIPLOMA" | "DEGREE" | "CERTIFICATE" | "GRADUATION" | "COMPLETION" | "ATTENDANCE";
  readonly titleZh: string;
  readonly titleEn: string;
  /** For a leaver: from when. */
  readonly after?: string;
}

/** One stage of a pathway as it lies on disk. */
export interface StageFile {
  readonly programme: string;
  readonly years: number;
  readonly confers: readonly AwardFile[];
  readonly leaver: readonly AwardFile[];
  readonly gate: {
    readonly titleZh: string;
    readonly titleEn: string;
    readonly invented: boolean;
    /** What is tested of everyone on a transfer list: `GateCondition` of domain/registry/stage-transfer.ts. */
    readonly conditions?: readonly unknown[];
  } | null;
}

/** The stages of every pathway, in order, by the pathway's key. */
export async function readStages(): Promise<Readonly<Record<string, readonly StageFile[]>>> {
  return JSON.parse(await readFile(join(DEMO_FOLDER, "stages.json"), "utf8")) as Record<string, StageFile[]>;
}

/** Loads the alliances, how far they are aligned, their agreements, and the pathways the agreements hold. */
export async function seedAlliance(sql: postgres.Sql): Promise<void> {
  const [alliances, members, alignments, agreements, parties, pathways] = await Promise.all(
    ["alliances", "alliance_members", "alignments", "agreements", "agreement_parties", "pathways"].map((name) =>
      readTable(name),
    ),
  );
  const stages = await readStages();
  await insertAll(
    sql,
    "alliance",
    (alliances ?? []).map((row) => ({ ...allianceRow(row), citation: sql.json(citationOf(row)) })),
  );
  await insertAll(sql, "alliance_member", (members ?? []).map(memberRow));
  await insertAll(sql, "alignment", (alignments ?? []).map(alignmentRow));
  const contents = { parties: parties ?? [], pathways: pathways ?? [], stages };
  await insertAll(
    sql,
    "agreement",
    (agreements ?? []).map((row) => ({ ...agreementRow(row), contentHash: contentHashOf(row, contents) })),
  );
  await insertAll(sql, "agreement_party", (parties ?? []).map(partyRow));
  await insertAll(sql, "pathway", (pathways ?? []).map(pathwayRow));
  await insertAll(
    sql,
    "stage",
    (pathways ?? []).flatMap((row) =>
      (stages[row["key"] ?? ""] ?? []).map((stage, i) => ({
        pathwayId: idOf("pathway", row["key"] ?? ""),
        ordinal: i + 1,
        programmeId: idOf("programme", stage.programme),
        years: stage.years,
        confers: sql.json(stage.confers as never),
        leaver: sql.json(stage.leaver as never),
        gate: stage.gate === null ? null : sql.json(stage.gate as never),
      })),
    ),
  );
}

function citationOf(row: Row) {
  return { document: row["document"] ?? "", clause: row["clause"] ?? "" };
}

function allianceRow(row: Row) {
  return {
    id: idOf("alliance", row["key"] ?? ""),
    key: row["key"],
    titleZh: row["title_zh"],
    titleEn: row["title_en"],
    leadInstitutionId: idOf("institution", row["lead"] ?? ""),
  };
}

function memberRow(row: Row) {
  return {
    allianceId: idOf("alliance", row["alliance"] ?? ""),
    institutionId: idOf("institution", row["institution"] ?? ""),
    role: row["role"],
  };
}

function alignmentRow(row: Row) {
  return {
    allianceId: idOf("alliance", row["alliance"] ?? ""),
    dimension: row["dimension"],
    stage: row["stage"],
    evidenceZh: row["evidence_zh"],
    evidenceEn: row["evidence_en"],
    assessedOn: row["assessed_on"],
  };
}

function agreementRow(row: Row) {
  return {
    id: idOf("agreement", `${row["key"]}@${row["version"]}`),
    allianceId: idOf("alliance", row["alliance"] ?? ""),
    key: row["key"],
    version: Number(row["version"]),
    titleZh: row["title_zh"],
    titleEn: row["title_en"],
    status: row["status"],
    cohortFrom: Number(row["cohort_from"]),
    cohortUntil: row["cohort_until"] === "" ? null : Number(row["cohort_until"]),
    filingNumber: orNull(row["filing_number"]),
    invented: row["invented"] === "true",
  };
}

interface Contents {
  readonly parties: readonly Row[];
  readonly pathways: readonly Row[];
  readonly stages: Readonly<Record<string, readonly StageFile[]>>;
}

/** What an agreement is frozen by once it is proposed: who is bound, to which pathways. A draft is not frozen. */
function contentHashOf(row: Row, contents: Contents): string | null {
  if (row["status"] === "DRAFT") return null;
  const pathways = contents.pathways.filter((pathway) => pathway["agreement"] === `${row["key"]}@${row["version"]}`);
  const content = {
    key: row["key"],
    version: row["version"],
    cohorts: [row["cohort_from"], row["cohort_until"]],
    parties: contents.parties
      .filter((party) => party["agreement"] === row["key"] && party["version"] === row["version"])
      .map((party) => party["institution"] || party["enterprise"]),
    pathways: pathways.map((pathway) => ({ key: pathway["key"], stages: contents.stages[pathway["key"] ?? ""] })),
  };
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

function partyRow(row: Row) {
  const who = orNull(row["institution"]) ?? orNull(row["enterprise"]) ?? "";
  const institution = orNull(row["institution"]);
  const enterprise = orNull(row["enterprise"]);
  return {
    agreementId: idOf("agreement", `${row["agreement"]}@${row["version"]}`),
    id: idOf("agreement-party", `${row["agreement"]}@${row["version"]}/${who}`),
    institutionId: institution === null ? null : idOf("institution", institution),
    enterpriseId: enterprise === null ? null : idOf("enterprise", enterprise),
    signedOn: orNull(row["signed_on"]),
    signatory: orNull(row["signatory"]),
  };
}

function pathwayRow(row: Row) {
  return {
    id: idOf("pathway", row["key"] ?? ""),
    agreementId: idOf("agreement", row["agreement"] ?? ""),
    key: row["key"],
    titleZh: row["title_zh"],
    titleEn: row["title_en"],
  };
}
