import { resolve } from "node:path";
import { Command } from "commander";
import { backUp, type BackupTotals, type Progress, restore } from "../db/backup.ts";
import { commandTexts } from "../messages/commands.ts";
import { fill } from "../messages/index.ts";
import type { Cli, CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";
import { progressBar } from "./progress.ts";

type Work = (ownerUrl: string, file: string, progress: Progress) => Promise<BackupTotals>;

/** What the two have in common: a file, a bar, totals. */
function fileCommand(cli: Cli, name: "backup" | "restore", work: Work, done: string): Command {
  const texts = commandTexts(cli.language);
  return new Command(name)
    .description(texts[name])
    .argument("<file>", texts.backupFile)
    .option("--json", texts.json)
    .action((path: string, options: { readonly json?: boolean }) =>
      cli.withServer(async ({ ownerUrl }) => {
        const file = resolve(path);
        const bar = progressBar(name);
        const totals = await work(ownerUrl, file, bar.update).finally(bar.stop);
        cli.say(options.json === true ? JSON.stringify({ file, ...totals }) : fill(done, { file, ...totals }));
        if (name === "backup") cli.note(fill(texts.backedUpKeys, { keysFile: cli.config.keysFile }));
        return EXIT.OK;
      }),
    );
}

/** `guantong backup FILE` */
export const backupCommand: CommandFactory = (cli) =>
  fileCommand(cli, "backup", backUp, commandTexts(cli.language).backedUp);

/** `guantong restore FILE` */
export const restoreCommand: CommandFactory = (cli) =>
  fileCommand(cli, "restore", restore, commandTexts(cli.language).restored);
