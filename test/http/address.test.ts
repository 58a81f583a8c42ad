import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { clientAddress, isHost } from "../../src/http/address.ts";

const from = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
    connection: { remoteAddress },
  }) as unknown as IncomingMessage;

describe("the address of a caller", () => {
  test("is that of the connection, whatever the caller says of it, where no proxy is trusted", () => {
    expect(clientAddress(null)(from("203.0.113.7", "1.2.3.4"))).toBe("203.0.113.7");
  });

  test("is the one a trusted proxy gives, and no one's before it", () => {
    const address = clientAddress(["10.0.0.0/8"]);
    expect(address(from("10.0.0.1", "203.0.113.7"))).toBe("203.0.113.7");
    expect(address(from("10.0.0.1", "1.2.3.4, 203.0.113.7"))).toBe("203.0.113.7");
    expect(address(from("10.0.0.1", "1.2.3.4, 203.0.113.7, 10.0.0.2"))).toBe("203.0.113.7");
    expect(address(from("203.0.113.9", "1.2.3.4"))).toBe("203.0.113.9");
  });

  test("of IPv4 within IPv6 is IPv4", () => {
    expect(clientAddress(null)(from("::ffff:203.0.113.7"))).toBe("203.0.113.7");
  });
});

describe("the host of a request", () => {
  test.each(["localhost:4000", "bank.example", "127.0.0.1", "[::1]:4000", "xn--fiq228c.example:443"])(
    "may be %s",
    (host) => {
      expect(isHost(host)).toBe(true);
    },
  );

  test.each(["", "[", "a b", "a:99999", "a:b", "x@evil.example", "evil.example/", "evil.example#", "a,b", "a\\b"])(
    "is never %j",
    (host) => {
      expect(isHost(host)).toBe(false);
    },
  );
});
