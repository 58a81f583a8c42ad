import { writeFile } from "node:fs/promises";
import { Argument, Command, Option } from "commander";
import { SHEET_KINDS, type SheetKindKey } from "../domain/sheet/kinds/index.ts";
import { templateOf } from "../features/bank/template.ts";
import { fill } from "../messages/index.ts";
import { sheetTexts } from "../messages/sheets.ts";
import type { CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";

interface Options {
  readonly out?: string;
  readonly lang: "zh" | "en";
}

/** `guantong export template [kind]`: an empty sheet to be filled in. */
export const exportCommand: CommandFactory = (cli) => {
  const texts = sheetTexts(cli.language);
  const kinds = Object.keys(SHEET_KINDS);
  const template = new Command("template")
    .description(fill(texts.template, { kinds: kinds.join(", ") }))
    .addArgument(new Argument("[kind]").choices(kinds).default("achievements"))
    .option("--out <file>", texts.templateOut)
    .addOption(new Option("--lang <language>", texts.lang).choices(["zh", "en"]).default(cli.language))
    .exitOverride()
    .action((key: SheetKindKey, { out, lang }: Options) =>
      cli.run(async () => {
        const file = out ?? `${key}.xlsx`;
        const format = file.toLowerCase().endsWith(".csv") ? "csv" : "xlsx";
        await writeFile(file, await templateOf(SHEET_KINDS[key], lang, format));
        cli.say(fill(sheetTexts(lang).templateWritten, { file }));
        return EXIT.OK;
      }),
    );
  return new Command("export").description(texts.export).addCommand(template);
};
