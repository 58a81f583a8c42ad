import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldsOf, type Fuzzing, openFuzzing, tryField } from "./fuzzing.ts";

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

describe("whatever is sent, by whomever, is answered with data or a code, and never with a fault of ours", () => {
  test.each(fieldsOf("mutation"))("mutation %s", async (name) => {
    expect(await tryField(fuzzing, "mutation", name, RUNS)).toBe(RUNS);
  });
  test.each(fieldsOf("query"))("query %s", async (name) => {
    expect(await tryField(fuzzing, "query", name, RUNS)).toBe(RUNS);
  });
});
