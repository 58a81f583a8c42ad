import { Command, Option } from "commander";
import { dayInChina } from "../domain/date.ts";
import type { Language } from "../auth/viewer.ts";
import { isProblem, type Problem } from "../domain/problem.ts";
import { batchNumbered } from "../features/bank/batches.ts";
import { type Confirmed, confirmBatch } from "../features/bank/confirming.ts";
import { Identity } from "../features/identity/service.ts";
import { fill } from "../messages/index.ts";
import { sheetTexts } from "../messages/sheets.ts";
import type { CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";
import { progressBar } from "./progress.ts";
import type { Session } from "./session.ts";

interface Options {
  readonly as: string;
  readonly json?: boolean;
  readonly lang: Language;
}

/** `guantong confirm BATCH --as LOGIN`: the second person's part. */
export const confirmCommand: CommandFactory = (cli) => {
  const texts = sheetTexts(cli.language);
  return new Command("confirm")
    .description(texts.confirm)
    .argument("<batch>", texts.confirmBatch)
    .requiredOption("--as <login>", texts.as)
    .option("--json", "JSON")
    .addOption(new Option("--lang <language>", texts.lang).choices(["zh", "en"]).default(cli.language))
    .action((number: string, options: Options) =>
      cli.withSession(async (session) => {
        const answer = await confirm(session, number, options);
        if (isProblem(answer)) return answer;
        const counts = { number: answer.batch.number, posted: answer.postedRows, already: answer.alreadyPostedRows };
        cli.say(options.json === true ? JSON.stringify(counts) : fill(sheetTexts(options.lang).confirmed, counts));
        return EXIT.OK;
      }),
    );
};

async function confirm(session: Session, number: string, options: Options): Promise<Confirmed | Problem> {
  const now = new Date();
  const found = await new Identity(session).viewerOfLogin(options.as, options.lang, dayInChina(now), "REGISTRAR");
  if (isProblem(found)) return found;
  const viewer = session.trailed(found);
  const bar = progressBar(sheetTexts(options.lang).posting);
  try {
    return await session.ledger.write(viewer, async (tx) => {
      const batch = await batchNumbered(tx, viewer, number);
      return isProblem(batch) ? batch : confirmBatch(tx, viewer, batch.id, now, (done, all) => bar.update(done, all));
    });
  } finally {
    bar.stop();
  }
}
