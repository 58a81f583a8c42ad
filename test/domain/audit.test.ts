import fc from "fast-check";
import { expect, test } from "vitest";
import { isLook, keptAddress } from "../../src/domain/audit.ts";

test.each([
  ["192.0.2.77", "192.0.2.0/24"],
  ["::ffff:192.0.2.77", "192.0.2.0/24"],
  ["2001:db8:85a3::8a2e:370:7334", "2001:db8:85a3::/48"],
  ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8:0::/48"],
  ["::1", "0:0:0::/48"],
  ["fe80::1%eth0", "fe80:0:0::/48"],
])("of %s the network %s is kept", (address, network) => {
  expect(keptAddress(address, "network")).toBe(network);
});

test("an address is kept whole, or not at all, where the settings say so", () => {
  expect(keptAddress("::ffff:192.0.2.77", "full")).toBe("192.0.2.77");
  expect(keptAddress("2001:db8::1", "full")).toBe("2001:db8::1");
  expect(keptAddress("192.0.2.77", "none")).toBeNull();
});

test("what is no address is not kept: it may be anything", () => {
  for (const text of ["", "王思远", "1.2.3", "1::2::3", "2001:db8", "g::1", "1.2.3.4; drop"]) {
    expect(keptAddress(text, "network")).toBeNull();
  }
  expect(keptAddress(null, "full")).toBeNull();
});

test("two callers of one network are not told apart", () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.nat(255), (address, last) => {
      const neighbour = `${address.split(".").slice(0, 3).join(".")}.${last}`;
      expect(keptAddress(neighbour, "network")).toBe(keptAddress(address, "network"));
    }),
  );
});

test("looks are told from acts by what the action is called", () => {
  expect(["learner.read", "audit.search", "recognition.check"].every(isLook)).toBe(true);
  expect(["batch.confirm", "seat.take", "grades.enter"].some(isLook)).toBe(false);
});
