import type { RequestListener } from "node:http";
import helmet from "helmet";

/** A year, in seconds: a browser that has seen it asks over TLS only. */
const HSTS_S = 31_536_000;

/** What no page of ours uses, and nothing that might be smuggled into one shall. */
const PERMISSIONS = [
  "accelerometer",
  "camera",
  "display-capture",
  "geolocation",
  "gyroscope",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "usb",
]
  .map((feature) => `${feature}=()`)
  .join(", ");

const isTls = (publicUrl: string | null): boolean => publicUrl?.startsWith("https:") === true;

/**
 * Headers of everything Express answers. `'nonce'` in the policy is replaced by the page's own.
 * @param publicUrl the address the portal is reached at; when that is https, browsers are told to keep to it
 */
export function pageHeaders(publicUrl: string | null): ReturnType<typeof helmet> {
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'nonce'"],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: "deny" },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: isTls(publicUrl) ? { maxAge: HSTS_S, includeSubDomains: false } : false,
  });
  return (request, response, next) => {
    response.setHeader("permissions-policy", PERMISSIONS);
    protect(request, response, next);
  };
}

/** Headers of every answer to /graphql, which Express never sees. An answer is one person's: nobody keeps it. */
export function apiHeaders(publicUrl: string | null): (response: Parameters<RequestListener>[1]) => void {
  const headers: readonly (readonly [string, string])[] = [
    ["cache-control", "no-store"],
    ["content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"],
    ["cross-origin-opener-policy", "same-origin"],
    ["cross-origin-resource-policy", "same-origin"],
    ["referrer-policy", "no-referrer"],
    // what is public for a while is nobody's to keep
    ["x-robots-tag", "noindex"],
    ["x-content-type-options", "nosniff"],
    ["x-frame-options", "DENY"],
    ...(isTls(publicUrl) ? ([["strict-transport-security", `max-age=${HSTS_S}`]] as const) : []),
  ];
  return (response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
  };
}
