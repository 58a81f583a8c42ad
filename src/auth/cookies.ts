/** A cookie that scripts cannot read and pages of other sites cannot send, except by leading someone here. */
export interface Cookie {
  /** Its value in a request's `cookie` header. */
  read(header: string | null | undefined): string | null;
  /** The `set-cookie` that keeps a value; without an age, until the browser is closed. */
  set(value: string, ageS?: number): string;
  /** The `set-cookie` that takes it away. */
  readonly clear: string;
}

/** The cookies of the service. */
export interface Cookies {
  readonly session: Cookie;
  /** From setting out to an issuer, or from asking for a passkey, until coming back: minutes. */
  readonly flow: Cookie;
  /** Who has signed in with a password here before: others' guesses do not make them wait. Months; it opens nothing. */
  readonly device: Cookie;
}

/**
 * The value of a cookie that came twice. A neighbouring host can set one of the same name, and nobody can tell which of the
 * two is ours: this one opens nothing.
 */
const AMBIGUOUS = "ambiguous";

function cookie(name: string, secure: boolean): Cookie {
  // the prefix makes a browser refuse the cookie from a neighbouring host or over plain HTTP
  const full = secure ? `__Host-${name}` : name;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
  return {
    read(header) {
      const values = new Set<string>();
      for (const part of (header ?? "").split(";")) {
        const at = part.indexOf("=");
        if (at !== -1 && part.slice(0, at).trim() === full) values.add(part.slice(at + 1).trim());
      }
      const [value = ""] = values;
      return values.size > 1 ? AMBIGUOUS : value || null;
    },
    set: (value, ageS) => `${full}=${value}; ${attributes}${ageS === undefined ? "" : `; Max-Age=${ageS}`}`,
    clear: `${full}=; ${attributes}; Max-Age=0`,
  };
}

/** @param publicUrl the address the portal is reached at; cookies are kept to TLS where it is https */
export function cookiesFor(publicUrl: string | null): Cookies {
  const secure = publicUrl?.startsWith("https:") === true;
  return {
    session: cookie("guantong-session", secure),
    flow: cookie("guantong-flow", secure),
    device: cookie("guantong-device", secure),
  };
}
