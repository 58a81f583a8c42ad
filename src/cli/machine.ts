import { Command, Option } from "commander";
import { dayInChina } from "../domain/date.ts";
import { SYSTEM } from "../auth/viewer.ts";
import { isProblem } from "../domain/problem.ts";
import { type MachineRow, machines } from "../features/identity/machine-store.ts";
import { endMachine, MACHINE_ROLES, type MachineRole, openMachine } from "../features/identity/machines.ts";
import { commandTexts } from "../messages/commands.ts";
import { fill } from "../messages/index.ts";
import type { Cli, CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";

interface Opening {
  readonly login: string;
  readonly name?: string;
  readonly role: MachineRole;
  readonly school?: string;
  readonly issuer: string;
  readonly client: string;
  readonly json?: boolean;
}

function tell(cli: Cli, row: MachineRow, json: boolean): void {
  const { login, role, institutionKey, issuer, subject } = row;
  cli.say(json ? JSON.stringify(row) : [login, role, institutionKey ?? "-", issuer, subject].join("  "));
}

const open: CommandFactory = (cli) => {
  const texts = commandTexts(cli.language);
  return new Command("open")
    .description(texts.machineOpen)
    .requiredOption("--login <login>", texts.machineLogin)
    .option("--name <name>", texts.machineName)
    .addOption(new Option("--role <role>", texts.machineRole).choices(MACHINE_ROLES).makeOptionMandatory())
    .option("--school <key>", texts.machineSchool)
    .requiredOption("--issuer <url>", texts.machineIssuer)
    .requiredOption("--client <id>", texts.machineClient)
    .option("--json", texts.json)
    .action(({ login, name, role, school, issuer, client, json }: Opening) =>
      cli.withSession(async (session) => {
        const viewer = session.trailed(SYSTEM);
        const machine = { login, name: name ?? login, role, school: school ?? null, issuer, subject: client };
        const issuers = session.tokens.issuers.map((each) => each.issuer);
        const today = dayInChina(new Date());
        const made = await session.db.write(viewer, (tx) => openMachine(tx, viewer, machine, { issuers, today }));
        if (isProblem(made)) return made;
        tell(cli, made, json === true);
        return EXIT.OK;
      }),
    );
};

const list: CommandFactory = (cli) => {
  const texts = commandTexts(cli.language);
  return new Command("list")
    .description(texts.machineList)
    .option("--json", texts.json)
    .action(({ json }: { readonly json?: boolean }) =>
      cli.withSession(async ({ db }) => {
        const tx = db.read(SYSTEM);
        const rows = await machines(tx, dayInChina(new Date())).finally(() => tx.end());
        for (const row of rows) tell(cli, row, json === true);
        return EXIT.OK;
      }),
    );
};

const end: CommandFactory = (cli) => {
  const texts = commandTexts(cli.language);
  return new Command("end")
    .description(texts.machineEnd)
    .requiredOption("--login <login>", texts.machineLogin)
    .action(({ login }: { readonly login: string }) =>
      cli.withSession(async (session) => {
        const viewer = session.trailed(SYSTEM);
        const today = dayInChina(new Date());
        const ended = await session.db.write(viewer, (tx) => endMachine(tx, viewer, login, today));
        if (isProblem(ended)) return ended;
        cli.say(fill(texts.machineEnded, { login }));
        return EXIT.OK;
      }),
    );
};

/** `guantong machine open|list|end`: accounts of machines, which come in with an issuer's client credentials. */
export const machineCommand: CommandFactory = (cli) =>
  new Command("machine")
    .description(commandTexts(cli.language).machine)
    .addCommand(open(cli))
    .addCommand(list(cli))
    .addCommand(end(cli));
