import type postgres from "postgres";
import { idOf } from "./id.ts";
import { insertAll } from "./insert.ts";
import { readTable } from "./table.ts";

/** "ELEMENTARY:初级;ADVANCED:高级" -> the levels, lowest first. The names are for the reader of the table. */
function levelsOf(cell: string): string[] {
  return cell.split(";").map((level) => level.slice(0, level.indexOf(":")));
}

/** Loads the certificates and competitions that can be deposited besides courses. What is there already stays. */
export async function seedOutcomes(sql: postgres.Sql): Promise<void> {
  const [certificates, competitions] = await Promise.all([readTable("certificates"), readTable("competitions")]);
  const certificateRows = certificates.map((row) => ({
    id: idOf("certificate", row["key"] ?? ""),
    key: row["key"] ?? "",
    titleZh: row["title_zh"] ?? "",
    titleEn: row["title_en"] ?? "",
    family: row["family"] ?? "",
    issuerZh: row["issuer_zh"] ?? "",
    issuerEn: row["issuer_en"] ?? "",
    supervisedBy: row["supervised_by"] ?? "",
    levels: sql.json(levelsOf(row["levels"] ?? "")),
    fictitious: row["basis"] === "invented",
  }));
  await insertAll(sql, "certificate", certificateRows);
  const competitionRows = competitions.map((row) => ({
    id: idOf("competition", row["key"] ?? ""),
    key: row["key"] ?? "",
    titleZh: row["title_zh"] ?? "",
    titleEn: row["title_en"] ?? "",
    series: row["series"] ?? "",
    tier: row["tier"] ?? "",
    organiserZh: row["organiser_zh"] ?? "",
    fictitious: row["basis"] === "invented",
  }));
  await insertAll(sql, "competition", competitionRows);
}
