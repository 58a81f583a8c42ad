import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTime } from "../../src/api/in-time.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";

let fresh: FreshDatabase;
let api: TestApi;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db, { operationMs: 50 });
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

describe("an operation that takes longer than it may", () => {
  test("is given up with a code, and its connection serves the next", async () => {
    // whoever holds the table makes every reader wait
    const held = await fresh.sql.reserve();
    await held`begin`;
    await held`lock table institution in access exclusive mode`;
    const answer = await api.ask("{ institutions { id } }");
    await held`rollback`;
    held.release();
    expect([answer.status, answer.data, answer.errors[0]?.extensions?.code]).toEqual([503, null, "OPERATION_TIMEOUT"]);
  });

  test("is not known to one that does not wait", async () => {
    expect(inTime({ data: 1 }, 1)).toEqual({ data: 1 });
    expect(await inTime(Promise.resolve({ data: 1 }), 1000)).toEqual({ data: 1 });
    await expect(inTime(Promise.reject(new Error("fell")), 1000)).rejects.toThrow("fell");
  });
});
