import { Command } from "commander";
import { SYSTEM } from "../auth/viewer.ts";
import { formatCredits } from "../domain/credit.ts";
import type { ExampleResult } from "../domain/recognition/examples.ts";
import { checkRules, type RuleSetFindings } from "../features/recognition/rule-check.ts";
import { commandTexts } from "../messages/commands.ts";
import { fill } from "../messages/index.ts";
import { verifyTexts } from "../messages/verify.ts";
import { AUDIT_LOG } from "../db/audit.ts";
import { type Verdict, verifyChain } from "../db/seal/verifier.ts";
import type { Cli, CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";

function faultsOf({ malformed, failed, dead }: RuleSetFindings): number {
  return malformed.length + failed.length + dead.length;
}

function expectedOf({ example }: ExampleResult): string {
  return "credits" in example.expect ? formatCredits(example.expect.credits) : example.expect.refusal;
}

function actualOf({ credits, refusals }: ExampleResult): string {
  return credits > 0 || refusals.length === 0 ? formatCredits(credits) : refusals.join(", ");
}

function linesOf(findings: RuleSetFindings, { language }: Cli): readonly string[] {
  const texts = verifyTexts(language);
  const { ruleSet, examples } = findings;
  const { key, version } = ruleSet;
  const head = fill(faultsOf(findings) === 0 ? texts.sound : texts.unsound, {
    key,
    version,
    rules: ruleSet.rules.length,
    examples,
  });
  return [
    head,
    ...findings.malformed.map((detail) => `  ${fill(texts.malformed, { detail })}`),
    ...findings.failed.map(({ ruleKey, result }) => {
      const note = result.example.note[language];
      return `  ${fill(texts.example, { rule: ruleKey, note, expected: expectedOf(result), actual: actualOf(result) })}`;
    }),
    ...findings.dead.map(
      ({ kind, snapshot, ruleKey }) => `  ${fill(texts.dead, { kind, snapshot, rule: ruleKey ?? "-" })}`,
    ),
  ];
}

function sumOf(all: readonly RuleSetFindings[]) {
  const total = (amount: (findings: RuleSetFindings) => number): number =>
    all.reduce((sum, findings) => sum + amount(findings), 0);
  return {
    sets: all.length,
    rules: total(({ ruleSet }) => ruleSet.rules.length),
    examples: total(({ examples }) => examples),
    faults: total(faultsOf),
  };
}

/** `guantong verify rules`: every rule does what its examples say, and names nothing that is gone. */
function rulesCommand(cli: Cli): Command {
  const texts = verifyTexts(cli.language);
  return new Command("rules")
    .description(texts.rules)
    .option("--json", commandTexts(cli.language).json)
    .action(({ json }: { readonly json?: boolean }) =>
      cli.withSession(async ({ db }) => {
        const tx = db.read({ ...SYSTEM, language: cli.language });
        try {
          const all = await checkRules(tx, new Date().toISOString().slice(0, 10));
          const sum = sumOf(all);
          if (json === true) cli.say(JSON.stringify(sum));
          else {
            for (const findings of all) for (const line of linesOf(findings, cli)) cli.say(line);
            cli.say(fill(texts.sum, sum));
          }
          return sum.faults === 0 ? EXIT.OK : EXIT.PROBLEM;
        } finally {
          tx.end();
        }
      }),
    );
}

/** `guantong verify audit`: nobody has changed, taken away or put in what was logged. */
function auditCommand(cli: Cli): Command {
  const texts = verifyTexts(cli.language);
  return new Command("audit")
    .description(texts.audit)
    .option("--heads <file>", texts.heads)
    .option("--json", commandTexts(cli.language).json)
    .action(({ heads, json }: { readonly heads?: string; readonly json?: boolean }) =>
      cli.withSession(async ({ jobs, keys, config }) => {
        const tx = jobs.read(SYSTEM);
        try {
          const headsFile = heads ?? config.headsFile;
          const verdict = await verifyChain(tx, AUDIT_LOG, { headsFile, keys: keys.all("seal") });
          if (json === true) cli.say(JSON.stringify(verdict));
          else for (const line of auditLines(verdict, cli)) cli.say(line);
          return verdict.fault === null ? EXIT.OK : EXIT.PROBLEM;
        } finally {
          tx.end();
        }
      }),
    );
}

function auditLines({ fault, rows, heads, lastSealedAt, tail, damagedLines }: Verdict, { language }: Cli) {
  const texts = verifyTexts(language);
  const lines =
    fault === null
      ? [fill(texts.chainSound, { rows, heads, at: lastSealedAt ?? "-" })]
      : [
          fill(texts.chainUnsound, {
            code: fault.code,
            position: fault.position ?? "-",
            key: fault.key ?? "-",
            vouchedFor: fault.vouchedFor,
          }),
          `  ${texts.faults[fault.code]}`,
        ];
  lines.push(fill(texts.tail, { rows: tail.rows, seconds: Math.round(tail.seconds) }));
  if (damagedLines > 0) lines.push(fill(texts.damaged, { lines: damagedLines }));
  return lines;
}

/** `guantong verify`: checks of what is stored. */
export const verifyCommand: CommandFactory = (cli) =>
  new Command("verify")
    .description(verifyTexts(cli.language).description)
    .addCommand(rulesCommand(cli))
    .addCommand(auditCommand(cli));
