import { Command } from "commander";
import { channelsOf } from "../features/notice/channels/index.ts";
import { tasksOf } from "../jobs/tasks.ts";
import { type JobWorker, startWorker } from "../jobs/worker.ts";
import { type Log, openLog } from "../log.ts";
import { commandTexts } from "../messages/commands.ts";
import type { CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";
import { leaveTaking } from "./leave.ts";
import type { Session } from "./session.ts";

/** The worker of a session. */
export function workerOf(session: Session, log: Log): Promise<JobWorker> {
  const { url, jobs: db, writer, config, keys } = session;
  const tasks = tasksOf({ db, writer, log, keys, channels: channelsOf(config.channels) });
  return startWorker({ url, db, log, tasks });
}

/** `guantong work`: works the queue of jobs beside a service, or several, until it is told to stop. */
export const workCommand: CommandFactory = (cli) => {
  const texts = commandTexts(cli.language);
  return new Command("work").description(texts.work).action(() =>
    cli.withSession(async (session) => {
      const left = leaveTaking();
      const worker = await workerOf(session, openLog(cli.config));
      cli.say(texts.working);
      cli.say(texts.stopHint);
      await left;
      cli.note(texts.stopping);
      await worker.stop();
      cli.note(texts.stopped);
      return EXIT.OK;
    }),
  );
};
