import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldsOf, type Fuzzing, openFuzzing, tryField, UNREACHED, unknownIds } from "./fuzzing.ts";

let fuzzing: Fuzzing;
beforeAll(async () => {
  fuzzing = await openFuzzing();
});
afterAll(() => fuzzing.close());

const RUNS = 25;

test("every mutation and query of the contract is tried", () => {
  expect(fieldsOf("mutation")).toEqual(expect.arrayContaining(["recordAchievement", "publishSection", "takeSeat"]));
  expect(fieldsOf("query")).toEqual(expect.arrayContaining(["node", "learners", "catalogue"]));
});

test("of whatever a mutation takes the id of, one is known that is really there", () => {
  expect(unknownIds(fuzzing.known)).toEqual([]);
});

describe("whatever is sent, by whomever, is answered with data or a code, and never with a fault of ours", () => {
  test.each(fieldsOf("mutation"))("mutation %s", async (name) => {
    const { sent, reached } = await tryField(fuzzing, "mutation", name, RUNS);
    expect({ sent, reached: reached > 0 }).toEqual({ sent: RUNS, reached: !(name in UNREACHED) });
  });
  test.each(fieldsOf("query"))("query %s", async (name) => {
    expect((await tryField(fuzzing, "query", name, RUNS)).sent).toBe(RUNS);
  });
});
