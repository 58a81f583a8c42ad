import type postgres from "postgres";
import { seedAlliance } from "./alliance.ts";
import { seedBank } from "./bank.ts";
import { seedCatalogue } from "./catalogue.ts";
import { seedCurriculum } from "./curriculum.ts";
import { seedDecisions } from "./decisions.ts";
import { seedOutcomes } from "./outcomes.ts";
import { seedPeople } from "./people.ts";
import { seedGradingScales, seedReference } from "./reference.ts";
import { seedRules } from "./rules.ts";
import { seedSelection } from "./selection.ts";
import { DEMO_FOLDER } from "./table.ts";

/** The parts of the demonstration, each standing on those before it. */
const PARTS: readonly ((sql: postgres.Sql) => Promise<void>)[] = [
  seedReference,
  seedCatalogue,
  (sql) => seedGradingScales(sql, DEMO_FOLDER),
  seedOutcomes,
  seedCurriculum,
  seedAlliance,
  seedRules,
  seedPeople,
  seedSelection,
  seedBank,
  seedDecisions,
];

/** Fills an empty, migrated database with the demonstration: all of it or nothing. Runs as the owner. */
export async function seedDemo(sql: postgres.Sql): Promise<void> {
  await sql.begin(async (transaction) => {
    for (const part of PARTS) await part(transaction as unknown as postgres.Sql);
  });
}
