import { Command, InvalidArgumentError } from "commander";
import { SYSTEM } from "../auth/viewer.ts";
import { createKeys, listKeys, rotateKeys } from "../auth/keyring.ts";
import { reencryptFiles } from "../features/file/service.ts";
import { reencryptObjections } from "../features/publicnotice/service.ts";
import { reencryptBatch, reencryptNumbers } from "../features/registry/service.ts";
import { commandTexts } from "../messages/commands.ts";
import { fill } from "../messages/index.ts";
import type { Cli, CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";

const HOUR_MS = 60 * 60 * 1000;

function hours(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 24 * 365)) throw new InvalidArgumentError("0-8760");
  return value;
}

function createCommand(cli: Cli): Command {
  const texts = commandTexts(cli.language);
  const { keysFile: file } = cli.config;
  return new Command("create")
    .exitOverride()
    .description(texts.keysCreate)
    .action(() =>
      cli.run(async () => {
        const made = await createKeys(file);
        cli.say(fill(made ? texts.keysCreated : texts.keysPresent, { file }));
        return made ? EXIT.OK : EXIT.PROBLEM;
      }),
    );
}

function listCommand(cli: Cli): Command {
  const texts = commandTexts(cli.language);
  return new Command("list")
    .exitOverride()
    .description(texts.keysList)
    .option("--json", texts.json)
    .action(({ json }: { readonly json?: boolean }) =>
      cli.run(async () => {
        const entries = await listKeys(cli.config.keysFile);
        if (json === true) cli.say(JSON.stringify(entries));
        else for (const entry of entries) cli.say(fill(texts.keysListed, { ...entry }));
        return EXIT.OK;
      }),
    );
}

function rotateCommand(cli: Cli): Command {
  const texts = commandTexts(cli.language);
  const { keysFile: file } = cli.config;
  return new Command("rotate")
    .exitOverride()
    .description(texts.keysRotate)
    .option("--after <hours>", texts.keysAfter, hours, 24)
    .option("--json", texts.json)
    .action(({ after, json }: { readonly after: number; readonly json?: boolean }) =>
      cli.run(async () => {
        const now = new Date();
        const added = await rotateKeys(file, new Date(now.getTime() + after * HOUR_MS), now);
        cli.say(json === true ? JSON.stringify(added) : fill(texts.keysRotated, { ...added, file }));
        return EXIT.OK;
      }),
    );
}

/** Batch after batch, each a transaction: stopped anywhere, it goes on from there. */
function reencryptCommand(cli: Cli): Command {
  const texts = commandTexts(cli.language);
  return new Command("reencrypt")
    .exitOverride()
    .description(texts.keysReencrypt)
    .option("--json", texts.json)
    .action(({ json }: { readonly json?: boolean }) =>
      cli.withSession(async ({ db, keys }) => {
        const all = async (batchOf: typeof reencryptBatch) => {
          let [count, batch] = [0, 0];
          do {
            batch = await db.write(SYSTEM, (tx) => batchOf(tx, keys));
            count += batch;
          } while (batch > 0);
          return count;
        };
        const counts = {
          documents: await all(reencryptBatch),
          registryNumbers: await all(reencryptNumbers),
          files: await all(reencryptFiles),
          objections: await all(reencryptObjections),
        };
        cli.say(json === true ? JSON.stringify(counts) : fill(texts.keysReencrypted, counts));
        return EXIT.OK;
      }),
    );
}

/** `guantong keys`: the file of secrets, and what is encrypted with keys from it. */
export const keysCommand: CommandFactory = (cli) =>
  new Command("keys")
    .description(commandTexts(cli.language).keys)
    .addCommand(createCommand(cli))
    .addCommand(listCommand(cli))
    .addCommand(rotateCommand(cli))
    .addCommand(reencryptCommand(cli));
