import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type postgres from "postgres";
import type { Credits } from "../domain/credit.ts";
import type { Id, IsoDate, Title } from "../domain/id.ts";
import type {
  Cap,
  Citation,
  Conversion,
  Exclusion,
  Matcher,
  NatureConstraint,
  RecordedGrade,
  Rule,
  RuleExample,
  RuleSet,
  RuleSetOwner,
  SourceTree,
  Target,
} from "../domain/recognition/rule.ts";
import { idOf } from "./id.ts";
import { insertAll } from "./insert.ts";
import { DEMO_FOLDER, readTable } from "./table.ts";

/**
 * A rule set as it lies on disk: the domain's form, except that courses, certificates, competitions, programmes and
 * documents are called by their natural keys, and that what is usual may be left out.
 */
export interface RuleSetFile extends Effect {
  readonly key: string;
  readonly version: number;
  readonly title: Title;
  readonly owner: RuleSetOwner;
  readonly institution?: string;
  /** An agreement, "key@version". */
  readonly agreement?: string;
  readonly programmes?: readonly string[];
  readonly effectiveFrom: IsoDate;
  readonly citation: CitationRef;
  readonly caps?: readonly Cited<Cap>[];
  readonly exclusions?: readonly Cited<Exclusion>[];
  readonly natureConstraints?: readonly Cited<NatureConstraint>[];
  readonly rules: readonly RuleFile[];
}

interface Effect {
  readonly effectiveFrom?: IsoDate;
  readonly effectiveUntil?: IsoDate;
  readonly cohortFrom?: number;
  readonly cohortUntil?: number;
}

export interface RuleFile extends Effect {
  readonly key: string;
  readonly version?: number;
  readonly title: Title;
  readonly source: SourceFile;
  readonly target: TargetFile;
  readonly conversion: Conversion;
  readonly recordedGrade: RecordedGrade;
  readonly priority?: number;
  readonly shared?: boolean;
  readonly throughRecognition?: boolean;
  readonly discretion?: boolean;
  readonly citation: CitationRef;
  readonly examples: readonly RuleExample[];
}

type SourceFile =
  | { readonly all: readonly SourceFile[] }
  | { readonly any: readonly SourceFile[] }
  | { readonly match: MatcherFile };
/** A matcher whose course is "institution/CODE", and whose certificate or competition is a key. */
type MatcherFile = { readonly kind: Matcher["kind"] } & Readonly<Record<string, unknown>> & {
    readonly course?: string;
    readonly certificate?: string;
    readonly competition?: string | null;
  };
type TargetFile =
  | { readonly kind: "COURSES"; readonly courses: readonly string[] }
  | { readonly kind: "NODE"; readonly nodeKey: string };
/** A row of citations.csv; with `of`, the document of that row and another clause of it. */
export type CitationRef = string | { readonly of: string; readonly clause: string };
type Cited<T> = T extends { readonly citation: Citation }
  ? Omit<T, "citation"> & { readonly citation: CitationRef }
  : never;

/** What the keys on disk stand for. */
export interface References {
  /** By "institution/CODE". */
  readonly courses: ReadonlyMap<string, { readonly title: Title; readonly credits: Credits }>;
  readonly certificates: ReadonlySet<string>;
  readonly competitions: ReadonlySet<string>;
  readonly programmes: ReadonlySet<string>;
  readonly institutions: ReadonlySet<string>;
  /** By "key@version". */
  readonly agreements: ReadonlySet<string>;
  readonly citations: ReadonlyMap<string, Citation>;
}

/** A key that stands for nothing: where it was read, and what it should have been. */
export interface DeadReference {
  readonly ruleSet: string;
  readonly rule: string | null;
  readonly kind: "course" | "certificate" | "competition" | "programme" | "institution" | "agreement" | "citation";
  readonly key: string;
}

/** Turns keys into ids, and collects the keys that stand for nothing. */
class Resolver {
  readonly dead: DeadReference[] = [];
  readonly #references: References;
  readonly #ruleSet: string;
  #rule: string | null = null;

  constructor(references: References, ruleSet: string) {
    this.#references = references;
    this.#ruleSet = ruleSet;
  }

  within<T>(rule: string, act: () => T): T {
    this.#rule = rule;
    const result = act();
    this.#rule = null;
    return result;
  }

  known(kind: "certificate" | "competition" | "programme" | "institution" | "agreement", key: string): Id {
    if (!this.#references[`${kind}s`].has(key)) this.#bury(kind, key);
    return idOf(kind, key);
  }

  course(key: string): { courseId: Id; code: string; title: Title } {
    const course = this.#references.courses.get(key);
    if (course === undefined) this.#bury("course", key);
    return {
      courseId: idOf("course", key),
      code: key.slice(key.indexOf("/") + 1),
      title: course?.title ?? { zh: key, en: key },
    };
  }

  citation(ref: CitationRef): Citation {
    const key = typeof ref === "string" ? ref : ref.of;
    const citation = this.#references.citations.get(key);
    if (citation === undefined) this.#bury("citation", key);
    const found = citation ?? { document: key, clause: key };
    return typeof ref === "string" ? found : { ...found, clause: ref.clause };
  }

  #bury(kind: DeadReference["kind"], key: string): void {
    this.dead.push({ ruleSet: this.#ruleSet, rule: this.#rule, kind, key });
  }
}

function matcherOf(file: MatcherFile, resolver: Resolver): Matcher {
  const { course, certificate, competition, ...rest } = file;
  switch (file.kind) {
    case "COURSE":
      return { ...rest, ...resolver.course(course ?? "") } as unknown as Matcher;
    case "CERTIFICATE":
      return {
        ...rest,
        certificateId: resolver.known("certificate", certificate ?? ""),
        code: certificate ?? "",
      } as unknown as Matcher;
    case "COMPETITION": {
      const competitionId =
        competition === undefined || competition === null ? null : resolver.known("competition", competition);
      return { ...rest, competitionId } as unknown as Matcher;
    }
    default:
      return rest as unknown as Matcher;
  }
}

function sourceOf(file: SourceFile, resolver: Resolver): SourceTree {
  if ("all" in file) return { all: file.all.map((part) => sourceOf(part, resolver)) };
  if ("any" in file) return { any: file.any.map((part) => sourceOf(part, resolver)) };
  return { match: matcherOf(file.match, resolver) };
}

function targetOf(file: TargetFile, resolver: Resolver): Target {
  if (file.kind === "NODE") return file;
  return { kind: "COURSES", courses: file.courses.map((key) => resolver.course(key)) };
}

function ruleOf(file: RuleFile, ruleSet: string, resolver: Resolver): Rule {
  const version = file.version ?? 1;
  return resolver.within(file.key, () => ({
    id: idOf("rule", `${ruleSet}/${file.key}@${version}`),
    key: file.key,
    version,
    title: file.title,
    source: sourceOf(file.source, resolver),
    target: targetOf(file.target, resolver),
    conversion: file.conversion,
    recordedGrade: file.recordedGrade,
    priority: file.priority ?? 100,
    shared: file.shared ?? false,
    throughRecognition: file.throughRecognition ?? false,
    ...effectOf(file),
    discretion: file.discretion ?? false,
    citation: resolver.citation(file.citation),
    examples: file.examples,
  }));
}

function effectOf(file: Effect) {
  return {
    effectiveFrom: file.effectiveFrom ?? null,
    effectiveUntil: file.effectiveUntil ?? null,
    cohortFrom: file.cohortFrom ?? null,
    cohortUntil: file.cohortUntil ?? null,
  };
}

/** Caps, exclusions and nature constraints, with their documents. */
function citedOf<U>(parts: readonly { readonly citation: CitationRef }[] | undefined, resolver: Resolver): U[] {
  return (parts ?? []).map((part) => ({ ...part, citation: resolver.citation(part.citation) }) as unknown as U);
}

/**
 * Turns a rule set as it lies on disk into the domain's.
 * @returns the rule set, and every key in it that stands for nothing.
 */
export function resolveRuleSet(
  file: RuleSetFile,
  references: References,
): { readonly ruleSet: RuleSet; readonly dead: readonly DeadReference[] } {
  const name = `${file.key}@${file.version}`;
  const resolver = new Resolver(references, name);
  const ruleSet: RuleSet = {
    id: idOf("rule-set", name),
    key: file.key,
    version: file.version,
    title: file.title,
    owner: file.owner,
    institutionId: file.institution === undefined ? null : resolver.known("institution", file.institution),
    agreementId: file.agreement === undefined ? null : resolver.known("agreement", file.agreement),
    ...effectOf(file),
    effectiveFrom: file.effectiveFrom,
    programmeIds: (file.programmes ?? []).map((key) => resolver.known("programme", key)),
    rules: file.rules.map((rule) => ruleOf(rule, name, resolver)),
    caps: citedOf(file.caps, resolver),
    exclusions: citedOf(file.exclusions, resolver),
    natureConstraints: citedOf(file.natureConstraints, resolver),
    citation: resolver.citation(file.citation),
  };
  return { ruleSet, dead: resolver.dead };
}

/** Reads the rule sets of the demonstration, in the order of their file names. */
export async function readRuleSets(): Promise<RuleSetFile[]> {
  const folder = join(DEMO_FOLDER, "rules");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8")) as RuleSetFile));
}

/** Reads what the rules of the demonstration may refer to, from the same files that the database is filled from. */
export async function readReferences(): Promise<References> {
  const [courses, certificates, competitions, programmes, institutions, agreements, citations] = await Promise.all(
    ["courses", "certificates", "competitions", "programmes", "institutions", "agreements", "citations"].map(readTable),
  );
  const keys = (rows: readonly Readonly<Record<string, string>>[] | undefined) =>
    new Set((rows ?? []).map((row) => row["key"] ?? ""));
  return {
    courses: new Map(
      (courses ?? []).map((row) => [
        `${row["institution"]}/${row["code"]}`,
        {
          title: { zh: row["title_zh"] ?? "", en: row["title_en"] ?? "" },
          credits: Math.round(Number(row["credits"]) * 100),
        },
      ]),
    ),
    certificates: keys(certificates),
    competitions: keys(competitions),
    programmes: keys(programmes),
    institutions: keys(institutions),
    agreements: new Set((agreements ?? []).map((row) => `${row["key"]}@${row["version"]}`)),
    citations: new Map((citations ?? []).map((row) => [row["key"] ?? "", citationOf(row)])),
  };
}

function citationOf(row: Readonly<Record<string, string>>): Citation {
  return {
    document: row["document"] ?? "",
    clause: row["clause"] ?? "",
    ...(row["url"] === "" || row["url"] === undefined ? {} : { url: row["url"] }),
    ...(row["invented"] === "true" ? { invented: true } : {}),
  };
}

/** Every rule set of the demonstration, resolved. A dead reference is a fault of the files, hence an exception. */
export async function demoRuleSets(): Promise<RuleSet[]> {
  const references = await readReferences();
  const resolved = (await readRuleSets()).map((file) => resolveRuleSet(file, references));
  const dead = resolved.flatMap((result) => result.dead);
  if (dead.length > 0) throw new Error(`dead references in scripts/demo/rules: ${JSON.stringify(dead)}`);
  return resolved.map((result) => result.ruleSet);
}

/** Loads the rule sets. What is there already stays as it is: a version of a rule never changes. */
export async function seedRules(sql: postgres.Sql): Promise<void> {
  const ruleSets = await demoRuleSets();
  const rows = ruleSets.map((set) => ({
    id: set.id,
    key: set.key,
    version: set.version,
    titleZh: set.title.zh,
    titleEn: set.title.en,
    owner: set.owner,
    institutionId: set.institutionId,
    agreementId: set.agreementId,
    effectiveFrom: set.effectiveFrom,
    effectiveUntil: set.effectiveUntil,
    cohortFrom: set.cohortFrom,
    cohortUntil: set.cohortUntil,
    document: sql.json({
      programmeIds: set.programmeIds,
      caps: set.caps,
      exclusions: set.exclusions,
      natureConstraints: set.natureConstraints,
      citation: set.citation,
    } as never),
  }));
  await insertAll(sql, "rule_set", rows);
  const rules = ruleSets.flatMap((set) =>
    set.rules.map((rule) => ({
      ruleSetId: set.id,
      id: rule.id,
      key: rule.key,
      version: rule.version,
      document: sql.json(rule as never),
    })),
  );
  await insertAll(sql, "rule", rules);
}
