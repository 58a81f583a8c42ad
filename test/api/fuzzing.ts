import fc from "fast-check";
import { Kind, parse, valueFromASTUntyped } from "graphql";
import type postgres from "postgres";
import { expect } from "vitest";
import { encodeId } from "../../src/api/node-id.ts";
import { buildSchema } from "../../src/api/schema.ts";
import { openDatabase } from "../../src/db/client.ts";
import { idOf } from "../../src/seed/id.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { fuzzedFields, idPlaces, type Known } from "../support/fuzz.ts";
import { ACTORS, type Actor, arrangeWorld, MUTATIONS, type World } from "./matrix.ts";
import { askAs, codesOf } from "./matrix-asking.ts";

/** Who tries: everyone of the authorisation matrix, one of each role and those who stand beside them. */
const TRIERS = Object.keys(ACTORS) as Actor[];
/** Of those one each, close to what is asked about: for what nobody is let do as the world stands. */
const CLOSE: readonly Actor[] = [
  "self",
  "guardian",
  "class teacher",
  "reviewer",
  "registrar",
  "confirmer",
  "host registrar",
  "host teacher",
  "mentor",
  "school's administrator",
  "administrator",
];
/** How many of those whom a mutation is for try it with what is really there, before anything is made up. */
const TRUE_RUNS = 4;

/** What is there is said by no id of the world: why a mutation is never let past its ids. */
export const UNREACHED: Readonly<Record<string, string>> = {
  retryJob: "a job is a number of the queue, and no job has failed for good",
};

type Variables = Readonly<Record<string, unknown>>;

/** The service with data that inputs can hit: ids, codes and numbers that are really there. */
export interface Fuzzing {
  readonly api: TestApi;
  readonly known: Known;
  readonly world: World;
  close(): Promise<void>;
}

export async function openFuzzing(): Promise<Fuzzing> {
  const fresh = await freshDatabase({ demo: true });
  const writer = openDatabase(fresh.url, { role: "guantong_writer", max: 2 });
  const api = await openApi(fresh.db, { writer });
  const world = await arrangeWorld(fresh.sql, api);
  await arrangeOwn(fresh.sql);
  return {
    api,
    known: { texts: await textsIn(fresh), ids: await idsIn(fresh, world) },
    world,
    async close() {
      await api.close();
      await writer.end();
      await fresh.drop();
    },
  };
}

const ACCOUNT = idOf("account", ACTORS.self);
const LEARNER = idOf("learner", "bai-yifan");
/** Who asks for erasure as well, and keeps to it. */
const CLASSMATE = idOf("learner", "peng-xue");
const STRANGER = "11111111-1111-4111-8111-111111111111";

/** Adds what belongs to an account: a session, a passkey, the subject of an issuer, a notice; and a request that nobody takes back. */
async function arrangeOwn(sql: postgres.Sql): Promise<void> {
  const at = "2026-11-20T00:00:00Z";
  const own = { accountId: ACCOUNT, id: LEARNER };
  await sql`insert into session ${sql({ ...own, secretHash: "fuzz", rotatedAt: at, confirmedAt: at, method: "PASSWORD", client: "fuzz", createdAt: at, lastSeenAt: at, expiresAt: "2099-01-01T00:00:00Z" })}`;
  await sql`insert into passkey ${sql({ ...own, credentialId: "fuzz", publicKey: "p", counter: 0, transports: "", backedUp: false, label: "手机", createdAt: at })}`;
  await sql`insert into account_subject ${sql({ ...own, issuer: "https://id.example", subject: "fuzz", linkedAt: at })}`;
  const told = { eventId: LEARNER, learnerId: LEARNER, kind: "SEAT_TAKEN", regard: "SELF", happenedAt: at };
  const asked = {
    institutionId: idOf("institution", "jdsf"),
    requestedBy: ACCOUNT,
    requestedAt: at,
    reason: "不再使用本服务",
  };
  await sql`insert into erasure_request ${sql({ learnerId: CLASSMATE, id: LEARNER, ...asked })}`;
  await sql`insert into notice ${sql({ accountId: ACCOUNT, ...told, params: sql.json({}) })}`;
}

async function textsIn({ sql }: FreshDatabase): Promise<string[]> {
  const found = await Promise.all([
    sql<{ code: string }[]>`select code from course limit 8`.then((rows) => rows.map(({ code }) => code)),
    sql<{ code: string }[]>`select distinct code from term limit 4`.then((rows) => rows.map(({ code }) => code)),
    sql<{ studentNo: string }[]>`select student_no from registration limit 8`.then((rows) =>
      rows.map((row) => row.studentNo),
    ),
    sql<{ key: string }[]>`select key from institution limit 5`.then((rows) => rows.map(({ key }) => key)),
  ]);
  return [...found.flat(), "student.wang", "btvtc", encodeId("DepositBatch", STRANGER, STRANGER)];
}

/** Every id by the place that takes it: of the matrix's mutations, which name them all, and of what those leave out. */
async function idsIn({ sql }: FreshDatabase, world: World): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  function add(place: string, ...ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const key of [place, place.replace(/^.*\./, "")]) found.set(key, [...(found.get(key) ?? []), ...ids]);
  }
  const schema = buildSchema();
  for (const name of Object.keys(MUTATIONS)) {
    const given = trueVariables(name, world);
    for (const place of idPlaces(schema, "mutation", name)) {
      const inner = place.split(".")[1] ?? "";
      const value = given[inner] ?? (given["input"] as Variables | undefined)?.[inner];
      const ids = Array.isArray(value) ? value : [value];
      add(place, ...ids.filter((id) => typeof id === "string"));
    }
  }
  const table = async (type: string, rows: Promise<readonly { readonly id: string }[]>): Promise<string[]> =>
    (await rows).map(({ id }) => encodeId(type, id));
  add("learnerId", ...(await table("Learner", sql<{ id: string }[]>`select id from learner limit 5`)));
  add("programmeId", ...(await table("Programme", sql<{ id: string }[]>`select id from programme limit 5`)));
  add("sectionId", ...(await table("Section", sql<{ id: string }[]>`select id from section limit 5`)));
  add("courseIds", ...(await table("Course", sql<{ id: string }[]>`select id from course limit 5`)));
  add("campusId", encodeId("Campus", LEARNER));
  add("achievementIds", world.achievement);
  add("batchId", world.batch);
  add("scanId", encodeId("File", LEARNER, LEARNER));
  return found;
}

/** What a mutation is asked with where its ids are true ones, and another than the matrix asks with. */
const TRUE_IDS: Readonly<Record<string, Variables>> = {
  endSession: { id: encodeId("SignInSession", ACCOUNT, LEARNER) },
  removePasskey: { id: encodeId("AccountPasskey", ACCOUNT, LEARNER) },
  unlinkIdentity: { id: encodeId("LinkedIdentity", LEARNER) },
  // of the one the matrix names, nothing is left to decline: it was withdrawn
  declineErasure: { id: encodeId("ErasureRequest", CLASSMATE, LEARNER) },
  readNotices: { ids: [encodeId("Notice", LEARNER, LEARNER)] },
  endGuardianship: { capacityId: encodeId("Guardianship", idOf("account", ACTORS.guardian)), reason: "关系有误" },
  endDelegation: { id: encodeId("Delegation", idOf("account", ACTORS["school's administrator"]), LEARNER) },
};

/** The arguments that the matrix asks a mutation with, by their names. */
function trueVariables(name: string, world: World): Variables {
  const act = MUTATIONS[name];
  if (act === undefined) return {};
  const [operation] = parse(act.ask).definitions;
  const [field] = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
  if (field?.kind !== Kind.FIELD) throw new Error(`${name} asks for no field`);
  const given = act.variables(world) as Record<string, unknown>;
  const args = (field.arguments ?? []).map((arg) => [arg.name.value, valueFromASTUntyped(arg.value, given)]);
  return { ...(Object.fromEntries(args) as Variables), ...TRUE_IDS[name] };
}

/** Who tries a mutation with true ids: those whom it is for, or someone of each role where it is for nobody. */
function trueRuns(name: string, world: World): [Actor, Variables][] {
  // open to anyone, so that the matrix does not ask for it
  if (name === "signInAsDemo") return [["nobody", { login: "student.wang" }]];
  const act = MUTATIONS[name];
  if (act === undefined) return [];
  const variables = trueVariables(name, world);
  const who = act.granted.length > 0 ? act.granted.slice(0, TRUE_RUNS) : CLOSE;
  return who.map((actor) => [actor, variables]);
}

/** Codes of whoever was stopped before or at the ids. */
const STOPPED: ReadonlySet<string> = new Set([
  "MALFORMED_ID",
  "NOT_FOUND",
  "FORBIDDEN",
  "UNAUTHENTICATED",
  "BAD_USER_INPUT",
  "GRAPHQL_VALIDATION_FAILED",
  "UNCODED",
]);
/** Acts that end the accesses of whoever tries, or of someone they name. */
const ENDS_ACCESS: ReadonlySet<string> = new Set(["endOtherSessions", "revokeAccess", "setPassword", "restoreAccess"]);

/** How a field was tried. */
export interface Tried {
  readonly sent: number;
  /** How many were let past the ids they named. */
  readonly reached: number;
}

/** Whatever is sent, by whomever, is answered with data or with a code that is not a fault of ours. */
export async function tryField(
  fuzzing: Fuzzing,
  root: "mutation" | "query",
  name: string,
  runs: number,
): Promise<Tried> {
  const tried = { sent: 0, reached: 0 };
  const { api, known, world } = fuzzing;
  const field = fuzzedFields(buildSchema(), root, known).find((each) => each.name === name);
  if (field === undefined) throw new Error(`no field ${name}`);
  const examples = root === "mutation" ? trueRuns(name, world) : [];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...TRIERS), field.variables, async (actor, variables) => {
      tried.sent += 1;
      const answer = await askAs(api, actor, field.document, variables);
      const { data, errors, status } = answer;
      const codes = errors.map(({ extensions }) => extensions?.code);
      for (const code of codes) expect(code).toMatch(/^[A-Z][A-Z_]+$/);
      expect(codes).not.toContain("INTERNAL");
      expect(JSON.stringify(data) ?? "").not.toContain('"INTERNAL"');
      expect(status).toBeLessThan(500);
      expect(data !== null || errors.length > 0).toBe(true);
      // what is no text at all is answered before any field is
      if (status !== 400 && !codesOf(answer).some((code) => STOPPED.has(code))) tried.reached += 1;
      if (ENDS_ACCESS.has(name)) api.signInAnew();
    }),
    { numRuns: runs, examples },
  );
  return tried;
}

/** The fields of a root type; of mutations in the matrix's order, where what one does the next finds. */
export function fieldsOf(root: "mutation" | "query"): string[] {
  const all = fuzzedFields(buildSchema(), root, { texts: ["x"], ids: new Map() }).map(({ name }) => name);
  const order = Object.keys(MUTATIONS);
  return root === "query" ? all : all.toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
}

/** The places of a mutation's input that take an id, of which none is known. */
export function unknownIds(known: Known): readonly string[] {
  const places = fieldsOf("mutation").flatMap((name) => idPlaces(buildSchema(), "mutation", name));
  return places.filter((place) => !known.ids.has(place) && !known.ids.has(place.replace(/^.*\./, "")));
}
