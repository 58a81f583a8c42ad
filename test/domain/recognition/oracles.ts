import load from "highs";
import { solve } from "yalps";
import type { CountTree, PackingModel } from "../../../src/domain/recognition/packing/model.ts";

/**
 * The whole packing problem written out once more for solvers that know nothing of recognition: one binary variable per
 * application, one per course and per choice of the tree, and the count of every node. Nothing of the engine's own program is
 * used, only the model's items, rows and tree.
 */
export interface OracleProblem {
  readonly constraints: readonly { readonly terms: ReadonlyMap<string, number>; readonly most: number }[];
  /** The objective: what counts. */
  readonly count: ReadonlyMap<string, number>;
  readonly constant: number;
  readonly binaries: readonly string[];
  /** Counts of nodes: whole numbers too, because credits come in `unit`s of so many hundredths. */
  readonly counts: readonly string[];
  readonly unit: number;
}

interface Counted {
  readonly terms: ReadonlyMap<string, number>;
  readonly constant: number;
  readonly most: number;
}

export function oracleProblem(model: PackingModel): OracleProblem {
  return new Writer(model).problem();
}

class Writer {
  readonly #model: PackingModel;
  readonly #constraints: { terms: ReadonlyMap<string, number>; most: number }[] = [];
  readonly #binaries: string[] = [];
  readonly #counts: string[] = [];
  readonly #unit: number;

  constructor(model: PackingModel) {
    this.#model = model;
    this.#unit = unitOf(model);
  }

  problem(): OracleProblem {
    const { items, rows, tree, base, coursesOf } = this.#model;
    for (const i of items.keys()) this.#binaries.push(`x${i}`);
    for (const { idx, coef, limit } of rows) this.#atMost(new Map(idx.map((i, k) => [`x${i}`, coef[k] ?? 0])), limit);
    // a course is had as soon as an application brings it
    for (const course of base.keys()) {
      const bringing = coursesOf.flatMap((courses, i) => (courses.includes(course) ? [`x${i}`] : []));
      this.#binaries.push(`y${course}`);
      this.#atMost(new Map([[`y${course}`, 1], ...bringing.map((x) => [x, -1] as const)]), 0);
    }
    const { terms, constant } = this.#count(tree);
    return {
      constraints: this.#constraints,
      count: terms,
      constant,
      binaries: this.#binaries,
      counts: this.#counts,
      unit: this.#unit,
    };
  }

  #count(tree: CountTree): Counted {
    if (tree.kind === "LEAF") return this.#leaf(tree.course, tree.credits / this.#unit);
    const children = tree.children.map((child) => this.#count(child));
    if (tree.kind === "SUM") return total(children);
    if (tree.kind === "CHOOSE") return this.#choose(tree.count, children);
    const granted = tree.blanket.map((i): Counted => {
      const credits = (this.#model.items[i]?.credits ?? 0) / this.#unit;
      return { terms: new Map([[`x${i}`, credits]]), constant: 0, most: credits };
    });
    const all = total([...children, ...granted]);
    const node = this.#node();
    const most = tree.credits / this.#unit;
    this.#atMost(new Map([[node, 1]]), most);
    this.#below(node, { ...all, constant: all.constant + tree.base / this.#unit });
    return { terms: new Map([[node, 1]]), constant: 0, most };
  }

  #leaf(course: number, credits: number): Counted {
    return this.#model.base[course] === 1
      ? { terms: new Map(), constant: credits, most: credits }
      : { terms: new Map([[`y${course}`, credits]]), constant: 0, most: credits };
  }

  #choose(count: number, children: readonly Counted[]): Counted {
    const parts = children.map((child) => {
      const node = this.#node();
      const picked = `z${node}`;
      this.#binaries.push(picked);
      this.#below(node, child);
      this.#atMost(
        new Map([
          [node, 1],
          [picked, -child.most],
        ]),
        0,
      );
      return { node, picked, most: child.most };
    });
    this.#atMost(new Map(parts.map(({ picked }) => [picked, 1])), count);
    return {
      terms: new Map(parts.map(({ node }) => [node, 1])),
      constant: 0,
      most: parts.reduce((sum, { most }) => sum + most, 0),
    };
  }

  #node(): string {
    const name = `n${this.#counts.length}`;
    this.#counts.push(name);
    return name;
  }

  #below(node: string, { terms, constant }: Counted): void {
    this.#atMost(new Map([[node, 1], ...[...terms].map(([name, coef]) => [name, -coef] as const)]), constant);
  }

  #atMost(terms: ReadonlyMap<string, number>, most: number): void {
    if (terms.size > 0) this.#constraints.push({ terms, most });
  }
}

function total(parts: readonly Counted[]): Counted {
  const terms = new Map<string, number>();
  for (const part of parts) for (const [name, coef] of part.terms) terms.set(name, (terms.get(name) ?? 0) + coef);
  return {
    terms,
    constant: parts.reduce((sum, { constant }) => sum + constant, 0),
    most: parts.reduce((sum, { most }) => sum + most, 0),
  };
}

/** The greatest common divisor of everything a node can count. */
function unitOf({ tree, items }: PackingModel): number {
  const amounts = (node: CountTree): readonly number[] => {
    if (node.kind === "LEAF") return [node.credits];
    const below = node.children.flatMap(amounts);
    if (node.kind !== "AT_LEAST") return below;
    return [...below, node.credits, node.base, ...node.blanket.map((i) => items[i]?.credits ?? 0)];
  };
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  return amounts(tree).reduce(divisor, 0) || 1;
}

/** The most credits by yalps, in hundredths; null where it gave up within the time it was given. */
export function yalpsCount(
  { constraints, count, constant, binaries, unit }: OracleProblem,
  timeoutMs: number,
): number | null {
  const variables = new Map<string, Map<string, number>>();
  const put = (name: string, row: string, coef: number): void => {
    const column = variables.get(name);
    if (column === undefined) variables.set(name, new Map([[row, coef]]));
    else column.set(row, coef);
  };
  for (const [name, coef] of count) put(name, "count", coef);
  constraints.forEach(({ terms }, row) => {
    for (const [name, coef] of terms) put(name, `c${row}`, coef);
  });
  const solution = solve(
    {
      direction: "maximize",
      objective: "count",
      constraints: new Map(constraints.map(({ most }, row) => [`c${row}`, { max: most }])),
      variables,
      binaries: new Set(binaries),
    },
    { timeout: timeoutMs, maxIterations: Number.POSITIVE_INFINITY },
  );
  return solution.status === "optimal" ? Math.round(solution.result + constant) * unit : null;
}

/** The problem as CPLEX LP text, as HiGHS reads it. */
function lpText({ constraints, count, binaries, counts }: OracleProblem): string {
  const sum = (terms: ReadonlyMap<string, number>): string =>
    [...terms].map(([name, coef]) => `${coef < 0 ? "-" : "+"} ${Math.abs(coef)} ${name}`).join("\n ");
  return [
    "Maximize",
    ` obj: ${count.size === 0 ? `0 ${binaries[0] ?? "none"}` : sum(count)}`,
    "Subject To",
    ...constraints.map(({ terms, most }, row) => ` c${row}: ${sum(terms)} <= ${most}`),
    "Binary",
    ...binaries.map((name) => ` ${name}`),
    "General",
    ...counts.map((name) => ` ${name}`),
    "End",
    "",
  ].join("\n");
}

/** What of HiGHS is used here. */
export interface Highs {
  solve(
    problem: string,
    options: {
      readonly presolve: "off";
      readonly time_limit: number;
      readonly output_flag: false;
      readonly mip_rel_gap: 0;
    },
  ): { readonly Status: string; readonly ObjectiveValue: number };
}

/** HiGHS, ready to solve. Its types describe the CommonJS build, which is not what is loaded. */
export async function loadOracle(): Promise<Highs> {
  return (load as unknown as () => Promise<Highs>)();
}

/**
 * The most credits by HiGHS, in hundredths; null where it gave up. Presolve is off: with it on, HiGHS was seen to call wrong
 * answers optimal. So it does without presolve where the counts of nodes are continuous; as whole numbers they are right.
 */
export function highsCount(highs: Highs, problem: OracleProblem, timeoutMs: number): number | null {
  const options = { presolve: "off", time_limit: timeoutMs / 1000, output_flag: false, mip_rel_gap: 0 } as const;
  const solution = highs.solve(lpText(problem), options);
  return solution.Status === "Optimal" ? Math.round(solution.ObjectiveValue + problem.constant) * problem.unit : null;
}
