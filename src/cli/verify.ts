import { Command } from "commander";
import { SYSTEM } from "../auth/viewer.ts";
import type { Tx } from "../db/transaction.ts";
import { formatCredits } from "../domain/credit.ts";
import type { ExampleResult } from "../domain/recognition/examples.ts";
import { verifyFiles } from "../features/file/service.ts";
import { type DecisionProof, proveDecisions } from "../features/recognition/proving.ts";
import { checkRules, type RuleSetFindings } from "../features/recognition/rule-check.ts";
import { commandTexts } from "../messages/commands.ts";
import { fill } from "../messages/index.ts";
import { verifyTexts } from "../messages/verify.ts";
import { AUDIT_LOG } from "../db/audit.ts";
import { LEDGER } from "../db/seal/ledger.ts";
import type { SealedSource } from "../db/seal/source.ts";
import { type LedgerProof, proveLedgers } from "../features/bank/proving.ts";
import { type Verdict, verifyChain } from "../db/seal/verifier.ts";
import type { Cli, CommandFactory } from "./command.ts";
import { EXIT, type ExitCode } from "./exit.ts";

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

interface SealOptions {
  readonly heads?: string;
  readonly json?: boolean;
}

/** A command that holds a sealed table against its chain. */
function sealedCommand(cli: Cli, name: string, description: string): Command {
  const texts = verifyTexts(cli.language);
  return new Command(name)
    .description(description)
    .option("--heads <file>", texts.heads)
    .option("--json", commandTexts(cli.language).json);
}

/** Runs `check` in one view of the database, as the role that seals. */
function holding(
  cli: Cli,
  { heads }: SealOptions,
  check: (tx: Tx, verdictOf: VerdictOf) => Promise<ExitCode>,
): Promise<void> {
  return cli.withSession(async ({ jobs, keys, config }) => {
    const tx = jobs.read(SYSTEM);
    const options = { headsFile: heads ?? config.headsFile, keys: keys.all("seal") };
    try {
      return await check(tx, (source) => verifyChain(tx, source, options));
    } finally {
      tx.end();
    }
  });
}
type VerdictOf = (source: SealedSource) => Promise<Verdict>;

/** `guantong verify audit`: nobody has changed, taken away or put in what was logged. */
function auditCommand(cli: Cli): Command {
  const texts = verifyTexts(cli.language);
  return sealedCommand(cli, "audit", texts.audit).action((options: SealOptions) =>
    holding(cli, options, async (_, verdictOf) => {
      const verdict = await verdictOf(AUDIT_LOG);
      if (options.json === true) cli.say(JSON.stringify(verdict));
      else for (const line of chainLines(texts.auditLog, verdict, cli)) cli.say(line);
      return verdict.fault === null ? EXIT.OK : EXIT.PROBLEM;
    }),
  );
}

/** `guantong verify ledger`: it is the one that was signed, and every balance, version and hold follows from it. */
function ledgerCommand(cli: Cli): Command {
  const texts = verifyTexts(cli.language);
  return sealedCommand(cli, "ledger", texts.ledger).action((options: SealOptions) =>
    holding(cli, options, async (tx, verdictOf) => {
      const chain = await verdictOf(LEDGER);
      const proof = await proveLedgers(tx);
      if (options.json === true) cli.say(JSON.stringify({ chain, proof }));
      else for (const line of [...chainLines(texts.theLedger, chain, cli), ...proofLines(proof, cli)]) cli.say(line);
      return chain.fault === null && proof.fault === null ? EXIT.OK : EXIT.PROBLEM;
    }),
  );
}

function chainLines(log: string, { fault, rows, heads, lastSealedAt, tail, damagedLines }: Verdict, { language }: Cli) {
  const texts = verifyTexts(language);
  const lines =
    fault === null
      ? [fill(texts.chainSound, { log, rows, heads, at: lastSealedAt ?? "-" })]
      : [
          fill(texts.chainUnsound, {
            log,
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

function proofLines({ learners, transactions, movements, fault }: LedgerProof, { language }: Cli): readonly string[] {
  const texts = verifyTexts(language);
  const proved = fill(texts.proved, { learners, transactions, movements });
  if (fault === null) return [proved];
  const { code, learnerId, transactionId, line, account, achievementId } = fault;
  const where = [
    `${texts.learner} ${learnerId}`,
    ...(transactionId === null ? [] : [`${texts.transaction} ${transactionId}`]),
    ...(line === null ? [] : [`${texts.line} ${line}`]),
    ...(account === null ? [] : [`${texts.account} ${account}`]),
    ...(achievementId === null || achievementId === transactionId ? [] : [`${texts.achievement} ${achievementId}`]),
  ];
  return [proved, fill(texts.unproved, { code, where: where.join(", ") }), `  ${texts.ledgerFaults[code]}`];
}

/** `guantong verify decisions`: every decision comes out again, by the rules and the input it was decided by. */
function decisionsCommand(cli: Cli): Command {
  const texts = verifyTexts(cli.language);
  return new Command("decisions")
    .description(texts.decisions)
    .option("--json", commandTexts(cli.language).json)
    .action(({ json }: { readonly json?: boolean }) =>
      cli.withSession(async ({ jobs }) => {
        const tx = jobs.read(SYSTEM);
        try {
          const proof = await proveDecisions(tx);
          if (json === true) cli.say(JSON.stringify(proof));
          else for (const line of decisionLines(proof, cli)) cli.say(line);
          return proof.fault === null ? EXIT.OK : EXIT.PROBLEM;
        } finally {
          tx.end();
        }
      }),
    );
}

function decisionLines({ decisions, lines, fault }: DecisionProof, { language }: Cli): readonly string[] {
  const texts = verifyTexts(language);
  const recomputed = fill(texts.recomputed, { decisions, lines });
  if (fault === null) return [recomputed];
  const { code, learnerId, decisionId, line, detail } = fault;
  const where = [
    `${texts.learner} ${learnerId}`,
    `${texts.decision} ${decisionId}`,
    ...(line === null ? [] : [`${texts.decisionLine} ${line}`]),
    ...(detail === "" ? [] : [detail]),
  ];
  return [recomputed, fill(texts.unproved, { code, where: where.join(", ") }), `  ${texts.decisionFaults[code]}`];
}

/** `guantong verify files`: every file opens, and is what its hash says. */
function filesCommand(cli: Cli): Command {
  const texts = verifyTexts(cli.language);
  return new Command("files")
    .description(texts.files)
    .option("--json", commandTexts(cli.language).json)
    .action(({ json }: { readonly json?: boolean }) =>
      cli.withSession(async ({ db, keys }) => {
        const tx = db.read(SYSTEM);
        try {
          const { files, damaged } = await verifyFiles(tx, keys);
          const text = damaged.length === 0 ? texts.filesSound : texts.filesUnsound;
          if (json === true) cli.say(JSON.stringify({ files, damaged }));
          else for (const line of [fill(text, { files, damaged: damaged.length }), ...damaged]) cli.say(line);
          return damaged.length === 0 ? EXIT.OK : EXIT.PROBLEM;
        } finally {
          tx.end();
        }
      }),
    );
}

/** `guantong verify`: checks of what is stored. */
export const verifyCommand: CommandFactory = (cli) =>
  new Command("verify")
    .description(verifyTexts(cli.language).description)
    .addCommand(rulesCommand(cli))
    .addCommand(auditCommand(cli))
    .addCommand(ledgerCommand(cli))
    .addCommand(decisionsCommand(cli))
    .addCommand(filesCommand(cli));
