import { Command } from "commander";
import { connect } from "../db/client.ts";
import { commandTexts } from "../messages/commands.ts";
import { seedDemo } from "../seed/index.ts";
import type { Cli, CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";
import type { Session } from "./session.ts";

/**
 * Fills an empty database with the demonstration.
 * @returns whether it did
 */
export async function seedIfEmpty(cli: Cli, session: Session): Promise<boolean> {
  const sql = connect(session.ownerUrl, { max: 1 });
  try {
    const [found] = await sql`select 1 from institution limit 1`;
    if (found !== undefined) return false;
    cli.note(commandTexts(cli.language).seeding);
    await seedDemo(sql);
    // until the planner knows the tables it guesses, and the first minutes are slow
    await sql`analyze`;
    return true;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** `guantong seed`: the only way past the two people an achievement otherwise needs. */
export const seedCommand: CommandFactory = (cli) => {
  const texts = commandTexts(cli.language);
  return new Command("seed").description(texts.seed).action(() =>
    cli.withSession(async (session) => {
      const done = await seedIfEmpty(cli, session);
      cli.say(done ? texts.seeded : texts.seedPresent);
      return EXIT.OK;
    }),
  );
};
