import { isProblem } from "../../src/domain/problem.ts";

/** An answer as a browser sees it. */
export interface Page {
  readonly status: number;
  readonly url: string;
  readonly text: string;
  readonly setCookies: readonly string[];
}

/** A browser without windows: keeps cookies by host, follows redirects, tells a page of ours by its header. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();

  cookie(url: string, name: string): string | undefined {
    return this.#cookies.get(new URL(url).host)?.get(name);
  }

  setCookie(url: string, name: string, value: string): void {
    this.#jar(url).set(name, value);
  }

  /** Goes somewhere, and wherever it is led. */
  async go(url: string, init: RequestInit = {}, hops = 12): Promise<Page> {
    const response = await this.#send(url, init);
    const location = response.headers.get("location");
    if (location === null || response.status < 300 || response.status >= 400 || hops === 0)
      return pageOf(url, response);
    await response.arrayBuffer();
    return this.go(new URL(location, url).href, {}, hops - 1);
  }

  /** Goes one step and no further. */
  async step(url: string, init: RequestInit = {}): Promise<{ readonly page: Page; readonly location: string | null }> {
    const response = await this.#send(url, init);
    return { location: response.headers.get("location"), page: await pageOf(url, response) };
  }

  /** What a page of the portal's own origin sends. */
  post(url: string, body: object, more: Readonly<Record<string, string>> = {}): Promise<Page> {
    const headers = { "content-type": "application/json", "x-guantong-csrf": "1", ...more };
    return this.go(url, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /** Asks GraphQL in the name of whoever is signed in. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what the caller expects of the answer
  async ask<Data>(
    server: string,
    query: string,
    variables: object = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly data: Data | null; readonly code: string | undefined }> {
    const { text } = await this.post(`${server}/graphql`, { query, variables }, headers);
    const body = JSON.parse(text) as { data?: Data; errors?: { extensions?: { code?: string } }[] };
    return { data: body.data ?? null, code: body.errors?.[0]?.extensions?.code };
  }

  #jar(url: string): Map<string, string> {
    const { host } = new URL(url);
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    this.#cookies.set(host, jar);
    return jar;
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    const jar = this.#jar(url);
    const headers = new Headers(init.headers);
    if (jar.size > 0) headers.set("cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const each of response.headers.getSetCookie()) {
      const [pair = ""] = each.split(";");
      const at = pair.indexOf("=");
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      if (/Max-Age=0|Expires=Thu, 01 Jan 1970/i.test(each) || value === "") jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }
}

async function pageOf(url: string, response: Response): Promise<Page> {
  return { status: response.status, url, text: await response.text(), setCookies: response.headers.getSetCookie() };
}

/** The code of a refusal in an answer's text. */
export function codeIn({ text }: Page): string | undefined {
  const body = JSON.parse(text) as { errors?: { extensions?: { code?: string } }[] };
  return body.errors?.[0]?.extensions?.code;
}

/** What is no problem; a problem fails the test. */
export function fine<T>(value: T): Exclude<T, { readonly kind: "problem" }> {
  if (isProblem(value)) throw new Error(`${value.code} ${JSON.stringify(value.params)}`);
  return value as Exclude<T, { readonly kind: "problem" }>;
}
