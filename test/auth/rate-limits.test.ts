import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { networkOf, RateLimits, type SharedBy } from "../../src/auth/rate-limits.ts";
import { readConfig } from "../../src/config.ts";
import { SYSTEM } from "../../src/auth/viewer.ts";
import { openDatabase } from "../../src/db/client.ts";
import { openShares, sweepLimits } from "../../src/db/shares.ts";
import type { Problem } from "../../src/domain/problem.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { withinAMinute } from "../support/minute.ts";

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

describe("a rate limit counts", () => {
  test.each([
    ["203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:0db8:0001:0002::1", "2001:db8:1:2::/64"],
    ["2001:db8::", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["unknown", "unknown"],
  ])("%s as %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

type Rates = ConstructorParameters<typeof RateLimits>[0];

/** What a process draws from: the database of this file, unless said; and under names of this test's own. */
function sharing(take: SharedBy["take"] = openShares(fresh.db)): {
  readonly shared: SharedBy;
  readonly asked: () => number;
} {
  const run = randomUUID();
  let asked = 0;
  return {
    asked: () => asked,
    shared: {
      pseudonym: (...parts) => [run, ...parts].join(" "),
      take: (who, wanted, most) => {
        asked += 1;
        return take(who, wanted, most);
      },
    },
  };
}
const limits = (rates: Partial<Rates>, { shared } = sharing()) =>
  new RateLimits({ ...readConfig({}), ...rates }, shared);

const codeOf = (refused: Problem | null): string | null => refused?.code ?? null;

/** How many of so many asked one after the other were let through. */
async function letThrough(times: number, ask: () => Problem | null | Promise<Problem | null>): Promise<number> {
  let through = 0;
  for (let n = 0; n < times; n += 1) if ((await ask()) === null) through += 1;
  return through;
}

describe("a caller", () => {
  test("who asks too often hears for how long to wait; nobody else does", async () => {
    const rates = limits({ requestsPerAddress: 3 });
    const asked = await withinAMinute(fresh.sql, async (time) => {
      const answers = [];
      for (let n = 0; n < 4; n += 1) answers.push(await rates.request(`203.0.113.${time}`));
      return answers;
    });
    expect(asked.slice(0, 3)).toEqual([null, null, null]);
    expect(asked[3]).toMatchObject({ code: "TOO_MANY_REQUESTS" });
    expect(asked[3]?.params["seconds"]).toBeGreaterThan(0);
    expect(asked[3]?.params["seconds"]).toBeLessThanOrEqual(60);
    expect(await rates.request("203.0.114.8")).toBeNull();
  });

  test("of IPv6 gains nothing by changing address within its network", async () => {
    const rates = limits({ requestsPerAddress: 1 });
    const codes = await withinAMinute(fresh.sql, async (time) => [
      codeOf(await rates.request(`2001:db8:${time}:2::1`)),
      codeOf(await rates.request(`2001:db8:${time}:2:ffff::9`)),
      codeOf(await rates.request(`2001:db8:${time}:3::1`)),
    ]);
    expect(codes).toEqual([null, "TOO_MANY_REQUESTS", null]);
  });

  test("gains nothing by asking many fields in one request", async () => {
    const rates = limits({ fieldsPerAccount: 10 });
    const codes = await withinAMinute(fresh.sql, async (time) => [
      codeOf(await rates.operation(`a${time}`, 10, 0)),
      codeOf(await rates.operation(`a${time}`, 1, 0)),
    ]);
    expect(codes).toEqual([null, "TOO_MANY_REQUESTS"]);
  });

  test("is held to fewer costly fields and fewer attempts to sign in, each for itself", async () => {
    const rates = limits({ heavyPerAccount: 1, signInsPerAddress: 2 });
    const codes = await withinAMinute(fresh.sql, async (time) => [
      codeOf(await rates.operation(`a${time}`, 1, 1)),
      codeOf(await rates.operation(`a${time}`, 1, 1)),
      codeOf(await rates.operation(`a${time}`, 1, 0)),
      codeOf(await rates.signIn(`203.0.113.${time}`, 2)),
      codeOf(await rates.signIn(`203.0.113.${time}`)),
    ]);
    expect(codes).toEqual([null, "TOO_MANY_REQUESTS", null, null, "TOO_MANY_REQUESTS"]);
  });
});

describe("over several processes", () => {
  test("attempts are counted one by one, also those made at once", async () => {
    const both = sharing();
    const [one, other] = [limits({ signInsPerAddress: 30 }, both), limits({ signInsPerAddress: 30 }, both)];
    const answers = await withinAMinute(fresh.sql, (time) =>
      Promise.all(Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? one : other).signIn(`203.0.113.${time}`))),
    );
    expect(answers.filter((answer) => answer === null)).toHaveLength(30);
  });

  test("requests of both are the limit and at most a fiftieth, and at least what the other's share leaves", async () => {
    const both = sharing();
    const [one, other] = [limits({ requestsPerAddress: 1000 }, both), limits({ requestsPerAddress: 1000 }, both)];
    const through = await withinAMinute(fresh.sql, async (time) => {
      let n = 0;
      return letThrough(3000, () => ((n += 1) % 2 === 0 ? one : other).request(`203.0.113.${time}`));
    });
    expect(through).toBeLessThanOrEqual(1000 + 1000 / 50);
    expect(through).toBeGreaterThanOrEqual(1000 - Math.ceil(1000 / 16));
  });

  test("a process alone lets the limit through, no more and no less, also where all come at once", async () => {
    const rates = limits({ requestsPerAddress: 1000 });
    const answers = await withinAMinute(fresh.sql, (time) =>
      Promise.all(Array.from({ length: 1500 }, async () => rates.request(`203.0.113.${time}`))),
    );
    expect(answers.filter((answer) => answer === null)).toHaveLength(1000);
  });

  test("the database is asked of none who ask little, and of the others once in a sixteenth of the limit", async () => {
    const figures = await withinAMinute(fresh.sql, async () => {
      const counted = sharing();
      const rates = limits({ requestsPerAddress: 6000 }, counted);
      const ask = (times: number): Promise<number> => letThrough(times, () => rates.request("203.0.113.12"));
      const first = { through: await ask(120), asked: counted.asked() };
      const all = { through: await ask(6000), asked: counted.asked() };
      return { first, all, after: { through: await ask(500), asked: counted.asked() } };
    });
    expect(figures.first).toEqual({ through: 120, asked: 0 });
    expect(figures.all.through).toBe(5880);
    expect(figures.all.asked).toBeLessThanOrEqual(17);
    // whoever was told to wait costs the database nothing more
    expect(figures.after).toEqual({ through: 0, asked: figures.all.asked });
  });
});

describe("while the database does not answer", () => {
  const NEVER = sharing(() => new Promise(() => undefined));
  const REFUSES = sharing(() => Promise.reject(new Error("the connection was lost")));

  test.each([
    ["at all", NEVER],
    ["but refuses", REFUSES],
  ])("%s, a process holds its callers to the limit by itself, and nobody guesses", async (_, away) => {
    const rates = limits({ requestsPerAddress: 100, signInsPerAddress: 100, heavyPerAccount: 100 }, away);
    const through = await withinAMinute(fresh.sql, (time) => letThrough(150, () => rates.request(`203.0.113.${time}`)));
    expect(through).toBe(100);
    await expect(rates.signIn("203.0.113.13")).rejects.toThrow();
    await expect(rates.operation("a", 1, 1)).rejects.toThrow();
    expect(await rates.operation("a", 1, 0)).toBeNull();
  });
});

test("what counts no longer is swept away; what does, stays", async () => {
  const take = openShares(fresh.db);
  await take("old", 1, 10);
  await fresh.sql`update rate_count set minute = now() - interval '3 minutes' where who = 'old'`;
  await take("new", 1, 10);
  const jobs = openDatabase(fresh.url, { role: "guantong_job", max: 1 });
  await sweepLimits(jobs);
  await jobs.end();
  const left = await fresh.sql<{ who: string }[]>`select who from rate_count where who in ('old', 'new')`;
  expect(left).toEqual([{ who: "new" }]);
});

test("no role reads or writes the counts but through what takes from them", async () => {
  const outcome = await fresh.db
    .write(SYSTEM, (tx) => tx.run((sql) => sql`update rate_count set taken = 0`))
    .catch((error: unknown) => (error as { readonly code?: string }).code);
  expect(outcome).toBe("42501");
});
