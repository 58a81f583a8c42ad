import { type FactIndex, matcherNames, matchersOf } from "./match.ts";
import type { Rule, RuleSet } from "./rule.ts";

/** The rules of a set by the names their matchers go by: read once per version of a set, asked for every learner. */
interface RuleIndex {
  /** In the order of their ids, which is that of the applications' keys. */
  readonly rules: readonly Rule[];
  /** Places in `rules`, ascending. */
  readonly byName: ReadonlyMap<string, readonly number[]>;
}

const known = new WeakMap<RuleSet["rules"], RuleIndex>();

/** The rules of a set of which at least one matcher finds something; no other has an application. */
export function rulesAbout({ rules }: RuleSet, facts: FactIndex): readonly Rule[] {
  let index = known.get(rules);
  if (index === undefined) {
    index = indexOf(rules);
    known.set(rules, index);
  }
  const touched = new Uint8Array(index.rules.length);
  for (const name of facts.names()) for (const place of index.byName.get(name) ?? []) touched[place] = 1;
  return index.rules.filter((_, place) => touched[place] === 1);
}

function indexOf(given: readonly Rule[]): RuleIndex {
  const rules = [...given].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const byName = new Map<string, number[]>();
  rules.forEach(({ source }, place) => {
    const matchers = "match" in source ? [source.match] : matchersOf(source);
    for (const matcher of matchers)
      for (const name of matcherNames(matcher)) {
        const places = byName.get(name);
        if (places === undefined) byName.set(name, [place]);
        else if (places.at(-1) !== place) places.push(place);
      }
  });
  return { rules, byName };
}
