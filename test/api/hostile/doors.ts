import { unseal } from "../../../src/auth/sealed.ts";
import type { RawAnswer, RawRequest } from "../../support/raw.ts";
import type { Arena } from "./arena.ts";

/** What a page of ours sends. */
const OURS = { "content-type": "application/json", "x-guantong-csrf": "1" };

/** Knocks at a way in as a page of ours would. */
export const knock = (
  { send }: Pick<Arena, "send">,
  door: string,
  body: unknown,
  headers: RawRequest["headers"] = {},
): Promise<RawAnswer> =>
  send({
    method: "POST",
    path: `/auth/${door}`,
    headers: { ...OURS, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

/** Asks who one is by a cookie alone, as a page of ours would. */
export const whoIs = ({ post }: Pick<Arena, "post">, cookie: string, headers: RawRequest["headers"] = {}) =>
  post({ query: "{ viewer { login } }" }, { "x-guantong-csrf": "1", cookie, ...headers });

/** The value of a cookie that an answer sets. */
export function cookieIn({ headers }: RawAnswer, name: string): string {
  const found = (headers["set-cookie"] ?? []).find((each) => each.startsWith(`${name}=`));
  if (found === undefined) throw new Error(`no cookie ${name}`);
  return (found.split(";")[0] ?? "").slice(name.length + 1);
}

/** What must succeed before the attack, or the attack would prove nothing. */
export function granted(answer: RawAnswer, status = 200): RawAnswer {
  if (answer.status !== status || answer.body.includes('"errors"'))
    throw new Error(`honest, and refused: ${answer.status} ${answer.body.slice(0, 200)}`);
  return answer;
}

/** The session cookie's value of somebody who signs in now. */
export async function sessionOf({ server }: Pick<Arena, "server">, login: string): Promise<string> {
  return (await server.cookieOf(login)).slice("guantong-session=".length);
}

/** What a thief of the keys reads in a sealed cookie. */
export async function opened(keys: Arena["keys"], kind: "session" | "flow", text: string) {
  const content = await unseal(keys, kind, text, new Date());
  if (typeof content !== "object" || content === null) throw new Error("not sealed by these keys");
  const { exp: _, ...rest } = content as Record<string, unknown>;
  return rest;
}
