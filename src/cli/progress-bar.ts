import cliProgress from "cli-progress";

/** A bar on long work, for people only: where standard error is a terminal. */
export interface ProgressBar {
  readonly tell: (done: number, total: number) => void;
  stop(): void;
}

/** Makes a bar with a word for what is being done. */
export function progressBar(label: string): ProgressBar {
  if (process.stderr.isTTY !== true) return { tell: () => undefined, stop: () => undefined };
  const format = `${label} {bar} {value}/{total}`;
  const bar = new cliProgress.SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  let started = false;
  return {
    tell(done, total) {
      if (started) bar.update(done);
      else bar.start(total, done);
      started = true;
    },
    stop: () => bar.stop(),
  };
}
