import { build } from "./build.js";
import { access } from "./bench/access.ts";
import { check } from "./bench/check.ts";
import { http } from "./bench/http.ts";
import { ledger } from "./bench/ledger.ts";
import { recognition } from "./bench/recognition.ts";
import { seats } from "./bench/seats.ts";
import { startup } from "./bench/startup.ts";

/** What a benchmark found: names with their unit last. */
export type Figures = Readonly<Record<string, number>>;

const BENCHMARKS: Readonly<Record<string, () => Promise<Figures>>> = {
  startup,
  http,
  access,
  seats,
  recognition,
  check,
  ledger,
};

const name = process.argv[2] ?? "";
const run = BENCHMARKS[name];
if (run === undefined) {
  process.stderr.write(`npm run bench -- NAME, one of: ${Object.keys(BENCHMARKS).join(", ")}\n`);
  process.exit(2);
}
build();
const figures = await run();
const rounded = Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, Number(value.toPrecision(4))]));
const width = Math.max(...Object.keys(rounded).map((key) => key.length));
for (const [key, value] of Object.entries(rounded)) process.stdout.write(`${key.padEnd(width)}  ${value}\n`);
process.stdout.write(`${JSON.stringify(rounded)}\n`);
