import { Command } from "commander";
import { isProblem } from "../domain/problem.ts";
import { Identity } from "../features/identity/service.ts";
import { commandTexts } from "../messages/commands.ts";
import type { CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";

/** `guantong token --as LOGIN`: a development token. */
export const tokenCommand: CommandFactory = (cli) => {
  const texts = commandTexts(cli.language);
  return new Command("token")
    .description(texts.token)
    .requiredOption("--as <login>", texts.tokenAs)
    .option("--json", texts.json)
    .action((options: { readonly as: string; readonly json?: boolean }) =>
      cli.withSession(async (session) => {
        const issued = await new Identity(session).signInAsDemo(options.as);
        if (isProblem(issued)) return issued;
        cli.say(options.json === true ? JSON.stringify(issued) : issued.token);
        return EXIT.OK;
      }),
    );
};
