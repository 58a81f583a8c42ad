import { describe, expect, test } from "vitest";
import { networkOf, RateLimits } from "../../src/auth/rate-limits.ts";
import { readConfig } from "../../src/config.ts";

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

const limits = (rates: Partial<ConstructorParameters<typeof RateLimits>[0]>) =>
  new RateLimits({ ...readConfig({}), ...rates });

describe("a caller", () => {
  test("who asks too often hears for how long to wait; nobody else does", async () => {
    const rates = limits({ requestsPerAddress: 3 });
    const asked = [];
    for (let n = 0; n < 4; n += 1) asked.push(await rates.request("203.0.113.7"));
    expect(asked.slice(0, 3)).toEqual([null, null, null]);
    expect(asked[3]).toMatchObject({ code: "TOO_MANY_REQUESTS" });
    expect(asked[3]?.params["seconds"]).toBeGreaterThan(0);
    expect(asked[3]?.params["seconds"]).toBeLessThanOrEqual(60);
    expect(await rates.request("203.0.113.8")).toBeNull();
  });

  test("of IPv6 gains nothing by changing address within its network", async () => {
    const rates = limits({ requestsPerAddress: 1 });
    expect(await rates.request("2001:db8:1:2::1")).toBeNull();
    expect(await rates.request("2001:db8:1:2:ffff::9")).toMatchObject({ code: "TOO_MANY_REQUESTS" });
    expect(await rates.request("2001:db8:1:3::1")).toBeNull();
  });

  test("gains nothing by asking many fields in one request", async () => {
    const rates = limits({ fieldsPerAccount: 10 });
    expect(await rates.operation("a", 10, 0)).toBeNull();
    expect(await rates.operation("a", 1, 0)).toMatchObject({ code: "TOO_MANY_REQUESTS" });
  });

  test("is held to fewer costly fields and fewer attempts to sign in, each for itself", async () => {
    const rates = limits({ heavyPerAccount: 1, signInsPerAddress: 2 });
    expect(await rates.operation("a", 1, 1)).toBeNull();
    expect(await rates.operation("a", 1, 1)).toMatchObject({ code: "TOO_MANY_REQUESTS" });
    expect(await rates.operation("a", 1, 0)).toBeNull();
    expect(await rates.signIn("203.0.113.7", 2)).toBeNull();
    expect(await rates.signIn("203.0.113.7")).toMatchObject({ code: "TOO_MANY_REQUESTS" });
  });
});
