import { Command, Option } from "commander";
import { SYSTEM, type Viewer } from "../auth/viewer.ts";
import type { ReadTransaction } from "../db/transaction.ts";
import { isId } from "../domain/id.ts";
import { isProblem, type Problem, problem } from "../domain/problem.ts";
import { institutionsByIds, programmeByKey } from "../features/catalogue/store.ts";
import { catalogueLoaders } from "../features/catalogue/loaders.ts";
import { Identity } from "../features/identity/service.ts";
import { namesFor } from "../features/recognition/naming.ts";
import { reportOf } from "../features/recognition/report.ts";
import { type Check, check } from "../features/recognition/service.ts";
import { Words } from "../features/recognition/words.ts";
import { learnerByNumber } from "../features/registry/store.ts";
import { checkTexts } from "../messages/check.ts";
import { commandTexts } from "../messages/commands.ts";
import type { CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";
import type { Session } from "./session.ts";

interface Options {
  readonly learner: string;
  readonly programme: string;
  readonly asOf?: string;
  readonly cohort?: string;
  readonly as?: string;
  readonly lang: "zh" | "en";
  readonly json?: boolean;
}

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

async function viewerOf(session: Session, options: Options, today: string): Promise<Viewer | Problem> {
  if (options.as === undefined) return { ...SYSTEM, language: options.lang };
  return new Identity(session).viewerOfLogin(options.as, options.lang, today);
}

async function ask(tx: ReadTransaction, viewer: Viewer, options: Options, today: string): Promise<Check | Problem> {
  const asOf = options.asOf ?? today;
  if (!DAY.test(asOf)) return problem("INVALID_INPUT", { detail: `--as-of ${asOf}` });
  const cohort = options.cohort === undefined ? null : Number(options.cohort);
  if (cohort !== null && !Number.isInteger(cohort))
    return problem("INVALID_INPUT", { detail: `--cohort ${options.cohort}` });
  const programme = await programmeByKey(tx, options.programme);
  if (programme === null) return problem("UNKNOWN_PROGRAMME", { key: options.programme });
  const learnerId = isId(options.learner)
    ? options.learner
    : (await learnerByNumber(tx, viewer.institutionId, options.learner))?.id;
  if (learnerId === undefined) return problem("UNKNOWN_LEARNER", { studentNo: options.learner });
  return check(tx, viewer, { learnerId, programmeId: programme.id, asOf, cohort });
}

async function report(tx: ReadTransaction, answer: Check, language: "zh" | "en"): Promise<readonly string[]> {
  const rules = answer.input.ruleSets.flatMap((set) => set.rules);
  const names = await namesFor(rules, catalogueLoaders(tx), answer.plan.tree);
  const [school] = await institutionsByIds(tx, [answer.programme.institutionId]);
  const title = { zh: school?.nameZh ?? "", en: school?.nameEn ?? "" };
  return reportOf(answer, title, new Words(language, names), language);
}

/** `guantong check`: the question the service exists for, asked at the command line. */
export const checkCommand: CommandFactory = (cli) => {
  const texts = checkTexts(cli.language);
  return new Command("check")
    .description(texts.description)
    .requiredOption("--learner <number>", texts.learner)
    .requiredOption("--programme <key>", texts.programme)
    .option("--as-of <date>", texts.asOf)
    .option("--cohort <year>", texts.cohort)
    .option("--as <login>", texts.as)
    .addOption(new Option("--lang <language>", texts.lang).choices(["zh", "en"]).default(cli.language))
    .option("--json", commandTexts(cli.language).json)
    .action((options: Options) =>
      cli.withSession(async (session) => {
        const today = new Date().toISOString().slice(0, 10);
        const found = await viewerOf(session, options, today);
        if (isProblem(found)) return found;
        const viewer = session.trailed(found);
        const tx = session.db.read(viewer);
        try {
          const answer = await ask(tx, viewer, options, today);
          if (isProblem(answer)) return answer;
          if (options.json === true) cli.say(JSON.stringify(answer.outcome));
          else for (const line of await report(tx, answer, options.lang)) cli.say(line);
          return EXIT.OK;
        } finally {
          tx.end();
        }
      }),
    );
};
