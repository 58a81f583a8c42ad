// `npm start`: builds what is older than its sources, then serves. `--watch` serves from the sources and starts again
// when they change.
import { join } from "node:path";
import { build } from "./build.js";

const root = join(import.meta.dirname, "..");

if (process.argv.includes("--watch")) {
  const { spawn } = await import("node:child_process");
  build();
  const child = spawn(
    process.execPath,
    [join(root, "node_modules/tsx/dist/cli.mjs"), "watch", join(root, "src/main.ts"), "serve"],
    {
      stdio: "inherit",
    },
  );
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => process.exit(code ?? 0));
} else if (build()) {
  process.argv.splice(2, process.argv.length, "serve");
  await import("../dist/main.js");
} else {
  process.stderr.write("尚未构建：请先运行 npm ci（含开发依赖），再运行 npm run build。\n");
  process.stderr.write("Nothing is built yet: run npm ci with development dependencies, then npm run build.\n");
  process.exitCode = 3;
}
