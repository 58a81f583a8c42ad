import type { Plan } from "../curriculum/plan.ts";
import { leavesOf } from "../curriculum/tree.ts";
import type { Id } from "../id.ts";
import type { Application, Eligibility } from "./eligibility.ts";
import type { EarlierLine } from "./input.ts";
import type { RecognitionLine, Refusal } from "./outcome.ts";
import { combine, type CountTree, countTree, type PackingModel, type Row } from "./packing/model.ts";
import { Selection } from "./packing/selection.ts";
import { OUTCOMPETED_CODES, type OutcompetedCode } from "./rule.ts";

/**
 * One line per chosen application, in the order of the plan. What each counts is what it adds to those before it, so that the
 * lines add up to the answer.
 */
export function explainLines(plan: Plan, model: PackingModel, chosen: readonly number[]): readonly RecognitionLine[] {
  const place = new Map<Id, number>();
  leavesOf(plan.root).forEach(({ courseId }, i) => {
    if (!place.has(courseId)) place.set(courseId, i);
  });
  const placed = chosen.map((item) => {
    const application = model.items[item] as Application;
    let first = Infinity;
    for (const courseId of application.targetCourseIds) first = Math.min(first, place.get(courseId) ?? Infinity);
    return { item, application, first };
  });
  placed.sort((a, b) => (a.first === b.first ? (a.application.key < b.application.key ? -1 : 1) : a.first - b.first));
  const selection = new Selection(model);
  return placed.map(({ item, application }) => {
    const before = selection.count;
    selection.add(item);
    return lineOf(application, selection.count - before);
  });
}

function lineOf(application: Application, countedCredits: number): RecognitionLine {
  const { rule, ruleSet, sources, courses, nodeKey, credits, recordedGrade, conditions, conversion } = application;
  return {
    ruleId: rule.id,
    ruleKey: rule.key,
    ruleVersion: rule.version,
    ruleTitle: rule.title,
    ruleSetId: ruleSet.id,
    owner: ruleSet.owner,
    citation: rule.citation,
    achievementIds: sources.map(({ id }) => id),
    targets: courses.map((course) => ({ courseId: course.courseId, credits: course.credits })),
    nodeKey,
    credits,
    countedCredits,
    recordedGrade,
    discretion: rule.discretion,
    conditions,
    conversion,
  };
}

/** What the refusals are told from. */
export interface RefusalFacts {
  readonly plan: Plan;
  readonly model: PackingModel;
  readonly chosen: readonly number[];
  readonly eligibility: Eligibility;
  readonly earlier: readonly EarlierLine[];
}

/** A refusal for every application that was not chosen: the impossible ones, the preceded ones, the outcompeted ones. */
export function explainRefusals(facts: RefusalFacts): readonly Refusal[] {
  const { model, chosen, eligibility } = facts;
  const on = new Uint8Array(model.items.length);
  for (const item of chosen) on[item] = 1;
  const load = loadOf(model, chosen);
  const winners = new Winners(facts);
  const counts = new NodeCounts(model, chosen);
  const refusals: Refusal[] = eligibility.refused.map((application) => new Ineligible(application));
  for (const { application, by } of eligibility.preceded)
    refusals.push(new Outcompeted(application, [{ code: "PRECEDENCE", ruleIds: [by.rule.id] }]));
  model.items.forEach((application, item) => {
    if (on[item] === 1) return;
    const broken = brokenRows(model, load, item);
    refusals.push(
      broken.length > 0
        ? new Crowded(application, winners, broken)
        : new Outcompeted(application, [nothingAdded(facts, counts, item)]),
    );
  });
  return refusals;
}

/** A refusal of an application. There are hundreds in an answer: all but its code is told when it is asked for. */
abstract class Told implements Refusal {
  readonly #application: Application;
  abstract readonly family: Refusal["family"];
  abstract readonly code: Refusal["code"];
  abstract readonly obstacles: Refusal["obstacles"];

  constructor(application: Application) {
    this.#application = application;
  }

  get ruleId(): Id {
    return this.#application.rule.id;
  }

  get ruleKey(): string {
    return this.#application.rule.key;
  }

  get ruleTitle(): Refusal["ruleTitle"] {
    return this.#application.rule.title;
  }

  get citation(): Refusal["citation"] {
    return this.#application.rule.citation;
  }

  get achievementIds(): readonly Id[] {
    return this.#application.sources.map(({ id }) => id);
  }

  get targetCourseIds(): readonly Id[] {
    return this.#application.targetCourseIds;
  }

  get nodeKey(): string | null {
    return this.#application.nodeKey;
  }

  get conditions(): Refusal["conditions"] {
    return this.#application.conditions;
  }

  get winnerRuleIds(): readonly Id[] {
    const [first, ...others] = this.obstacles;
    if (first === undefined || others.length === 0) return first?.ruleIds ?? [];
    return unique([...first.ruleIds, ...others.flatMap(({ ruleIds }) => ruleIds)]);
  }

  get violated(): readonly OutcompetedCode[] {
    return this.obstacles.map(({ code }) => code);
  }

  /** All of it, for an answer that is kept: what a getter tells is not written otherwise. */
  toJSON(): Refusal {
    const { family, code, ruleId, ruleKey, ruleTitle, citation, achievementIds, targetCourseIds, nodeKey } = this;
    const { conditions, winnerRuleIds, violated, obstacles } = this;
    const about = { ruleId, ruleKey, ruleTitle, citation, achievementIds, targetCourseIds, nodeKey, conditions };
    return { family, code, ...about, winnerRuleIds, violated, obstacles };
  }
}

/** A condition of the application fails. */
class Ineligible extends Told {
  readonly family = "INELIGIBLE";
  readonly code: Refusal["code"];
  readonly obstacles: Refusal["obstacles"] = [];

  constructor(application: Application) {
    super(application);
    if (application.failed === null)
      throw new Error("an application whose conditions are all met was called ineligible");
    this.code = application.failed;
  }
}

/** Another line took its place, for a reason that is known. */
class Outcompeted extends Told {
  readonly family = "OUTCOMPETED";
  readonly code: OutcompetedCode;
  readonly obstacles: Refusal["obstacles"];

  constructor(application: Application, obstacles: Refusal["obstacles"]) {
    super(application);
    this.obstacles = obstacles;
    this.code = obstacles[0]?.code ?? "ADDS_NOTHING";
  }
}

/** It would break rows of the packing. Obstacles of one code are told as one, in the order of the codes. */
class Crowded extends Told {
  readonly family = "OUTCOMPETED";
  readonly code: OutcompetedCode;
  readonly #winners: Winners;
  readonly #broken: readonly number[];
  readonly #isCertificate: boolean;
  #obstacles: Refusal["obstacles"] | null = null;

  constructor(application: Application, winners: Winners, broken: readonly number[]) {
    super(application);
    this.#winners = winners;
    this.#broken = broken;
    this.#isCertificate = usesCertificate(application);
    let first = Infinity;
    for (const row of broken) first = Math.min(first, OUTCOMPETED_CODES.indexOf(this.#codeOf(row)));
    this.code = OUTCOMPETED_CODES[first] ?? "ADDS_NOTHING";
  }

  get obstacles(): Refusal["obstacles"] {
    this.#obstacles ??= this.#gathered();
    return this.#obstacles;
  }

  #gathered(): Refusal["obstacles"] {
    const byCode = new Map<OutcompetedCode, readonly Id[]>();
    for (const row of this.#broken) {
      const [code, ruleIds] = [this.#codeOf(row), this.#winners.ruleIds(row)];
      const known = byCode.get(code);
      byCode.set(code, known === undefined ? ruleIds : unique([...known, ...ruleIds]));
    }
    const codes = [...byCode.keys()].sort((a, b) => OUTCOMPETED_CODES.indexOf(a) - OUTCOMPETED_CODES.indexOf(b));
    return codes.map((code) => ({ code, ruleIds: byCode.get(code) ?? [] }));
  }

  /** A target held by a certificate tells a certificate so: one certificate per course. */
  #codeOf(row: number): OutcompetedCode {
    const code = this.#winners.codeOf(row);
    return code === "TARGET_MET" && this.#isCertificate && this.#winners.holdsCertificate(row)
      ? "CERTIFICATE_TARGET_TAKEN"
      : code;
  }
}

function loadOf(model: PackingModel, chosen: readonly number[]): Float64Array {
  const load = new Float64Array(model.rows.length);
  for (const item of chosen) {
    for (let k = model.rowStart[item] as number; k < (model.rowStart[item + 1] as number); k++) {
      const row = model.rowAt[k] as number;
      load[row] = (load[row] as number) + (model.rowCoef[k] as number);
    }
  }
  return load;
}

/** The rows an application would break beside those chosen. */
function brokenRows(model: PackingModel, load: Float64Array, item: number): readonly number[] {
  const broken: number[] = [];
  for (let k = model.rowStart[item] as number; k < (model.rowStart[item + 1] as number); k++) {
    const number = model.rowAt[k] as number;
    if ((load[number] as number) + (model.rowCoef[k] as number) > (model.limits[number] as number)) broken.push(number);
  }
  return broken;
}

function usesCertificate({ sources }: Application): boolean {
  return sources.some(({ kind }) => kind === "CERTIFICATE");
}

/** The lines, chosen now or decided earlier, that take up the room of each row. */
class Winners {
  readonly #facts: RefusalFacts;
  readonly #chosenIn: number[][];
  readonly #ruleIds: (readonly Id[] | undefined)[] = [];

  constructor(facts: RefusalFacts) {
    const { model, chosen } = facts;
    this.#facts = facts;
    this.#chosenIn = model.rows.map(() => []);
    for (const item of chosen)
      for (let k = model.rowStart[item] as number; k < (model.rowStart[item + 1] as number); k++)
        this.#chosenIn[model.rowAt[k] as number]?.push(item);
  }

  codeOf(row: number): OutcompetedCode {
    return (this.#facts.model.rows[row] as Row).code;
  }

  /** Whether the first chosen application of a row uses a certificate. */
  holdsCertificate(row: number): boolean {
    const [item] = this.#chosenIn[row] as readonly number[];
    return item !== undefined && usesCertificate(this.#facts.model.items[item] as Application);
  }

  ruleIds(row: number): readonly Id[] {
    const known = this.#ruleIds[row];
    if (known !== undefined) return known;
    const { model, earlier } = this.#facts;
    const now = (this.#chosenIn[row] as readonly number[]).map((item) => (model.items[item] as Application).rule.id);
    const before = earlier.filter((line) => takesRoom(line, model.rows[row] as Row)).map(({ ruleId }) => ruleId);
    const ruleIds = unique([...now, ...before]);
    this.#ruleIds[row] = ruleIds;
    return ruleIds;
  }
}

function takesRoom(line: EarlierLine, row: Row): boolean {
  if (row.cap !== null) return row.cap.measure(line) > 0;
  if (row.code === "TARGET_MET") return line.targets.some(({ courseId }) => courseId === row.ref);
  return !line.shared && line.sources.some(({ achievementId }) => achievementId === row.ref);
}

/** It would fit, but what it brings does not count: the choice or the group it belongs to is met. */
function nothingAdded({ model, chosen }: RefusalFacts, counts: NodeCounts, item: number): Refusal["obstacles"][number] {
  const full = counts.fullNode(item);
  if (full === null) return { code: "ADDS_NOTHING", ruleIds: [] };
  const rivals = chosen.filter((each) => touches(full, model, each));
  const ruleIds = unique(rivals.map((each) => (model.items[each] as Application).rule.id));
  return { code: full.kind === "CHOOSE" ? "CHOICE_MET" : "GROUP_FULL", ruleIds };
}

type InnerNode = Exclude<CountTree, { kind: "LEAF" }>;

/** The count of every node with the chosen applications, and with one more. */
class NodeCounts {
  readonly #model: PackingModel;
  readonly #have: Uint8Array;
  readonly #on: ReadonlySet<number>;
  readonly #counts = new Map<CountTree, number>();

  constructor(model: PackingModel, chosen: readonly number[]) {
    this.#model = model;
    this.#have = model.base.slice();
    this.#on = new Set(chosen);
    for (const item of chosen) for (const course of model.coursesOf[item] ?? []) this.#have[course] = 1;
  }

  /** The lowest node that the item reaches and that counts no more with it than without it. */
  fullNode(item: number): InnerNode | null {
    return this.#look(this.#model.tree, item).full;
  }

  #count(tree: CountTree): number {
    let count = this.#counts.get(tree);
    if (count === undefined) {
      count = countTree(tree, this.#model, this.#have, this.#on);
      this.#counts.set(tree, count);
    }
    return count;
  }

  /** A node's count with the item, whether the item reaches it, and the lowest full node below it in reading order. */
  #look(tree: CountTree, item: number): { count: number; reached: boolean; full: InnerNode | null } {
    const { items, coursesOf } = this.#model;
    if (tree.kind === "LEAF") {
      const reached = coursesOf[item]?.includes(tree.course) ?? false;
      return { count: reached ? tree.credits : this.#count(tree), reached, full: null };
    }
    let reached = false;
    let full: InnerNode | null = null;
    const counts: number[] = [];
    for (const child of tree.children) {
      const below = this.#look(child, item);
      counts.push(below.count);
      reached ||= below.reached;
      full ??= below.full;
    }
    const granted = tree.kind === "AT_LEAST" && tree.blanket.includes(item) ? (items[item]?.credits ?? 0) : 0;
    if (!reached && granted === 0 && !(tree.kind === "AT_LEAST" && tree.blanket.includes(item)))
      return { count: this.#count(tree), reached, full };
    const count = combine(tree, counts, granted + this.#granted(tree));
    if (full === null && tree.kind !== "SUM" && count <= this.#count(tree)) full = tree;
    return { count, reached: true, full };
  }

  /** Blanket credit of a node without the item in question. */
  #granted(tree: InnerNode): number {
    if (tree.kind !== "AT_LEAST") return 0;
    return tree.blanket.reduce(
      (sum, each) => sum + (this.#on.has(each) ? (this.#model.items[each]?.credits ?? 0) : 0),
      tree.base,
    );
  }
}

function touches(tree: CountTree, model: PackingModel, item: number): boolean {
  if (tree.kind === "LEAF") return model.coursesOf[item]?.includes(tree.course) ?? false;
  if (tree.kind === "AT_LEAST" && tree.blanket.includes(item)) return true;
  return tree.children.some((child) => touches(child, model, item));
}

function unique<T>(list: readonly T[]): readonly T[] {
  return [...new Set(list)];
}
