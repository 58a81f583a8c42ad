import type { IncomingMessage } from "node:http";
import { type Problem, problem } from "../domain/problem.ts";

/**
 * The header a page of ours sends beside its cookie, with whatever value. A page of another origin cannot send a header
 * of its own making without asking first, and the service allows no other origin anything.
 */
export const CSRF_HEADER = "x-guantong-csrf";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Machines come without cookies; a bearer token is sent by whoever knows it, never by a browser on its own. */
function isBearer(request: IncomingMessage): boolean {
  return /^bearer /i.test(request.headers.authorization ?? "");
}

/** The host a browser was told to ask: that of the public address where one is set, else what the request names. */
function isOwn(origin: string, request: IncomingMessage, publicUrl: string | null): boolean {
  if (!URL.canParse(origin)) return false;
  const { host, origin: canonical } = new URL(origin);
  return publicUrl === null ? host === request.headers.host : canonical === new URL(publicUrl).origin;
}

/** Where the browser says the request comes from. "same-site" is a neighbour: another school's page, perhaps. */
function comesFromElsewhere(request: IncomingMessage, publicUrl: string | null): boolean {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  const { origin } = request.headers;
  return origin !== undefined && !isOwn(origin, request, publicUrl);
}

function forged(request: IncomingMessage, publicUrl: string | null): boolean {
  return request.headers[CSRF_HEADER] === undefined || comesFromElsewhere(request, publicUrl);
}

/**
 * Refuses a GraphQL request that a page of another site may have made its reader's browser send. It is asked before
 * anyone looks at the cookie, of every request that carries one and no bearer token: sign-in needs no check of its own,
 * as long as a cookie never counts beside an Authorization header.
 * @param publicUrl the address the portal is reached at; null: whatever host the request names
 * @returns CROSS_SITE_REQUEST or null
 */
export function refusedForCookie(request: IncomingMessage, publicUrl: string | null): Problem | null {
  if (request.headers.cookie === undefined || isBearer(request)) return null;
  // the explorer's page, opened from the address bar: it asks for nothing yet
  if (request.method === "GET" && !(request.url ?? "").includes("?")) return null;
  return forged(request, publicUrl) ? problem("CROSS_SITE_REQUEST") : null;
}

/**
 * The same for everything beside GraphQL: whatever may change something must come from a page of ours, cookie or not,
 * for signing someone else in is an attack too. Going to a page (GET) is free.
 */
export function refusedForAct(request: IncomingMessage, publicUrl: string | null): Problem | null {
  if (SAFE_METHODS.has(request.method ?? "") || isBearer(request)) return null;
  return forged(request, publicUrl) ? problem("CROSS_SITE_REQUEST") : null;
}
