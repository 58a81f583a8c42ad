import type { IncomingMessage } from "node:http";
import proxyAddr from "proxy-addr";

/** Set by the server on every request, over whatever a caller sent under this name; `api/` and others read it there. */
export const ADDRESS_HEADER = "x-guantong-address";

/** Finds the address a request comes from. */
export type ClientAddress = (request: IncomingMessage) => string;

/**
 * X-Forwarded-For is believed only of proxies that are named: whoever else sends it could be anyone they like.
 * @param trusted addresses and networks of the proxies before the service (`loopback`, `10.0.0.0/8`); null: there are none
 */
export function clientAddress(trusted: readonly string[] | null): ClientAddress {
  if (trusted === null) return (request) => plain(request.socket.remoteAddress);
  const trust = proxyAddr.compile([...trusted]);
  return (request) => plain(proxyAddr(request, trust));
}

/** Headers by which proxies say whom they ask for. */
const FORWARDED = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/** Whether an address is the machine's own. */
export const isLoopback = (address: string): boolean => address === "::1" || /^127\.\d+\.\d+\.\d+$/.test(address);

/** Whether a request is made on the machine itself, to it, and for nobody behind a proxy that says so. */
export function isFromHere(request: IncomingMessage): boolean {
  if (FORWARDED.some((name) => request.headers[name] !== undefined)) return false;
  const host = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(request.headers.host ?? "");
  return host && isLoopback(plain(request.socket.remoteAddress));
}

/** Whether a Host header names a host as a browser would: a name or address in plain letters, and perhaps a port. */
export function isHost(text: string): boolean {
  return /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(text) && URL.canParse(`http://${text}`);
}

/** IPv4 written as IPv6 is IPv4. */
function plain(address: string | undefined): string {
  if (address === undefined) return "unknown";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address;
}
