import { Command } from "commander";
import { dayInChina } from "../domain/date.ts";
import { isProblem } from "../domain/problem.ts";
import { appointAdministrator } from "../features/identity/opening.ts";
import { Identity } from "../features/identity/service.ts";
import { SYSTEM } from "../auth/viewer.ts";
import { commandTexts } from "../messages/commands.ts";
import { fill } from "../messages/index.ts";
import type { CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";

interface Options {
  readonly login: string;
  readonly name?: string;
  readonly school?: string;
  readonly json?: boolean;
}

/** `guantong admin --login LOGIN`: the first administrator, one of a school, or a new way in for one who lost theirs. */
export const adminCommand: CommandFactory = (cli) => {
  const texts = commandTexts(cli.language);
  return new Command("admin")
    .description(texts.admin)
    .requiredOption("--login <login>", texts.adminLogin)
    .option("--name <name>", texts.adminName)
    .option("--school <key>", texts.adminSchool)
    .option("--json", texts.json)
    .action(({ login, name, school, json }: Options) =>
      cli.withSession(async (session) => {
        const now = new Date();
        const today = dayInChina(now);
        const before = await new Identity(session).demoLogins();
        const known = await new Identity(session).viewerOfLogin(login, cli.language, today, "ADMINISTRATOR");
        const person = { login, name: name ?? login, known: isProblem(known) ? null : known, school: school ?? null };
        const viewer = session.trailed(SYSTEM);
        const issuing = { keys: session.keys, now, today };
        const issued = await session.db.write(viewer, (tx) => appointAdministrator(tx, viewer, person, issuing));
        if (isProblem(issued)) return issued;
        const [code] = issued;
        cli.say(
          json === true
            ? JSON.stringify(code)
            : fill(texts.adminCode, { login, code: code?.code ?? "", until: code?.expiresAt.slice(0, 10) ?? "" }),
        );
        if (before.length > 0) {
          const after = await new Identity(session).demoLogins();
          cli.note(after.length === 0 ? texts.adminDemoClosed : fill(texts.adminDemoOpen, { login }));
        }
        return EXIT.OK;
      }),
    );
};
