import { randomBytes } from "node:crypto";
import { seal } from "../../../src/auth/sealed.ts";
import { idOf } from "../../../src/seed/id.ts";
import { Authenticator, type Saying } from "../../support/authenticator.ts";
import type { RawAnswer } from "../../support/raw.ts";
import type { Arena, Attack } from "./arena.ts";
import { cookieIn, granted, knock, opened } from "./doors.ts";

/** What the service asks of an authenticator, and the cookie by which it remembers. */
interface Asked {
  readonly challenge: string;
  readonly flow: string;
}
async function asked(arena: Arena, door: string, cookie = ""): Promise<Asked> {
  const answer = granted(await knock(arena, door, {}, cookie === "" ? {} : { cookie }));
  const { challenge } = JSON.parse(answer.body) as { challenge: string };
  return { challenge, flow: `guantong-flow=${cookieIn(answer, "guantong-flow")}` };
}
const toEnter = (arena: Arena): Promise<Asked> => asked(arena, "passkey/options");

type Response = ReturnType<Authenticator["get"]>;
const enter = (arena: Arena, flow: string, response: unknown): Promise<RawAnswer> =>
  knock(arena, "passkey", { response }, { cookie: flow });

/** Somebody with a passkey, which has let them in once. */
interface Owner {
  readonly authenticator: Authenticator;
  readonly cookie: string;
  readonly honest: (challenge: string, counter?: number) => Saying;
}

async function enrolled(arena: Arena, login: string, counter = 5): Promise<Owner> {
  const cookie = await arena.server.cookieOf(login);
  const authenticator = new Authenticator();
  const origin = arena.server.url;
  const { challenge, flow } = await asked(arena, "passkeys/options", cookie);
  // nobody has more than ten
  await arena.server.fresh.sql`update passkey set ended_at = now() where account_id = ${idOf("account", login)}`;
  const response = authenticator.create({ challenge, origin });
  granted(await knock(arena, "passkeys", { response }, { cookie: `${cookie}; ${flow}` }));
  const honest = (given: string, count = counter): Saying => ({
    challenge: given,
    origin,
    counter: count,
    userHandle: idOf("account", login),
  });
  const first = await toEnter(arena);
  granted(await enter(arena, first.flow, authenticator.get(honest(first.challenge))));
  return { authenticator, cookie, honest };
}

const known = new WeakMap<Arena, Promise<Owner>>();
/** The passkey of student.li, enrolled once; it has counted to five. */
function owner(arena: Arena): Promise<Owner> {
  const found = known.get(arena) ?? enrolled(arena, "student.li");
  known.set(arena, found);
  return found;
}

/** What a thief who cannot sign has changed, or a page elsewhere has had signed. */
const SAID: Readonly<Record<string, (saying: Saying) => Saying>> = {
  "for another challenge": (said) => ({ ...said, challenge: randomBytes(32).toString("base64url") }),
  "for no challenge": (said) => ({ ...said, challenge: "" }),
  "on a page elsewhere": (said) => ({ ...said, origin: "https://evil.example", rpId: "localhost" }),
  "on a page of like name": (said) => ({ ...said, origin: "http://localhost.evil.example", rpId: "localhost" }),
  "on our host's other port": (said) => ({ ...said, origin: "http://localhost:1" }),
  "on our page over another scheme": (said) => ({ ...said, origin: said.origin.replace("http:", "https:") }),
  "on a page with a slash more": (said) => ({ ...said, origin: `${said.origin}/`, rpId: "localhost" }),
  "for another host": (said) => ({ ...said, rpId: "evil.example" }),
  "for the host's parent": (said) => ({ ...said, rpId: "host" }),
  "for no host": (said) => ({ ...said, rpId: "" }),
  "with another's handle": (said) => ({ ...said, userHandle: idOf("account", "admin") }),
  "with a handle that is none": (said) => ({ ...said, userHandle: "x" }),
  "with no handle": (said) => ({ ...said, userHandle: "" }),
  "with the prototype for a handle": (said) => ({ ...said, userHandle: "__proto__" }),
  "with SQL for a handle": (said) => ({ ...said, userHandle: "' or 1=1 --" }),
  "with its counter gone back": (said) => ({ ...said, counter: 4 }),
  "with its counter standing still": (said) => ({ ...said, counter: 5 }),
  "with its counter at none": (said) => ({ ...said, counter: 0 }),
  "by nobody who is there": (said) => ({ ...said, present: false }),
  "by nobody who proved to be its owner": (said) => ({ ...said, verified: false }),
  "as if it were being made": (said) => ({ ...said, type: "webauthn.create" }),
  "as if it were a payment": (said) => ({ ...said, type: "payment.get" }),
  "by another key": (said) => ({ ...said, key: new Authenticator().key }),
  "by a passkey nobody knows": (said) => ({ ...said, id: new Authenticator().id }),
  "by a passkey named as the prototype": (said) => ({ ...said, id: "__proto__" }),
};

const changed = (part: Partial<Record<keyof Response["response"], unknown>>) => (response: Response) => ({
  ...response,
  response: { ...response.response, ...part },
});
/** What is no answer of an authenticator. */
const BROKEN: Readonly<Record<string, (response: Response) => unknown>> = {
  nothing: () => undefined,
  null: () => null,
  "a text": () => "x",
  "a list": (response) => [response],
  "of another type": (response) => ({ ...response, type: "password" }),
  "without a signature": changed({ signature: "" }),
  "with a signature of zeros": changed({ signature: Buffer.alloc(70).toString("base64url") }),
  "with a signature that is a number": changed({ signature: 1 }),
  "without data": changed({ authenticatorData: "" }),
  "with data cut off": (response) =>
    changed({ authenticatorData: response.response.authenticatorData.slice(0, 30) })(response),
  "with data that goes on": (response) =>
    changed({ authenticatorData: `${response.response.authenticatorData}AAAA` })(response),
  "with data that promise more": (response) => {
    const data = Buffer.from(response.response.authenticatorData, "base64url");
    data[32] = 0xff;
    return changed({ authenticatorData: data.toString("base64url") })(response);
  },
  "with a page that is no JSON": changed({ clientDataJSON: Buffer.from("{").toString("base64url") }),
  "with a page that is null": changed({ clientDataJSON: Buffer.from("null").toString("base64url") }),
  "with a page that is no base64": changed({ clientDataJSON: "§§§" }),
  "with another name outside than inside": (response) => ({ ...response, rawId: new Authenticator().id }),
  "with very much": changed({ signature: "A".repeat(50_000) }),
  "with a handle of very much": changed({ userHandle: "A".repeat(19_000) }),
};

const REPLAYED: Readonly<Record<string, (arena: Arena) => Promise<RawAnswer>>> = {
  "an answer that let its owner in": async (arena) => {
    const { authenticator, honest } = await enrolled(arena, "student.sun");
    const { challenge, flow } = await toEnter(arena);
    const response = authenticator.get(honest(challenge, 6));
    granted(await enter(arena, flow, response));
    return enter(arena, flow, response);
  },
  "an answer of a passkey that does not count": async (arena) => {
    // what a phone keeps in its owner's cloud has no counter
    const { authenticator, honest } = await enrolled(arena, "student.sun", 0);
    const { challenge, flow } = await toEnter(arena);
    const response = authenticator.get(honest(challenge));
    granted(await enter(arena, flow, response));
    return enter(arena, flow, response);
  },
  "twenty at once of a passkey that does not count": async (arena) => {
    const { authenticator, honest } = await enrolled(arena, "student.sun", 0);
    const { challenge, flow } = await toEnter(arena);
    const response = authenticator.get(honest(challenge));
    const answers = await Promise.all(Array.from({ length: 20 }, () => enter(arena, flow, response)));
    const refused = answers.filter(({ status }) => status !== 200);
    const [first] = refused;
    if (first === undefined || refused.length !== 19) throw new Error(`${20 - refused.length} were let in`);
    return first;
  },
  "an answer to a challenge older than the last sign-in": async (arena) => {
    const { authenticator, honest } = await enrolled(arena, "student.sun", 0);
    const [stolen, later] = [await toEnter(arena), await toEnter(arena)];
    granted(await enter(arena, later.flow, authenticator.get(honest(later.challenge))));
    return enter(arena, stolen.flow, authenticator.get(honest(stolen.challenge)));
  },
  "an answer in another browser": async (arena) => {
    const { authenticator, honest } = await owner(arena);
    const [mine, other] = [await toEnter(arena), await toEnter(arena)];
    return enter(arena, other.flow, authenticator.get(honest(mine.challenge, 50)));
  },
  "an answer without the cookie": async (arena) => {
    const { authenticator, honest } = await owner(arena);
    const { challenge } = await toEnter(arena);
    return knock(arena, "passkey", { response: authenticator.get(honest(challenge, 51)) });
  },
  "an answer to a challenge for making one": async (arena) => {
    const { authenticator, honest, cookie } = await owner(arena);
    const { challenge, flow } = await asked(arena, "passkeys/options", cookie);
    return enter(arena, flow, authenticator.get(honest(challenge, 52)));
  },
  "an answer after the challenge's time": async (arena) => {
    const { authenticator, honest } = await owner(arena);
    const { challenge, flow } = await toEnter(arena);
    const content = await opened(arena.keys, "flow", flow.slice("guantong-flow=".length));
    const late = await seal(arena.keys, "flow", content, new Date(Date.now() - 60_000));
    return enter(arena, `guantong-flow=${late}`, authenticator.get(honest(challenge, 53)));
  },
  "an answer under a session's cookie": async (arena) => {
    const { authenticator, honest, cookie } = await owner(arena);
    const { challenge } = await toEnter(arena);
    const response = authenticator.get(honest(challenge, 54));
    return enter(arena, cookie.replace("guantong-session", "guantong-flow"), response);
  },
  "a passkey that its owner took away": async (arena) => {
    const { authenticator, honest } = await enrolled(arena, "student.zhao");
    await arena.server.fresh.sql`update passkey set ended_at = now() where credential_id = ${authenticator.id}`;
    const { challenge, flow } = await toEnter(arena);
    return enter(arena, flow, authenticator.get(honest(challenge, 9)));
  },
};

type Making = (given: {
  readonly arena: Arena;
  readonly asked: Asked;
  readonly cookie: string;
  readonly authenticator: Authenticator;
}) => Promise<RawAnswer>;
const make = ({ arena, cookie }: { arena: Arena; cookie: string }, flow: string, response: unknown) =>
  knock(arena, "passkeys", { response }, { cookie: `${cookie}; ${flow}` });
const saying =
  (change: (saying: Saying) => Saying): Making =>
  (all) =>
    make(
      all,
      all.asked.flow,
      all.authenticator.create(change({ challenge: all.asked.challenge, origin: all.arena.server.url })),
    );

const MADE: Readonly<Record<string, Making>> = {
  "for another challenge": saying((said) => ({ ...said, challenge: randomBytes(32).toString("base64url") })),
  "on a page elsewhere": saying((said) => ({ ...said, origin: "https://evil.example", rpId: "localhost" })),
  "for another host": saying((said) => ({ ...said, rpId: "evil.example" })),
  "by nobody who proved to be its owner": saying((said) => ({ ...said, verified: false })),
  "by nobody who is there": saying((said) => ({ ...said, present: false })),
  "as if it were used": saying((said) => ({ ...said, type: "webauthn.get" })),
  "with nobody signed in": ({ arena, asked: { challenge, flow }, authenticator }) =>
    knock(
      arena,
      "passkeys",
      { response: authenticator.create({ challenge, origin: arena.server.url }) },
      { cookie: flow },
    ),
  "to a challenge for entering": async (all) => {
    const { challenge, flow } = await toEnter(all.arena);
    return make(all, flow, all.authenticator.create({ challenge, origin: all.arena.server.url }));
  },
  "to a challenge that another was asked": async (all) => {
    const other = await asked(all.arena, "passkeys/options", await all.arena.server.cookieOf("student.wang"));
    return make(
      all,
      other.flow,
      all.authenticator.create({ challenge: other.challenge, origin: all.arena.server.url }),
    );
  },
  "that is another's already": async (all) => {
    const { authenticator } = await owner(all.arena);
    const { challenge, flow } = all.asked;
    return make(all, flow, authenticator.create({ challenge, origin: all.arena.server.url }));
  },
  "with an attestation that is none": async (all) => {
    const response = all.authenticator.create({ challenge: all.asked.challenge, origin: all.arena.server.url });
    return make(all, all.asked.flow, {
      ...response,
      response: { ...response.response, attestationObject: randomBytes(200).toString("base64url") },
    });
  },
  "with an attestation of great depth": async (all) => {
    const response = all.authenticator.create({ challenge: all.asked.challenge, origin: all.arena.server.url });
    const deep = Buffer.alloc(14_000, 0x81).toString("base64url");
    return make(all, all.asked.flow, { ...response, response: { ...response.response, attestationObject: deep } });
  },
  "with an attestation that promises a list without end": async (all) => {
    const response = all.authenticator.create({ challenge: all.asked.challenge, origin: all.arena.server.url });
    const endless = Buffer.from([0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).toString("base64url");
    return make(all, all.asked.flow, { ...response, response: { ...response.response, attestationObject: endless } });
  },
  "with an attestation that says which key to believe": async (all) => {
    const response = all.authenticator.create({ challenge: all.asked.challenge, origin: all.arena.server.url });
    const object = Buffer.from(response.response.attestationObject, "base64url");
    const at = object.indexOf("none");
    object.write("tpmx", at);
    const attestationObject = object.toString("base64url");
    return make(all, all.asked.flow, { ...response, response: { ...response.response, attestationObject } });
  },
};

/** What a browser would never name, so that no passkey could be bound to it. */
const HOSTS = ["[", "a b", "localhost:99999", "x@evil.example", "evil.example/#", "%", "a:b:c", "<script>"];

export const PASSKEY_ATTACKS: readonly Attack[] = [
  ...Object.entries(SAID).map(
    ([name, change]): Attack => ({
      family: "passkey",
      name: `used ${name}`,
      launch: async (arena) => {
        const { authenticator, honest } = await owner(arena);
        const { challenge, flow } = await toEnter(arena);
        return enter(arena, flow, authenticator.get(change(honest(challenge, 60))));
      },
    }),
  ),
  ...Object.entries(BROKEN).map(
    ([name, change]): Attack => ({
      family: "passkey",
      name: `an answer that is broken: ${name}`,
      launch: async (arena) => {
        const { authenticator, honest } = await owner(arena);
        const { challenge, flow } = await toEnter(arena);
        return enter(arena, flow, change(authenticator.get(honest(challenge, 61))));
      },
    }),
  ),
  ...Object.entries(REPLAYED).map(([name, launch]): Attack => ({ family: "replayed passkey", name, launch })),
  ...Object.entries(MADE).map(
    ([name, launch]): Attack => ({
      family: "passkey",
      name: `made ${name}`,
      launch: async (arena) => {
        const cookie = await arena.server.cookieOf("student.chen");
        const given = await asked(arena, "passkeys/options", cookie);
        return launch({ arena, cookie, asked: given, authenticator: new Authenticator() });
      },
    }),
  ),
  ...HOSTS.flatMap((host) =>
    (["passkey/options", "demo", "code"] as const).map(
      (door): Attack => ({
        family: "host that is none",
        name: `${JSON.stringify(host)} at ${door}`,
        launch: (arena) => knock(arena, door, { code: "x", login: "nobody" }, { host }),
      }),
    ),
  ),
];
