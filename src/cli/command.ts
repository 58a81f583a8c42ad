import type { Command } from "commander";
import type { Language } from "../auth/viewer.ts";
import type { Config } from "../config.ts";
import { isProblem, type Problem } from "../domain/problem.ts";
import { sentenceOf } from "../messages/index.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { openMigrated, openSession, type Server, type Session } from "./session.ts";

/**
 * What a command is given. A command is one file in src/cli/ that exports a CommandFactory and is listed in
 * src/cli/commands.ts.
 */
export interface Cli {
  readonly config: Config;
  readonly language: Language;
  /** Opens the data, lets the command act, closes the data; what it answers becomes the exit code. */
  withSession(act: (session: Session) => Promise<ExitCode | Problem | undefined>): Promise<void>;
  /** The same with the server alone: no keys, no sign-in. For what moves whole databases. */
  withServer(act: (server: Server) => Promise<ExitCode | Problem | undefined>): Promise<void>;
  /** The same without the data. */
  run(act: () => Promise<ExitCode | Problem | undefined>): Promise<void>;
  /** Writes a line of the answer to standard output. */
  say(line: string): void;
  /** Writes a line beside the answer, to standard error: progress, problems. */
  note(line: string): void;
}
export type CommandFactory = (cli: Cli) => Command;

/** Makes what commands are given. */
export function openCli(config: Config): Cli {
  const { language } = config;
  const cli: Cli = {
    config,
    language,
    async withSession(act) {
      await cli.run(async () => {
        const session = await openSession(config, false);
        try {
          return await act(session);
        } finally {
          await session.close();
        }
      });
    },
    async withServer(act) {
      await cli.run(async () => {
        const server = await openMigrated(config, false);
        try {
          return await act(server);
        } finally {
          await server.stop();
        }
      });
    },
    async run(act) {
      const answer = await act();
      if (isProblem(answer)) {
        cli.note(`${answer.code}: ${sentenceOf(answer, language)}`);
        process.exitCode = EXIT.PROBLEM;
      } else {
        process.exitCode = answer ?? EXIT.OK;
      }
    },
    say: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
  };
  return cli;
}
