import { Command } from "commander";
import { connect } from "../db/client.ts";
import { problem } from "../domain/problem.ts";
import { commandTexts } from "../messages/commands.ts";
import { seedDemo } from "../seed/index.ts";
import { seedReference } from "../seed/reference.ts";
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

/** What belongs to the field and to no school. What is there already stays. */
async function seedReferenceAlone(session: Session): Promise<void> {
  const sql = connect(session.ownerUrl, { max: 1 });
  try {
    await seedReference(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** `guantong seed`: the only way past the two people an achievement otherwise needs. */
export const seedCommand: CommandFactory = (cli) => {
  const texts = commandTexts(cli.language);
  const seed = new Command("seed").description(texts.seed).option("--reference", texts.seedReference);
  return seed.action(({ reference }: { readonly reference?: boolean }) =>
    cli.withSession(async (session) => {
      if (reference === true) {
        await seedReferenceAlone(session);
        cli.say(texts.seededReference);
        return EXIT.OK;
      }
      if (!cli.config.demo) return problem("DEMO_CLOSED");
      const done = await seedIfEmpty(cli, session);
      cli.say(done ? texts.seeded : texts.seedPresent);
      return EXIT.OK;
    }),
  );
};
