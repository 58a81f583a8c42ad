import { Command } from "commander";
import { commandTexts } from "../messages/commands.ts";
import type { CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";

/** `guantong migrate`: reaching the server migrates. */
export const migrateCommand: CommandFactory = (cli) => {
  const texts = commandTexts(cli.language);
  return new Command("migrate").description(texts.migrate).action(() =>
    cli.withServer(async () => {
      cli.say(texts.migrated);
      return EXIT.OK;
    }),
  );
};
