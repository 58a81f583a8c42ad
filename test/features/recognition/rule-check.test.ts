import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SYSTEM } from "../../../src/auth/viewer.ts";
import { checkRules, type RuleSetFindings } from "../../../src/features/recognition/rule-check.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

let database: FreshDatabase;
let findings: readonly RuleSetFindings[];

async function check(): Promise<readonly RuleSetFindings[]> {
  const tx = database.db.read(SYSTEM);
  try {
    return await checkRules(tx, "2026-09-01");
  } finally {
    tx.end();
  }
}

beforeAll(async () => {
  database = await freshDatabase({ demo: true });
  findings = await check();
});
afterAll(() => database.drop());

describe("the rules of the demonstration", () => {
  it("are at least 150, each with an example", () => {
    const rules = findings.flatMap(({ ruleSet }) => ruleSet.rules);
    expect(rules.length).toBeGreaterThanOrEqual(150);
    expect(rules.filter(({ examples }) => examples.length === 0)).toEqual([]);
  });

  it("keep to the schema", () => {
    expect(findings.flatMap(({ ruleSet, malformed }) => malformed.map((fault) => `${ruleSet.key} ${fault}`))).toEqual(
      [],
    );
  });

  it("do what their examples say", () => {
    const failed = findings.flatMap(({ ruleSet, failed }) =>
      failed.map(({ ruleKey, result }) => [
        ruleSet.key,
        ruleKey,
        result.example.expect,
        result.credits,
        result.refusals,
      ]),
    );
    expect(failed).toEqual([]);
  });

  it("name nothing that is gone", () => {
    expect(findings.flatMap(({ dead }) => dead)).toEqual([]);
  });
});

describe("a fault planted in a rule", () => {
  it("is found: an example that does not hold, and a certificate that is gone", async () => {
    const [row] = await database.sql<{ id: string; document: { examples: unknown[] } }[]>`
      select id, document from rule where document -> 'source' -> 'match' ->> 'kind' = 'CERTIFICATE' limit 1`;
    if (row === undefined) throw new Error("the demonstration has no certificate rule");
    const gone = "00000000-0000-5000-8000-000000000000";
    await database.sql`
      update rule set document = jsonb_set(jsonb_set(document, '{source,match,certificateId}', ${database.sql.json(gone)}),
        '{examples,0,expect}', ${database.sql.json({ credits: 99_900 })}) where id = ${row.id}`;
    const planted = await check();
    expect(planted.flatMap(({ dead }) => dead.map(({ id }) => id))).toEqual([gone]);
    expect(planted.flatMap(({ failed }) => failed)).toHaveLength(1);
  });
});
