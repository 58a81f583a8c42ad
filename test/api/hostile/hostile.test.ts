import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Arena, type Attack, codesIn, INNARDS, isHome, isNothing, openArena } from "./arena.ts";
import { BODY_ATTACKS } from "./bodies.ts";
import { CODE_ATTACKS } from "./codes.ts";
import { INPUT_ATTACKS } from "./inputs.ts";
import { ISSUER_ATTACKS } from "./issuers.ts";
import { PASSKEY_ATTACKS } from "./passkeys.ts";
import { QUERY_ATTACKS } from "./queries.ts";
import { SESSION_ATTACKS } from "./sessions.ts";
import { SHEET_ATTACKS } from "./sheets.ts";
import { TOKEN_ATTACKS } from "./tokens.ts";

const ATTACKS: readonly Attack[] = [
  ...TOKEN_ATTACKS,
  ...QUERY_ATTACKS,
  ...INPUT_ATTACKS,
  ...BODY_ATTACKS,
  ...SHEET_ATTACKS,
  ...SESSION_ATTACKS,
  ...CODE_ATTACKS,
  ...PASSKEY_ATTACKS,
  ...ISSUER_ATTACKS,
];
const FAMILIES = [...new Set(ATTACKS.map(({ family }) => family))];

let arena: Arena;
beforeAll(async () => {
  arena = await openArena();
});
afterAll(() => arena.close());

/** What is wrong with how an attack was met, in words; null: nothing. */
async function faultOf({ name, launch, findsNothing = false, leadsHome = false }: Attack): Promise<string | null> {
  const answer = await launch(arena);
  const { status, headers, body } = answer;
  const fault = (what: string): string => `${name}: ${what}: ${status} ${headers.location ?? ""} ${body.slice(0, 300)}`;
  const codes = codesIn(answer);
  if (status >= 500) return fault("fell over");
  if (INNARDS.test(body)) return fault("tells of our innards");
  if (codes.includes("INTERNAL")) return fault("a fault of ours");
  if (leadsHome) return isHome(answer) ? null : fault("led astray");
  if (findsNothing) return isNothing(body) ? null : fault("found something");
  return codes.length > 0 ? null : fault("no code");
}

async function isAlive(): Promise<void> {
  expect((await arena.send({ path: "/healthz" })).status).toBe(200);
  const { body } = await arena.ask("student", "{ viewer { login } }");
  expect(JSON.parse(body)).toEqual({ data: { viewer: { login: "student.wang" } } });
}

/** What the log must not hold after all this: whose data it was, and what opens it. */
async function secrets(): Promise<string[]> {
  const { sql } = arena.server.fresh;
  const learners = await sql<{ name: string }[]>`select name from learner`;
  const accounts = await sql<{ login: string; displayName: string }[]>`select login, display_name from account`;
  const numbers = await sql<{ studentNo: string }[]>`select student_no from registration`;
  return [
    ...learners.map(({ name }) => name),
    ...accounts.flatMap(({ login, displayName }) => (login === "admin" ? [displayName] : [login, displayName])),
    ...numbers.map(({ studentNo }) => studentNo),
    ...Object.values(arena.tokens),
    ...Object.values(arena.tokens).map((token) => token.split(".")[2] ?? ""),
  ].filter((secret) => secret.length > 1);
}

describe("hostile input", () => {
  const refused = ATTACKS.filter(({ findsNothing, leadsHome }) => findsNothing !== true && leadsHome !== true);
  test(`is of ${refused.length} kinds that must each meet a coded refusal, of ${ATTACKS.length} in all`, () => {
    const names = refused.map(({ family, name }) => `${family}: ${name}`);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    expect(refused.length).toBeGreaterThanOrEqual(300);
  });

  test.each(FAMILIES)(
    "%s: every one is refused with a code, tells nothing, and the service goes on",
    { timeout: 300_000 },
    async (family) => {
      const faults: string[] = [];
      for (const attack of ATTACKS.filter((each) => each.family === family)) {
        const fault = await faultOf(attack);
        if (fault !== null) faults.push(fault);
      }
      expect(faults).toEqual([]);
      await isAlive();
    },
  );

  test("leaves no name, number, login or token in the log, and no fault of ours", async () => {
    const log = arena.server.log();
    expect(log).toContain('"route":"/graphql"');
    expect((await secrets()).filter((secret) => log.includes(secret))).toEqual([]);
    expect(log.split("\n").filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});
