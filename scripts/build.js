// Builds what is older than its sources. Plain JavaScript: it must run before anything is built, and say what is wrong
// where only dist/ came along.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const at = (...parts) => join(root, ...parts);

/** All files below a path that `take` takes. */
function filesIn(path, take = () => true) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter(take);
}

const newest = (files) => Math.max(0, ...files.map((file) => statSync(file).mtimeMs));

const isWeb = (file) => file.startsWith(at("src/web"));
const shared = [at("package-lock.json"), at("tsconfig.json")];

/** The steps: what each reads, and the mark it leaves when it is done. A file that was deleted changes the count. */
const steps = [
  {
    name: "codegen",
    sources: () => [
      ...filesIn(at("graphql")),
      ...filesIn(at("src/web"), (file) => file.endsWith(".graphql") && !file.includes("generated")),
      ...filesIn(at("scripts/codegen.ts")),
      ...filesIn(at("scripts/config/mappers.ts")),
      ...shared,
    ],
    results: ["src/api/generated/resolvers.ts", "src/web/generated/documents.ts"],
    run: () => node("node_modules/tsx/dist/cli.mjs", "scripts/codegen.ts"),
  },
  {
    name: "service",
    sources: () => [...filesIn(at("src"), (file) => !isWeb(file)), at("scripts/config/tsconfig.build.json"), ...shared],
    results: ["dist/main.js"],
    run: () => {
      for (const name of existsSync(at("dist")) ? readdirSync(at("dist")) : []) {
        if (name !== "web" && name !== "built") rmSync(at("dist", name), { recursive: true });
      }
      // emits only: types are checked by `npm run typecheck`
      node("node_modules/typescript/bin/tsc", "-p", "scripts/config/tsconfig.build.json");
      // whatever lies among the sources and is not TypeScript belongs beside the code that reads it
      for (const file of filesIn(at("src"), (name) => !isWeb(name) && !name.endsWith(".ts") && !name.endsWith(".md"))) {
        cpSync(file, at("dist", relative(at("src"), file)));
      }
    },
  },
  {
    name: "portal",
    sources: () => [
      ...filesIn(at("src/web")),
      ...filesIn(at("src/domain")),
      ...filesIn(at("scripts/config")),
      ...shared,
    ],
    results: ["dist/web/index.html"],
    run: () =>
      node("node_modules/vite/bin/vite.js", "build", "--config", "src/web/vite.config.ts", "--logLevel", "warn"),
    absent: () => !existsSync(at("src/web/index.html")),
  },
];

/** Runs a tool of ours; what it says is shown only when it fails. */
function node(script, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [at(script), ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, NODE_ENV: "production" },
  });
  if (status === 0) return;
  process.stderr.write(`${stdout}${stderr}`);
  process.stderr.write(`${script}: ${status}\n`);
  process.exit(1);
}

/**
 * Builds what is older than its sources.
 * @param options all: also what is not older; portal: false leaves the portal out
 * @returns whether there is something to run
 */
export function build({ all = false, portal = true } = {}) {
  // an installation without sources or without development tools runs what was built
  const canBuild =
    existsSync(at("src/main.ts")) && existsSync(at("node_modules/typescript")) && existsSync(at("node_modules/tsx"));
  if (!canBuild) return existsSync(at("dist/main.js"));
  for (const { name, sources, results, run, absent } of steps) {
    if (absent?.() === true || (name === "portal" && !portal)) continue;
    const mark = at("dist/built", name);
    const files = sources().filter((file) => existsSync(file));
    const fresh =
      !all &&
      existsSync(mark) &&
      results.every((result) => existsSync(at(result))) &&
      statSync(mark).size === files.length &&
      statSync(mark).mtimeMs >= newest(files);
    if (fresh) continue;
    const began = new Date();
    process.stderr.write(`${name} ...\n`);
    run();
    mkdirSync(dirname(mark), { recursive: true });
    writeFileSync(mark, ".".repeat(files.length));
    // what was changed while it ran is newer than this
    utimesSync(mark, began, began);
  }
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build({ all: !process.argv.includes("--older") });
