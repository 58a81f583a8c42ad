import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldsOf, type Fuzzing, openFuzzing, tryField, UNREACHED } from "./fuzzing.ts";

let fuzzing: Fuzzing;
beforeAll(async () => {
  fuzzing = await openFuzzing();
});
afterAll(() => fuzzing.close());

describe("whatever is sent, many times over, is answered with data or a code", { timeout: 600_000 }, () => {
  test.each(fieldsOf("mutation"))("mutation %s", async (name) => {
    const { sent, reached } = await tryField(fuzzing, "mutation", name, 2000);
    expect({ sent, reached: reached > 0 }).toEqual({ sent: 2000, reached: !(name in UNREACHED) });
  });
  test.each(fieldsOf("query"))("query %s", async (name) => {
    expect((await tryField(fuzzing, "query", name, 500)).sent).toBe(500);
  });
});
