#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { openCli } from "./cli/command.ts";
import { COMMANDS } from "./cli/commands.ts";
import { EXIT } from "./cli/exit.ts";
import { languageOf, readConfig } from "./config.ts";
import { Failure } from "./failure.ts";
import { commandTexts } from "./messages/commands.ts";
import { fill, sentenceOf } from "./messages/index.ts";

/** A command and those beneath it. */
const family = (command: Command): Command[] => [command, ...command.commands.flatMap(family)];

async function main(): Promise<void> {
  const cli = openCli(readConfig());
  const texts = commandTexts(cli.language);
  const { openSecretFiles } = cli.config;
  if (openSecretFiles.length > 0) cli.note(fill(texts.openSecretFiles, { settings: openSecretFiles.join(", ") }));
  const program = new Command("guantong").description(texts.program).addHelpText("after", `\n${texts.helpHint}`);
  for (const make of COMMANDS) program.addCommand(make(cli));
  for (const command of family(program)) command.exitOverride();
  await program.parseAsync();
}

/** What ends the command line: a sentence in the two languages where the machine is to blame, else a fault of ours. */
function end(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.OK : EXIT.USAGE;
  } else if (error instanceof Failure) {
    const { problem } = error;
    const languages = languageOf() === "zh" ? (["zh", "en"] as const) : (["en", "zh"] as const);
    for (const language of languages) process.stderr.write(`${problem.code}: ${sentenceOf(problem, language)}\n`);
    process.exitCode = problem.code === "PORT_TAKEN" ? EXIT.PORT_TAKEN : EXIT.SYSTEM;
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = EXIT.SYSTEM;
  }
}

await main().catch(end);
