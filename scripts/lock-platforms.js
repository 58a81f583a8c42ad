// After `npm install` on a registry that does not carry every platform's build of a tool: writes the missing builds into
// the lock file, as npm would, for `npm ci` refuses a lock file that lacks any of them. What a build runs on is in its
// name. Run it again after changing dependencies: node scripts/lock-platforms.js
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PATH = join(import.meta.dirname, "../package-lock.json");
const SYSTEMS = ["android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const CPUS = {
  x64: "x64",
  arm64: "arm64",
  arm: "arm",
  ia32: "ia32",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
};

const lock = JSON.parse(readFileSync(PATH, "utf8"));
const { packages } = lock;
let added = 0;
for (const [path, entry] of Object.entries({ ...packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (packages[`node_modules/${name}`] !== undefined || packages[`${path}/node_modules/${name}`] !== undefined)
      continue;
    const words = name.split(/[/-]/);
    const system = words.find((word) => SYSTEMS.includes(word));
    const cpu = words.map((word) => CPUS[word]).find((found) => found !== undefined);
    if (system === undefined || cpu === undefined || !/^\d/.test(version))
      throw new Error(`no platform in ${name}@${version}`);
    const libc = words.some((word) => word.startsWith("musl")) ? "musl" : "glibc";
    packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(entry.dev === true ? { dev: true } : {}),
      ...(system === "linux" ? { libc: [libc] } : {}),
      optional: true,
      os: [system],
    };
    added += 1;
  }
}
const names = Object.keys(packages).sort((a, b) => a.localeCompare(b, "en"));
lock.packages = Object.fromEntries(names.map((name) => [name, packages[name]]));
writeFileSync(PATH, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} builds added\n`);
