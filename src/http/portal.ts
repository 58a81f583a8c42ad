import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import express, { type Router } from "express";

/** Where the page finds the nonce that the styles it makes must carry. */
const nonceTag = (nonce: string): string => `<meta name="style-nonce" nonce="${nonce}">`;

/** Public notices: for people to read while they are open, and for no search engine to keep. */
const PUBLIC_NOTICES = /^\/public-notices(\/|$)/i;
const ROBOTS = "noindex, nofollow, noarchive";

/**
 * The portal: files with a hash in their name for ever, and for every other address a person may open, the page that
 * reads the address itself. Scripts and styles come from here or carry the page's nonce; nothing else runs.
 * @param folder what vite built; without it, there is no portal
 */
export function portal(folder: string): Router {
  const router = express.Router();
  const index = join(folder, "index.html");
  if (!existsSync(index)) return router;
  const page = readFileSync(index, "utf8");
  router.use(
    "/assets",
    express.static(join(folder, "assets"), { immutable: true, maxAge: "365d", fallthrough: false }),
  );
  router.use(express.static(folder, { index: false }));
  router.get(/^\/(?!assets\/)/, (request, response, next) => {
    if (request.accepts("html") !== "html") return next();
    const nonce = randomBytes(16).toString("base64");
    const header = response.getHeader("content-security-policy");
    response.setHeader("content-security-policy", String(header).replaceAll("'nonce'", `'nonce-${nonce}'`));
    response.setHeader("cache-control", "no-store");
    const isPublic = PUBLIC_NOTICES.test(request.path);
    if (isPublic) response.setHeader("x-robots-tag", ROBOTS);
    const tags = nonceTag(nonce) + (isPublic ? `<meta name="robots" content="${ROBOTS}">` : "");
    response.type("html").send(page.replace("<head>", `<head>${tags}`));
  });
  return router;
}
