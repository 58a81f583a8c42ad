import { Command } from "commander";
import { dueRecords, endDueRecords } from "../features/retention/service.ts";
import { commandTexts } from "../messages/commands.ts";
import { fill } from "../messages/index.ts";
import type { CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";

/** `guantong retention`: ends what is past the time it is kept, or tells what that would be. */
export const retentionCommand: CommandFactory = (cli) => {
  const texts = commandTexts(cli.language);
  return new Command("retention")
    .description(texts.retention)
    .option("--dry-run", texts.retentionDryRun)
    .option("--json", texts.json)
    .action(({ dryRun, json }: { readonly dryRun?: boolean; readonly json?: boolean }) =>
      cli.withSession(async ({ jobs }) => {
        const due = await dueRecords(jobs);
        const ended = dryRun === true ? null : await endDueRecords(jobs);
        const lines = due.map((row) => ({ ...row, ended: ended?.get(row.kind) ?? 0 }));
        if (json === true) cli.say(JSON.stringify(lines));
        else {
          for (const line of lines) {
            const { kind, months, document, clause, certainty } = line;
            const what = { kind: texts.retentionKinds[kind], months, document, clause };
            const count = ended === null ? line.due : line.ended;
            const text = ended === null ? texts.retentionDue : texts.retentionEnded;
            cli.say(fill(text, { ...what, certainty: texts.retentionCertainty[certainty], count }));
          }
        }
        return EXIT.OK;
      }),
    );
};
