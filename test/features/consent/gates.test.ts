import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema } from "graphql";
import { expect, test } from "vitest";
import { contract } from "../../../src/api/schema.ts";
import { CONSENT_ACTS, CONSENT_GATES, type ConsentAct } from "../../../src/domain/consent.ts";
import { readConsentRequirements } from "../../../src/seed/reference.ts";
import { ROOT } from "../../support/child.ts";

const FEATURES = join(ROOT, "src/features");
const source = readdirSync(FEATURES, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(join(FEATURES, name), "utf8"))
  .join("\n");
const mutations = Object.keys(buildSchema(contract().join("\n")).getMutationType()?.getFields() ?? {});
const asked = new Set([...source.matchAll(/consentMissing\([^)]*?"([A-Z_]+)"/g)].map(([, act]) => act));

/** Words that a command for an act which still waits would be called by. */
const WORDS: Readonly<Record<ConsentAct, RegExp>> = {
  INTERNSHIP: /intern|createPlacement|placeLearner/i,
  LEAVE: /leave|suspend|recordStatusChange/i,
  WITHDRAWAL: /withdraw(?!Erasure|PublicNotice|Application|TransferList)|recordStatusChange/i,
  JOIN_PATHWAY: /pathway/i,
  DECLINE_PATHWAY: /makeTransferList|decline(?!Erasure|Lines)/i,
  CHANGE_OF_TRACK: /track|placeInPathway/i,
  SELECTION_OFF_CAMPUS: /takeSeat|wish|preselect/i,
};

test("every act in the data is one with a gate or one that says what it waits for", async () => {
  const acts = new Set((await readConsentRequirements()).map(({ act }) => act));
  expect([...acts].sort()).toEqual([...CONSENT_ACTS].sort());
});

test.each(CONSENT_ACTS)("%s is asked for by its command, or has none yet", (act) => {
  const gate = CONSENT_GATES[act];
  const commands = mutations.filter((name) => WORDS[act].test(name));
  // a command that does an act which waits must ask for the consent, and be named in CONSENT_GATES
  expect(commands).toEqual("command" in gate ? [gate.command] : []);
  expect(asked.has(act)).toBe("command" in gate);
});
