import { getNamedType, type GraphQLInputType, isInputObjectType } from "graphql";
import { describe, expect, test } from "vitest";
import { countOf, MUTATION_RATES } from "../../src/api/rated-fields.ts";
import { buildSchema } from "../../src/api/schema.ts";

const mutations = buildSchema().getMutationType()?.getFields() ?? {};

/** The names of everything a field is given, inputs' own fields included. */
function namesIn(args: readonly { readonly name: string; readonly type: GraphQLInputType }[]): string[] {
  return args.flatMap(({ name, type }) => {
    const named = getNamedType(type);
    return [name, ...(isInputObjectType(named) ? namesIn(Object.values(named.getFields())) : [])];
  });
}
/** What is known to its owner alone, or tells whose it is. */
const SECRET = /^(password|current|passphrase|secret|pin|otp|code|token|number|idNumber)$/i;

describe("every mutation", () => {
  test("of the schema says what it counts as", () => {
    expect(Object.keys(MUTATION_RATES).sort()).toEqual(Object.keys(mutations).sort());
  });

  test("that takes a person's secret, or signs in, counts as an attempt", () => {
    const guesses = Object.values(mutations).filter(
      ({ name, args }) => /signIn/i.test(name) || namesIn(args).some((each) => SECRET.test(each)),
    );
    const rates = MUTATION_RATES as Readonly<Record<string, string>>;
    expect(guesses.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["setPassword", "signInAsDemo", "findLearnerByNumber", "acceptInvitation"]),
    );
    // the number of a section and the code of a term are nobody's secret
    const free = guesses.filter(({ name }) => rates[name] !== "attempt").map(({ name }) => name);
    expect(free.sort()).toEqual(["publishSection", "setTerm"]);
  });
});

test("what shows a person's number in full is counted one by one, as what is costly is", () => {
  const reveals = Object.keys(mutations).filter((name) => name.startsWith("reveal"));
  expect(reveals.length).toBeGreaterThanOrEqual(2);
  expect(countOf(reveals, "heavy")).toBe(reveals.length);
});

test("fields are counted as often as they are asked, and what is no mutation is plain", () => {
  expect(countOf(["signInAsDemo", "signInAsDemo", "viewer", "recognitionCheck"], "attempt")).toBe(2);
  expect(countOf(["recordAchievements", "recognitionCheck", "__proto__", "viewer"], "heavy")).toBe(2);
  expect(countOf(["constructor", "viewer"], "plain")).toBe(2);
});
