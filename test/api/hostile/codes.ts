import { idOf } from "../../../src/seed/id.ts";
import type { RawAnswer } from "../../support/raw.ts";
import type { Arena, Attack } from "./arena.ts";
import { cookieIn, granted, knock } from "./doors.ts";

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GOOD = "ferret-Umbrella 71 canal";

const enter = (arena: Arena, code: unknown): Promise<RawAnswer> => knock(arena, "code", { code });
/** A letter of the part that proves a code, changed. */
const guess = (code: string, n = 1): string =>
  `${code.slice(0, -1)}${LETTERS[(LETTERS.indexOf(code.slice(-1)) + n) % LETTERS.length]}`;

/** Of many at once, none or one is let in. @returns what the others heard */
async function race(attempts: readonly Promise<RawAnswer>[], allowed: number): Promise<RawAnswer> {
  const answers = await Promise.all(attempts);
  const entered = answers.filter(({ status }) => status === 200);
  const strange = answers.find(({ status }) => status !== 200 && status !== 401);
  if (entered.length !== allowed) throw new Error(`${entered.length} were let in`);
  if (strange !== undefined) return strange;
  return answers.find(({ status }) => status === 401) ?? { status: 0, headers: {}, body: "all were let in" };
}

const as = (login: string, query: string, variables: object) => async (arena: Arena) =>
  arena.post({ query, variables }, { authorization: `Bearer ${await arena.server.tokenOf(login)}` });
const PROBLEM = "{ __typename ... on Problem { code } }";
const OPEN = `mutation ($id: ID!) { openAccounts(classId: $id, renew: true) ${PROBLEM} }`;
const RESTORE = `mutation ($id: ID!) { restoreAccess(accountId: $id, reason: "身份证") ${PROBLEM} }`;

const ACCEPT = `mutation ($code: String!) { acceptInvitation(code: $code) ${PROBLEM} }`;
const accept = (code: unknown, login = "guardian.wang") => as(login, ACCEPT, { code });

/** A class of jdsf. */
async function someClass({ server }: Arena): Promise<string> {
  const [row] = await server.fresh.sql<{ id: string }[]>`
    select id from class_group where institution_id = ${idOf("institution", "jdsf")} limit 1`;
  return Buffer.from(`SchoolClass:${row?.id}`).toString("base64url");
}
const accountId = (login: string): string =>
  Buffer.from(`LearnerAccount:${idOf("account", login)}`).toString("base64url");

const CODES: Readonly<Record<string, (arena: Arena) => Promise<RawAnswer>>> = {
  "used before": async (arena) => {
    const { code } = arena.freshCode();
    granted(await enter(arena, code));
    return enter(arena, code);
  },
  "used before, typed otherwise": async (arena) => {
    const { code } = arena.freshCode();
    granted(await enter(arena, code));
    return enter(arena, code.toLowerCase().replaceAll("-", " "));
  },
  "of the right beginning": (arena) => enter(arena, guess(arena.freshCode().code)),
  "guessed thirty times at once, and the right one among them": (arena) => {
    const { code } = arena.freshCode();
    const wrong = Array.from({ length: 30 }, (_, n) => enter(arena, guess(code, n + 1)));
    return race(wrong, 0);
  },
  "right after five guesses": async (arena) => {
    const { code } = arena.freshCode();
    for (let n = 1; n <= 5; n += 1) await enter(arena, guess(code, n));
    return enter(arena, code);
  },
  "handed in by thirty at once": (arena) => {
    const { code } = arena.freshCode();
    return race(
      Array.from({ length: 30 }, () => enter(arena, code)),
      1,
    );
  },
  "expired a moment ago": async (arena) => {
    const { code, login } = arena.freshCode();
    await arena.server.fresh.sql`update one_time_code set expires_at = now()
      where account_id = (select id from account where login = ${login})`;
    return enter(arena, code);
  },
  "that another has replaced": async (arena) => {
    const { code, login } = arena.freshCode();
    const [row] = await arena.server.fresh.sql<{ id: string }[]>`select id from account where login = ${login}`;
    const id = Buffer.from(`LearnerAccount:${row?.id}`).toString("base64url");
    granted(await as("registrar.jdsf", RESTORE, { id })(arena));
    return enter(arena, code);
  },
  "of one with the proof of another": (arena) =>
    enter(arena, `${arena.freshCode().code.slice(0, 7)}${arena.freshCode().code.slice(7)}`),
  "of a key that is gone": async (arena) => {
    const { code, login } = arena.freshCode();
    await arena.server.fresh.sql`update one_time_code set key_id = 'k000000000000'
      where account_id = (select id from account where login = ${login})`;
    return enter(arena, code);
  },
  "of wide letters and more": (arena) => enter(arena, `${arena.freshCode().code}Ａ`),
  "as a list": (arena) => enter(arena, [arena.freshCode().code]),
  "as an object": (arena) => enter(arena, { $ne: "" }),
  "as a number": (arena) => enter(arena, 1e15),
  "as null": (arena) => enter(arena, null),
  "with NUL": (arena) => enter(arena, `\0${arena.freshCode().code.slice(1)}`),
  "of half a character": (arena) => enter(arena, "\ud800".repeat(16)),
  "as SQL": (arena) => enter(arena, "' or '1'='1' --"),
  "of very much": (arena) => enter(arena, "A".repeat(60_000)),
  "of sixteen letters that are none": (arena) => enter(arena, "UUUUUUUUUUUUUUUU"),
  "of other digits": (arena) => enter(arena, "٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠"),
  "of letters that grow when they are folded": (arena) => enter(arena, "ﷺ".repeat(100)),
  "of a student, taken for an invitation": (arena) => accept(arena.freshCode().code)(arena),
  "guessed as an invitation, and then the right one at the door": async (arena) => {
    const { code } = arena.freshCode();
    for (let n = 1; n <= 5; n += 1) await accept(guess(code, n))(arena);
    return enter(arena, code);
  },
  "made up, as an invitation": (arena) => accept("ZZZZ-ZZZZ-ZZZZ-ZZZZ")(arena),
  "as SQL, as an invitation": (arena) => accept("' or '1'='1' --")(arena),
  "with NUL, as an invitation": (arena) => accept("\0".repeat(16))(arena),
  "as a list, as an invitation": (arena) => accept(["ZZZZ-ZZZZ-ZZZZ-ZZZZ"])(arena),
  "as an invitation, by a student": (arena) => accept(arena.freshCode().code, "student.wang")(arena),
  "as an invitation, by a registrar": (arena) => accept(arena.freshCode().code, "registrar.jdsf")(arena),
  "as an invitation, by nobody": (arena) => arena.post({ query: ACCEPT, variables: { code: arena.freshCode().code } }),
  "for a class of another school": async (arena) => as("registrar.btvtc", OPEN, { id: await someClass(arena) })(arena),
  "for a class, by its teacher": async (arena) => as("teacher.btvtc", OPEN, { id: await someClass(arena) })(arena),
  "for a class, by a student": async (arena) => as("student.wang", OPEN, { id: await someClass(arena) })(arena),
  "for a class, by nobody": async (arena) => arena.post({ query: OPEN, variables: { id: await someClass(arena) } }),
  "for an administrator, by a registrar": (arena) => as("registrar.jdsf", RESTORE, { id: accountId("admin") })(arena),
  "for another registrar": (arena) => as("registrar.jdsf", RESTORE, { id: accountId("registrar.jdsf") })(arena),
  "for a learner, by an administrator": (arena) => as("admin", RESTORE, { id: accountId("student.wang") })(arena),
  "for oneself, by a student": (arena) => as("student.wang", RESTORE, { id: accountId("student.wang") })(arena),
};

const BROKEN: Readonly<Record<string, string>> = {
  "no JSON": "{",
  "a list": "[]",
  "a text": '"x"',
  nothing: "",
  "the prototype": '{"__proto__":{"code":"x"}}',
  "a great depth": `{"code":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
  "more than a body holds": JSON.stringify({ code: "A".repeat(200_000) }),
};

/** An account that has just set a password. */
async function withPassword(arena: Arena): Promise<{ readonly login: string; readonly cookie: string }> {
  const { code, login } = arena.freshCode();
  const cookie = `guantong-session=${cookieIn(granted(await enter(arena, code)), "guantong-session")}`;
  granted(await change(arena, cookie, GOOD, null));
  return { login, cookie };
}
const change = (arena: Arena, cookie: string, password: string, current: string | null): Promise<RawAnswer> =>
  arena.post(
    {
      query: `mutation ($current: String, $password: String!) { setPassword(current: $current, password: $password) ${PROBLEM} }`,
      variables: { current, password },
    },
    { "x-guantong-csrf": "1", cookie },
  );
/** Whoever guessed five times has to wait: here for a minute, for a busy machine takes longer over them than the wait is. */
async function held({ server }: Arena): Promise<void> {
  const waiting = await server.fresh
    .sql`update password_try set open_at = now() + interval '1 minute' where failures >= 5`;
  if (waiting.count === 0) throw new Error("five guesses cost no waiting");
}
const byPassword = (arena: Arena, login: unknown, password: unknown): Promise<RawAnswer> =>
  knock(arena, "password", { login, password });

const PASSWORDS: Readonly<Record<string, (arena: Arena) => Promise<RawAnswer>>> = {
  "of a login that does not exist": (arena) => byPassword(arena, "nobody.at.all", GOOD),
  "of a login that has none": (arena) => byPassword(arena, "student.wang", GOOD),
  "empty, of a login that has none": (arena) => byPassword(arena, "student.wang", ""),
  "right after ten guesses": async (arena) => {
    const { login } = await withPassword(arena);
    for (let n = 0; n < 10; n += 1) await byPassword(arena, login, `guess ${n}`);
    await held(arena);
    return byPassword(arena, login, GOOD);
  },
  "guessed fifteen times at once, and the right one after": async (arena) => {
    const { login } = await withPassword(arena);
    await Promise.all(Array.from({ length: 15 }, (_, n) => byPassword(arena, login, `guess ${n}`)));
    await held(arena);
    return byPassword(arena, login, GOOD);
  },
  "guessed where it is changed, by a thief of the session": async (arena) => {
    const { login } = await withPassword(arena);
    const entered = granted(await byPassword(arena, login, GOOD));
    const cookie = `guantong-session=${cookieIn(entered, "guantong-session")}`;
    for (let n = 0; n < 6; n += 1) await change(arena, cookie, `${GOOD} two`, `guess ${n}`);
    await held(arena);
    return change(arena, cookie, `${GOOD} two`, GOOD);
  },
  "with its case changed": async (arena) => byPassword(arena, (await withPassword(arena)).login, GOOD.toUpperCase()),
  "with NUL and more": async (arena) => byPassword(arena, (await withPassword(arena)).login, `${GOOD}\0x`),
  "cut off at NUL": async (arena) => byPassword(arena, `${(await withPassword(arena)).login}\0x`, GOOD),
  "of half a character": (arena) => byPassword(arena, "\ud800", "\ud800"),
  "of very much": (arena) => byPassword(arena, "student.wang", "A".repeat(60_000)),
  "as a list": (arena) => byPassword(arena, ["student.wang"], [GOOD]),
  "as an object": (arena) => byPassword(arena, { $ne: "" }, { $ne: "" }),
  "as true": (arena) => byPassword(arena, "student.wang", true),
  "as SQL": (arena) => byPassword(arena, "' or '1'='1' --", "' or '1'='1' --"),
  "as a pattern": (arena) => byPassword(arena, "%", "%"),
  "in the address": (arena) =>
    arena.send({ path: `/auth/password?login=x&password=y`, headers: { accept: "application/json" } }),
};

export const CODE_ATTACKS: readonly Attack[] = [
  ...Object.entries(CODES).map(([name, launch]): Attack => ({ family: "one-time code", name, launch })),
  ...Object.entries(BROKEN).map(
    ([name, body]): Attack => ({
      family: "one-time code",
      name: `a body that is ${name}`,
      launch: (arena) => knock(arena, "code", body),
    }),
  ),
  ...Object.entries(PASSWORDS).map(([name, launch]): Attack => ({ family: "password", name, launch })),
];
