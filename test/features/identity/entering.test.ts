import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANONYMOUS } from "../../../src/auth/viewer.ts";
import { countPasswordTry, forgivePasswordTries } from "../../../src/features/identity/credential-store.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

const NOON = Date.parse("2026-11-24T04:00:00Z");
const RULE = { free: 5, many: 100, longest: "15 minutes" };

/** How long a try has to wait, so many seconds after noon. Seconds. */
const wait = async (login: string, place: string, at = 0): Promise<number> => {
  const tried = { pair: `${login} ${place}`, whole: login, now: new Date(NOON + at * 1000), ...RULE };
  return (await fresh.db.write(ANONYMOUS, (tx) => countPasswordTry(tx, tried))) / 1000;
};

describe("tries at a password from one place", () => {
  test("are free five times; then each waits twice as long as the one before, a quarter of an hour at most", async () => {
    const waits: number[] = [];
    let at = 0;
    for (let round = 0; round < 16; round += 1) {
      expect(await wait("a", "here", at)).toBe(0);
      const next = await wait("a", "here", at);
      waits.push(next);
      // the one that asked whether it may was a try itself while it was free
      if (next === 0) expect(round).toBeLessThan(2);
      at += next;
    }
    expect(waits.filter((each) => each > 0).slice(0, 4)).toEqual([2, 4, 8, 16]);
    expect(waits.at(-1)).toBe(900);
    expect(Math.max(...waits)).toBe(900);
  });

  test("that come at once are as many as they are", async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => wait("b", "here")));
    expect(answers.filter((each) => each === 0)).toHaveLength(5);
  });

  test("cost other places nothing", async () => {
    await Promise.all(Array.from({ length: 30 }, () => wait("c", "there")));
    expect(await wait("c", "here")).toBe(0);
  });

  test("are forgotten when the right one came, and after an hour", async () => {
    await Promise.all(Array.from({ length: 5 }, () => wait("d", "here")));
    expect(await wait("d", "here")).toBe(2);
    await fresh.db.write(ANONYMOUS, (tx) => forgivePasswordTries(tx, "d here"));
    const again = await Promise.all(Array.from({ length: 8 }, () => wait("d", "here")));
    expect(again.filter((each) => each === 0)).toHaveLength(5);
    const later = await Promise.all(Array.from({ length: 8 }, () => wait("d", "here", 3601)));
    expect(later.filter((each) => each === 0)).toHaveLength(5);
  });
});

describe("a login that is tried from a hundred places", () => {
  test("gives each place one try in a quarter of an hour, and refuses none its first", async () => {
    for (let place = 0; place < 100; place += 1) expect(await wait("e", `place ${place}`)).toBe(0);
    expect(await wait("e", "place 100")).toBe(0);
    expect(await wait("e", "place 100", 1)).toBe(899);
    expect(await wait("e", "place 3")).toBe(0);
    expect(await wait("e", "place 3", 60)).toBe(840);
    expect(await wait("e", "its owner's", 60)).toBe(0);
  });
});
