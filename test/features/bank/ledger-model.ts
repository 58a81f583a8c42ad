import fc from "fast-check";

/** What a script asks for. Numbers choose among what is there: achievements, applications, registrations, earlier steps. */
export type Step =
  | { readonly do: "deposit"; readonly credits: number }
  | { readonly do: "hold" | "release" | "recognise"; readonly of: number; readonly application: number }
  | { readonly do: "expire" | "revoke"; readonly of: number; readonly application?: never }
  | { readonly do: "reverse" | "replay" | "forge"; readonly step: number }
  | { readonly do: "correct"; readonly step: number; readonly credits: number };

const nat = fc.nat({ max: 20 });
const credits = fc.integer({ min: 0, max: 5 }).map((n) => n * 50);
export const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("deposit" as const), credits }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("hold" as const, "release" as const, "recognise" as const),
      of: fc.nat({ max: 3 }),
      application: fc.nat({ max: 2 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("expire" as const, "revoke" as const), of: fc.nat({ max: 3 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom("reverse" as const, "replay" as const, "forge" as const), step: nat }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("correct" as const), step: nat, credits }) },
);

/** One achievement of the model: where its credits are, in plain words. */
export interface Fact {
  readonly name: string;
  readonly credits: number;
  banked: number;
  expired: number;
  revoked: number;
  /** By application. */
  readonly held: Map<number, number>;
  /** By registration. */
  readonly used: Map<number, number>;
}

/** A step that was accepted: what taking it back does, or says that it cannot be done. */
interface Accepted {
  readonly name: string;
  readonly step: Step;
  readonly fact: Fact;
  reversed: boolean;
  readonly reversible: boolean;
  readonly undo: () => boolean;
}

/** Three applications towards two registrations: two of them compete. */
export const registrationOf = (application: number): number => application % 2;

const add = (map: Map<number, number>, key: number, change: number): void => {
  map.set(key, (map.get(key) ?? 0) + change);
};
const sum = (map: Map<number, number>): number => [...map.values()].reduce((total, each) => total + each, 0);

/** The bank of one learner as a reader of the rules would keep it, without accounts, versions or keys. */
export class Model {
  readonly facts: Fact[] = [];
  readonly accepted: Accepted[] = [];

  /** Carries a step out under a name. @returns whether the rules allow it */
  take(name: string, step: Step): boolean {
    const [fact, done] = this.#carry(name, step);
    if (fact === null || done === null) return false;
    this.accepted.push({ name, step, fact, reversed: false, ...done });
    return true;
  }

  totals(): Readonly<Record<string, number>> {
    const total = (of: (fact: Fact) => number) => this.facts.reduce((all, fact) => all + of(fact), 0);
    return {
      BANKED: total((fact) => fact.banked),
      EXPIRED: total((fact) => fact.expired),
      REVOKED: total((fact) => fact.revoked),
      HELD: total((fact) => sum(fact.held)),
      USED: total((fact) => sum(fact.used)),
    };
  }

  #carry(name: string, step: Step): readonly [Fact | null, Pick<Accepted, "reversible" | "undo"> | null] {
    switch (step.do) {
      case "deposit":
        return this.#deposit(name, step.credits);
      case "correct": {
        const earlier = this.accepted[step.step];
        if (earlier === undefined || earlier.reversed || !["deposit", "correct"].includes(earlier.step.do))
          return [null, null];
        if (!earlier.undo()) return [null, null];
        earlier.reversed = true;
        return this.#deposit(name, step.credits);
      }
      case "reverse": {
        const earlier = this.accepted[step.step];
        if (earlier === undefined || earlier.reversed || !earlier.reversible || !earlier.undo()) return [null, null];
        earlier.reversed = true;
        return [earlier.fact, { reversible: false, undo: () => false }];
      }
      case "replay":
      case "forge":
        return [null, null];
      default: {
        const fact = this.facts[step.of];
        return fact === undefined ? [null, null] : [fact, move(fact, step)];
      }
    }
  }

  #deposit(name: string, amount: number): readonly [Fact, Pick<Accepted, "reversible" | "undo">] {
    const fact: Fact = {
      name,
      credits: amount,
      banked: amount,
      expired: 0,
      revoked: 0,
      held: new Map(),
      used: new Map(),
    };
    this.facts.push(fact);
    const undo = () => {
      if (fact.banked < amount) return false;
      fact.banked -= amount;
      return true;
    };
    return [fact, { reversible: true, undo }];
  }
}

type Moving = Extract<Step, { of: number }>;

/** Moves the whole of an achievement. Null where the rules do not allow it. */
function move(fact: Fact, step: Moving): Pick<Accepted, "reversible" | "undo"> | null {
  const amount = fact.credits;
  if (step.do === "expire" || step.do === "revoke") {
    const to = step.do === "expire" ? "expired" : "revoked";
    if (fact.banked < amount || (step.do === "expire" && sum(fact.held) > 0)) return null;
    fact.banked -= amount;
    fact[to] += amount;
    const undo = () => {
      fact.banked += amount;
      fact[to] -= amount;
      return true;
    };
    return { reversible: true, undo };
  }
  const { application = 0 } = step;
  const registration = registrationOf(application);
  const held = fact.held.get(application) ?? 0;
  const used = fact.used.get(registration) ?? 0;
  if (step.do === "hold") {
    const towards = [...fact.held].filter(([other]) => registrationOf(other) === registration);
    if (sum(new Map(towards)) + used + amount > fact.banked) return null;
    add(fact.held, application, amount);
    const undo = () => (fact.held.get(application) ?? 0) >= amount && (add(fact.held, application, -amount), true);
    return { reversible: true, undo };
  }
  if (held < amount) return null;
  add(fact.held, application, -amount);
  if (step.do === "release") return { reversible: false, undo: () => false };
  add(fact.used, registration, amount);
  const undo = () => {
    add(fact.used, registration, -amount);
    add(fact.held, application, amount);
    return true;
  };
  return { reversible: true, undo };
}
