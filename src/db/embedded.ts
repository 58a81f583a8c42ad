import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { problem } from "../domain/problem.ts";
import { Failure } from "../failure.ts";
import { connect } from "./client.ts";
import { findBinaries, openToAll } from "./embedded-binaries.ts";
import { alive, lockDirectory } from "./embedded-lock.ts";

/** A running PostgreSQL of our own. */
export interface EmbeddedServer {
  /** Its owner's address, of database `guantong`. */
  readonly ownerUrl: string;
  /** The service's own login: no superuser, so it is held to the roles it takes. */
  readonly url: string;
  readonly login: string;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Off only where the data may be lost with the machine: in tests. */
  readonly fsync?: boolean;
  readonly maxConnections?: number;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** How the programs are started: with which data directory in their words, where, as whom. */
interface Place {
  readonly binaries: string;
  readonly data: string;
  readonly dataArgument: string;
  readonly spawn: SpawnOptions;
  readonly account: Account | null;
  readonly log: string;
}

const OWNER = "guantong_owner";
const LOGIN = "guantong_service";
const DATABASE = "guantong";

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** PostgreSQL refuses to run as root: the account that owns the data, else `postgres`, else `nobody`. */
async function accountFor(data: string): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const found = await stat(data).catch(() => null);
  if (found !== null && found.uid !== 0) return { uid: found.uid, gid: found.gid };
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  for (const name of ["postgres", "nobody"]) {
    const line = lines.find(([first]) => first === name);
    if (line !== undefined) return { uid: Number(line[2]), gid: Number(line[3]) };
  }
  throw new Failure(problem("DATA_DIRECTORY_UNUSABLE", { directory: data }));
}

/** Prepares the folder and decides how to start the programs on it. */
async function prepare(dataDir: string): Promise<Place> {
  const data = join(dataDir, "postgresql");
  const account = await accountFor(data);
  try {
    await mkdir(data, { recursive: true, mode: 0o700 });
    if (account !== null) await chown(data, account.uid, account.gid);
    await chmod(data, 0o700);
  } catch (error) {
    throw new Failure(problem("DATA_DIRECTORY_UNUSABLE", { directory: dataDir }), error);
  }
  // below a folder that only root may enter, the data can still be named by way of the working directory
  const hidden = account !== null && !(await openToAll(dirname(data)));
  return {
    binaries: await findBinaries(dataDir),
    data,
    dataArgument: hidden ? "/proc/self/cwd" : data,
    spawn: { cwd: data, ...account },
    account,
    log: join(dataDir, "postgresql.log"),
  };
}

function environment(): NodeJS.ProcessEnv {
  return { LC_ALL: "C", TZ: "UTC", PATH: "/usr/local/bin:/usr/bin:/bin" };
}

/** Starts one of PostgreSQL's programs; what it says goes to the log. */
function launch(place: Place, program: string, args: readonly string[]): ChildProcess {
  const log = openSync(place.log, "a", 0o600);
  try {
    return spawn(join(place.binaries, "bin", program), args, {
      ...place.spawn,
      env: environment(),
      stdio: ["ignore", log, log],
      // Ctrl-C reaches the whole group of the terminal: the database must outlive the requests in flight
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("exit", done);
  });
}

async function logTail(place: Place): Promise<string> {
  const text = await readFile(place.log, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-3).join(" | ");
}

async function cannotStart(place: Place, cause?: unknown): Promise<Failure> {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOENT" || code === "ENOEXEC") {
    return new Failure(problem("PLATFORM_UNSUPPORTED", { platform: `${process.platform}-${process.arch}` }), cause);
  }
  return new Failure(problem("DATABASE_UNREACHABLE", { detail: await logTail(place) }), cause);
}

/** Makes a new cluster. The password reaches initdb in a file that only its account can read. */
async function initialise(place: Place, password: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "guantong-"));
  try {
    const file = join(folder, "password");
    await writeFile(file, password, { mode: 0o600 });
    if (place.account !== null) {
      await chown(folder, place.account.uid, place.account.gid);
      await chown(file, place.account.uid, place.account.gid);
    }
    const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
    const login = ["--auth=scram-sha-256", `--pwfile=${file}`, `--username=${OWNER}`];
    const child = launch(place, "initdb", ["-D", place.dataArgument, ...locale, ...login]);
    const code = await ended(child).catch(async (error: unknown) => {
      throw await cannotStart(place, error);
    });
    if (code !== 0) throw await cannotStart(place);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The password of a data directory, made with it and never shown. */
async function passwordOf(dataDir: string): Promise<string> {
  const path = join(dataDir, "postgresql.password");
  if (await exists(path)) return (await readFile(path, "utf8")).trim();
  const password = randomBytes(24).toString("hex");
  await writeFile(path, password, { mode: 0o600 });
  return password;
}

function addressOf(user: string, password: string, port: number, database: string): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  const address = server.address();
  await new Promise((done) => {
    server.close(done);
  });
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function lockLines(place: Place): Promise<readonly string[]> {
  return (await readFile(join(place.data, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
}

/** Stops a server whose service was killed: we hold the directory's lock, so nobody else needs it. */
async function stopOrphan(place: Place): Promise<void> {
  const [pid] = await lockLines(place);
  const number = Number(pid);
  if (!(number > 0) || !alive(number) || !(await isOurs(place, number))) return;
  process.kill(number, "SIGINT");
  for (let tries = 0; alive(number) && tries < 500; tries += 1) await pause(20);
}

/** A number in a stale file may by now belong to somebody else: PostgreSQL runs in its data directory. */
async function isOurs(place: Place, pid: number): Promise<boolean> {
  const [there, here] = await Promise.all([
    stat(`/proc/${pid}/cwd`).catch(() => null),
    stat(place.data).catch(() => null),
  ]);
  if (there === null || here === null) return process.platform !== "linux";
  return there.ino === here.ino && there.dev === here.dev;
}

/** Waits until the server writes "ready" into its lock file, the way pg_ctl does. */
async function untilReady(place: Place, child: ChildProcess): Promise<void> {
  let over: unknown;
  ended(child).then(
    (code) => {
      over = new Error(`postgres ended with ${code}`);
    },
    (error: unknown) => {
      over = error;
    },
  );
  for (let tries = 0; tries < 6000; tries += 1) {
    if (over !== undefined) throw await cannotStart(place, over);
    const lines = await lockLines(place);
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === "ready") return;
    await pause(10);
  }
  child.kill("SIGQUIT");
  throw await cannotStart(place, new Error("postgres is not ready after a minute"));
}

async function startServer(place: Place, port: number, options: EmbeddedOptions): Promise<ChildProcess> {
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    max_connections: options.maxConnections ?? 100,
    fsync: options.fsync === false ? "off" : "on",
    timezone: "UTC",
    log_timezone: "UTC",
    jit: "off",
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = launch(place, "postgres", ["-D", place.dataArgument, ...args]);
  await untilReady(place, child);
  return child;
}

/** Asks the server to shut down fast: open transactions are rolled back, everything is written. */
async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = ended(child);
  child.kill("SIGINT");
  await gone;
}

/**
 * Starts a real PostgreSQL on a data directory and makes the cluster first where there is none.
 * @throws Failure PLATFORM_UNSUPPORTED, DATA_DIRECTORY_IN_USE, DATA_DIRECTORY_UNUSABLE, DATABASE_UNREACHABLE
 */
export async function startEmbedded(dataDirectory: string, options: EmbeddedOptions = {}): Promise<EmbeddedServer> {
  const dataDir = resolve(dataDirectory);
  await mkdir(dataDir, { recursive: true, mode: 0o755 }).catch((error: unknown) => {
    throw new Failure(problem("DATA_DIRECTORY_UNUSABLE", { directory: dataDir }), error);
  });
  const unlock = await lockDirectory(dataDir);
  try {
    let place = await prepare(dataDir);
    const password = await passwordOf(dataDir);
    await stopOrphan(place);
    // written last of all: a first start that was interrupted begins again
    const complete = join(dataDir, "postgresql.complete");
    if (!(await exists(complete))) {
      await rm(place.data, { recursive: true, force: true });
      place = await prepare(dataDir);
      await initialise(place, password);
    }
    const port = await freePort();
    const child = await startServer(place, port, options);
    const lastResort = (): void => {
      child.kill("SIGINT");
    };
    process.once("exit", lastResort);
    if (!(await exists(complete))) {
      await createDatabase(addressOf(OWNER, password, port, "postgres"), password);
      await writeFile(complete, "");
    }
    return {
      ownerUrl: addressOf(OWNER, password, port, DATABASE),
      url: addressOf(LOGIN, password, port, DATABASE),
      login: LOGIN,
      async stop() {
        await stopServer(child);
        process.removeListener("exit", lastResort);
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/**
 * The server another process runs on a data directory, for a command beside a running service; null when none runs.
 * Stopping it is left to whoever started it.
 */
export async function attachEmbedded(dataDirectory: string): Promise<EmbeddedServer | null> {
  const dataDir = resolve(dataDirectory);
  const data = join(dataDir, "postgresql");
  const lines = (await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
  const port = Number(lines[3]);
  if (lines[7]?.trim() !== "ready" || !alive(Number(lines[0])) || !(port > 0)) return null;
  const password = await passwordOf(dataDir);
  return {
    ownerUrl: addressOf(OWNER, password, port, DATABASE),
    url: addressOf(LOGIN, password, port, DATABASE),
    login: LOGIN,
    stop: async () => undefined,
  };
}

/** The database and the service's login, once per cluster. */
async function createDatabase(url: string, password: string): Promise<void> {
  const sql = connect(url, { max: 1 });
  try {
    await sql`create database ${sql(DATABASE)}`;
    await sql.unsafe(`create role ${LOGIN} login password '${password}'`);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
