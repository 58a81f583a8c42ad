import { assess, recognise } from "../../src/domain/recognition/recognise.ts";
import { verifyOutcome } from "../../src/domain/recognition/verify.ts";
import { greedy } from "../../src/domain/recognition/packing/greedy.ts";
import { countOf } from "../../src/domain/recognition/packing/model.ts";
import { largeCase, type Profile, PROFILES } from "../../test/domain/recognition/instances.ts";
import type { Figures } from "../bench.ts";

const CASES = 20;
const WARM_UP = 5;
/** The node budget of the service. */
const NODES = 2_000;

/** CPU time of this process, so that a busy machine does not blur the figures. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

interface Measured {
  readonly ms: number;
  readonly proved: boolean;
  readonly canonical: boolean;
  readonly greedyLoses: boolean;
  readonly faults: number;
}

/** One learner's whole answer: eligibility, packing and explanation. */
function measure(seed: number, profile: Profile): Measured {
  const input = { ...largeCase(seed, profile), nodeBudget: NODES };
  const began = cpuMs();
  const outcome = recognise(input);
  const ms = cpuMs() - began;
  const { model } = assess(input);
  const greedyCredits = countOf(model, greedy(model)) - model.baseCount;
  return {
    ms,
    proved: outcome.packing.proved,
    canonical: outcome.packing.canonical,
    greedyLoses: greedyCredits < outcome.packing.credits,
    faults: verifyOutcome(input, outcome).length,
  };
}

function figuresOf({ name }: Profile, all: readonly Measured[]): Figures {
  const times = all.map(({ ms }) => ms).sort((a, b) => a - b);
  const share = (of: (each: Measured) => boolean): number => all.filter(of).length / all.length;
  return {
    [`${name}_per_s`]: (1000 * all.length) / times.reduce((sum, ms) => sum + ms, 0),
    [`${name}_median_ms`]: times[Math.floor(times.length / 2)] ?? 0,
    [`${name}_p99_ms`]: times[Math.floor(times.length * 0.99)] ?? 0,
    [`${name}_proved`]: share(({ proved }) => proved),
    [`${name}_canonical`]: share(({ canonical }) => canonical),
    [`${name}_greedy_losers`]: share(({ greedyLoses }) => greedyLoses),
    [`${name}_faults`]: all.reduce((sum, { faults }) => sum + faults, 0),
  };
}

/** Recognition on seeded cases of every profile, whole courses, one core; times are CPU time. */
export async function recognition(): Promise<Figures> {
  const [first] = PROFILES;
  if (first !== undefined) for (let seed = 1; seed <= WARM_UP; seed++) measure(seed, first);
  const figures = PROFILES.map((profile) =>
    figuresOf(
      profile,
      Array.from({ length: CASES }, (_, i) => measure(i + 1, profile)),
    ),
  );
  return Object.assign({}, ...figures) as Figures;
}
