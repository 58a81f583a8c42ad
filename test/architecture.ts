/** One import: which file of src/ asks for what. */
export interface Import {
  readonly from: string;
  /** A path below src/, or a package's name. */
  readonly to: string;
  readonly typeOnly: boolean;
}

const IMPORT =
  /^\s*(?:import|export)\s+(type\s+)?(?:[\w*${}\s,]+?\s+from\s+)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/gm;

/** The imports of one source file, its path given as seen from src/. */
export function importsOf(from: string, source: string): Import[] {
  const text = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  return [...text.matchAll(IMPORT)].map(([, type, named, dynamic]) => {
    const specifier = named ?? dynamic ?? "";
    return { from, to: resolve(from, specifier), typeOnly: type !== undefined };
  });
}

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier.startsWith("node:") ? "node" : specifier;
  const parts = from.split("/").slice(0, -1);
  for (const step of specifier.split("/")) {
    if (step === "..") {
      if (parts.pop() === undefined) parts.push("..");
    } else if (step !== ".") parts.push(step);
  }
  return parts.join("/");
}

/** Features in their order: each may use the services of those in earlier ranks. The last rank serves all. */
const RANKS = [
  ["identity", "catalogue", "calendar"],
  ["publicnotice"],
  ["registry", "curriculum"],
  ["bank", "consent"],
  ["recognition"],
  ["selection", "alliance", "transfer", "placement", "application"],
  ["insight", "personal", "retention", "status", "openact"],
];
const SERVE_ALL = ["job", "notice", "audit", "file", "credential"];

const rankOf = (feature: string): number => RANKS.findIndex((rank) => rank.includes(feature));

/** What every room may use. */
const COMMON = ["config.ts", "failure.ts", "log.ts", "domain/", "messages/"];

interface Room {
  /** The room's files, by the beginning of their path. */
  readonly files: RegExp;
  /** What of src/ they may use, by the beginning of its path; `@` stands for the file's own feature, `@store` for its stores. */
  readonly may: readonly string[];
  /** Which packages; absent: any. */
  readonly packages?: readonly string[];
  /** May use the services of earlier features. */
  readonly earlier?: boolean;
}

/** Who may import whom. A file belongs to the first room that has it; one that has no room is itself a fault. */
const ROOMS: readonly Room[] = [
  { files: /^domain\//, may: ["domain/"], packages: ["zod"] },
  { files: /^messages\//, may: ["messages/", "domain/", "auth/viewer.ts"], packages: [] },
  { files: /^(config|failure|log)\.ts$/, may: [...COMMON, "auth/viewer.ts"] },
  { files: /^auth\//, may: ["auth/", "config.ts", "failure.ts", "domain/"] },
  { files: /^db\//, may: ["db/", "auth/viewer.ts", "auth/trail.ts", "config.ts", "failure.ts", "domain/"] },
  { files: /^features\/\w+\/([\w-]+-)?(store|loaders)\.ts$/, may: ["db/", "domain/", "auth/viewer.ts", "@store"] },
  {
    files: /^features\/\w+\/(([\w-]+-)?resolvers|asking)\.ts$/,
    may: ["@", "api/", "domain/", "auth/", "messages/"],
  },
  { files: /^features\//, may: ["@", "domain/", "auth/", "db/", "messages/"], earlier: true },
  { files: /^api\//, may: ["api/", "features/", "auth/", "db/", ...COMMON] },
  { files: /^jobs\//, may: ["jobs/", "features/", "db/", "auth/", ...COMMON] },
  { files: /^http\//, may: ["http/", "db/", "auth/", ...COMMON] },
  { files: /^server\.ts$/, may: ["http/", "db/", "auth/", "features/", ...COMMON] },
  { files: /^seed\//, may: ["seed/", "db/", "features/", "auth/viewer.ts", ...COMMON] },
  { files: /^web\//, may: ["web/", "domain/", "messages/"] },
  {
    files: /^(cli\/|main\.ts$)/,
    may: ["cli/", "api/", "features/", "db/", "auth/", "jobs/", "seed/", "http/", "server.ts", ...COMMON],
  },
];

const featureOf = (path: string): string | null => /^features\/(\w+)\//.exec(path)?.[1] ?? null;

function allowed(room: Room, { from, to, typeOnly }: Import): boolean {
  const own = featureOf(from);
  const other = featureOf(to);
  if (own !== null && other !== null && own !== other) {
    if (room.earlier !== true || !/\/service[\w-]*\.ts$/.test(to)) return false;
    return SERVE_ALL.includes(other) || rankOf(other) < rankOf(own);
  }
  return room.may.some((prefix) => {
    // a store may name what its feature calls a thing, but not call upon it
    if (prefix === "@store") return own !== null && other === own && (typeOnly || /[/-]store\.ts$/.test(to));
    return prefix === "@" ? to.startsWith(`features/${own}/`) : to.startsWith(prefix);
  });
}

/** Whether the target of an import is a file of src/. */
const inside = (to: string): boolean => /\.(ts|tsx|json|css|graphql)$/.test(to) && !to.startsWith("@");

/** The faults among imports, one sentence each. */
export function faultsOf(imports: readonly Import[]): string[] {
  return imports.flatMap((one) => {
    const room = ROOMS.find(({ files }) => files.test(one.from));
    if (room === undefined) return [`${one.from} has no room`];
    if (one.to.startsWith("..")) return [`${one.from} reaches out of src/: ${one.to}`];
    if (inside(one.to)) return allowed(room, one) ? [] : [`${one.from} may not import ${one.to}`];
    if (room.packages === undefined || room.packages.includes(one.to.split("/")[0] ?? "")) return [];
    return [`${one.from} may not import the package ${one.to}`];
  });
}
