import type * as Greedy from "../../src/domain/recognition/packing/greedy.ts";
import type * as Model from "../../src/domain/recognition/packing/model.ts";
import type * as Pack from "../../src/domain/recognition/packing/pack.ts";
import type * as Recognise from "../../src/domain/recognition/recognise.ts";
import type * as Verify from "../../src/domain/recognition/verify.ts";
import { largeCase, type Profile, PROFILES } from "../../test/domain/recognition/instances.ts";
import {
  type Highs,
  highsCount,
  loadOracle,
  oracleProblem,
  yalpsCount,
} from "../../test/domain/recognition/oracles.ts";
import type { Figures } from "../bench.ts";

/** Enough for a p99 to mean something. */
const CASES = 300;
/** Oracles are slow: they look at the first of the cases only, and have so long for each. */
const ORACLE_CASES = 10;
const ORACLE_MS = 2_000;
const WARM_UP = 60;
/** The node budget of the service. */
const NODES = 2_000;

/** CPU time of this process, so that a busy machine does not blur the figures. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function timed<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const began = cpuMs();
  const result = work();
  return { result, ms: cpuMs() - began };
}

type Engine = typeof Greedy & typeof Model & typeof Pack & typeof Recognise & typeof Verify;

/** The engine as it is shipped: what runs from the sources carries the names of every inner function along. */
async function builtEngine(): Promise<Engine> {
  const modules = ["packing/greedy", "packing/model", "packing/pack", "recognise", "verify"].map(
    (name) => import(new URL(`../../dist/domain/recognition/${name}.js`, import.meta.url).href) as Promise<object>,
  );
  return Object.assign({}, ...(await Promise.all(modules))) as Engine;
}

interface Measured {
  /** Eligibility, packing with its tie-break, and explanation, every refusal with its winners. */
  readonly ms: number;
  readonly tieBreakMs: number;
  readonly credits: number;
  readonly proved: boolean;
  readonly canonical: boolean;
  readonly greedyCredits: number;
  readonly faults: number;
}

/** Reads what refusals tell only when they are asked; their conditions are for whoever opens one. */
function told(outcome: ReturnType<Engine["recognise"]>): typeof outcome {
  for (const { obstacles, winnerRuleIds, violated } of outcome.refusals)
    if (violated.length !== obstacles.length || (obstacles.length === 0 && winnerRuleIds.length > 0))
      throw new Error("a refusal names winners of nothing");
  return outcome;
}

/** One learner's whole answer: eligibility, packing and explanation; and the greedy answer beside it. */
function measure(engine: Engine, seed: number, profile: Profile): Measured {
  const { assess, countOf, greedy, pack, recognise, verifyOutcome } = engine;
  const input = { ...largeCase(seed, profile), nodeBudget: NODES };
  const { result: outcome, ms } = timed(() => told(recognise(input)));
  const { model } = assess(input);
  const whole = timed(() => pack(model, NODES));
  const creditsOnly = timed(() => pack(model, NODES, "CREDITS"));
  const { credits, proved, canonical } = outcome.packing;
  return {
    ms,
    tieBreakMs: Math.max(0, whole.ms - creditsOnly.ms),
    credits,
    proved,
    canonical,
    greedyCredits: countOf(model, greedy(model)) - model.baseCount,
    faults: verifyOutcome(input, outcome).length,
  };
}

interface OracleFigures {
  readonly yalpsMs: number;
  readonly yalpsSolved: number;
  readonly highsMs: number;
  readonly highsSolved: number;
  /** Cases that at least one of the two solved. */
  readonly solved: number;
  /** Cases in which the engine is below an oracle, or proved and above one. */
  readonly mismatches: number;
}

/** Both oracles on the first cases of a profile; one that ran out of time is counted with the time it took. */
function askOracles(engine: Engine, profile: Profile, all: readonly Measured[], highs: Highs): OracleFigures {
  const asked = all.slice(0, ORACLE_CASES).map(({ credits }, i) => {
    const { model } = engine.assess({ ...largeCase(i + 1, profile), nodeBudget: NODES });
    const problem = oracleProblem(model);
    const yalps = timed(() => yalpsCount(problem, ORACLE_MS));
    const exact = timed(() => highsCount(highs, problem, ORACLE_MS));
    const wrong = [yalps.result, exact.result].some((count) => count !== null && count !== credits + model.baseCount);
    return { yalps, exact, wrong };
  });
  const count = (of: (each: (typeof asked)[number]) => boolean): number => asked.filter(of).length;
  return {
    yalpsMs: asked.reduce((sum, { yalps }) => sum + yalps.ms, 0) / asked.length,
    yalpsSolved: count(({ yalps }) => yalps.result !== null),
    highsMs: asked.reduce((sum, { exact }) => sum + exact.ms, 0) / asked.length,
    highsSolved: count(({ exact }) => exact.result !== null),
    solved: count(({ yalps, exact }) => yalps.result !== null || exact.result !== null),
    mismatches: count(({ wrong }) => wrong),
  };
}

function figuresOf({ name }: Profile, all: readonly Measured[], oracles: OracleFigures): Figures {
  const times = all.map(({ ms, tieBreakMs }) => Math.max(0, ms - tieBreakMs)).sort((a, b) => a - b);
  const share = (of: (each: Measured) => boolean): number => all.filter(of).length / all.length;
  const sum = (of: (each: Measured) => number): number => all.reduce((total, each) => total + of(each), 0);
  const meanMs = times.reduce((total, ms) => total + ms, 0) / all.length;
  return {
    [`${name}_per_s`]: 1000 / meanMs,
    [`${name}_median_ms`]: times[Math.floor(times.length / 2)] ?? 0,
    [`${name}_p99_ms`]: times[Math.floor(times.length * 0.99)] ?? 0,
    [`${name}_with_tie_break_per_s`]: (1000 * all.length) / sum(({ ms }) => ms),
    [`${name}_tie_break_ms`]: sum(({ tieBreakMs }) => tieBreakMs) / all.length,
    [`${name}_proved`]: share(({ proved }) => proved),
    [`${name}_canonical`]: share(({ canonical }) => canonical),
    [`${name}_greedy_losers`]: share(({ greedyCredits, credits }) => greedyCredits < credits),
    [`${name}_greedy_lost`]: 1 - sum(({ greedyCredits }) => greedyCredits) / sum(({ credits }) => credits),
    [`${name}_vs_yalps`]: oracles.yalpsMs / meanMs,
    [`${name}_yalps_per_s`]: 1000 / oracles.yalpsMs,
    [`${name}_yalps_solved`]: oracles.yalpsSolved,
    [`${name}_highs_per_s`]: 1000 / oracles.highsMs,
    [`${name}_highs_solved`]: oracles.highsSolved,
    [`${name}_oracle_solved`]: oracles.solved,
    [`${name}_oracle_asked`]: ORACLE_CASES,
    [`${name}_memory_mb`]: process.memoryUsage().rss / 2 ** 20,
  };
}

/**
 * Recognition on seeded cases of every profile, whole courses, one core; times are CPU time. The rate, median and p99 are those
 * of eligibility, packing on credits and explanation, the tie-break's time apart; the oracles only count credits. A mismatch is an answer below an oracle's, one proved and above it, or one that the
 * separate check finds fault with.
 */
export async function recognition(): Promise<Figures> {
  const began = cpuMs();
  const highs = await loadOracle();
  const startMs = cpuMs() - began;
  const engine = await builtEngine();
  let mismatches = 0;
  const figures = PROFILES.map((profile) => {
    for (let seed = 1; seed <= WARM_UP; seed++) measure(engine, seed, profile);
    const all = Array.from({ length: CASES }, (_, i) => measure(engine, i + 1, profile));
    const oracles = askOracles(engine, profile, all, highs);
    mismatches += oracles.mismatches + all.reduce((sum, { faults }) => sum + faults, 0);
    return figuresOf(profile, all, oracles);
  });
  return { ...(Object.assign({}, ...figures) as Figures), highs_start_ms: startMs, mismatches };
}
