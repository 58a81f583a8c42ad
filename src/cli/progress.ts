import { SingleBar } from "cli-progress";

/** A progress bar on standard error; nothing where nobody watches. */
export function progressBar(title: string): {
  readonly update: (done: number, all: number) => void;
  readonly stop: () => void;
} {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({ format: `${title} {bar} {value}/{total} {eta_formatted}`, stream: process.stderr });
  let begun = false;
  return {
    update(done, all) {
      if (begun) bar.update(done);
      else bar.start(all, done);
      begun = true;
    },
    stop() {
      if (begun) bar.stop();
    },
  };
}
