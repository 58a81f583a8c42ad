import type { Arena, Attack, Attacker } from "./arena.ts";

/** Texts that have broken into others' systems, or broken them. */
const TEXTS: Readonly<Record<string, string>> = {
  "SQL that is always true": "' or '1'='1",
  "SQL that drops": "'; drop table learner; --",
  "SQL that joins": "' union select null, current_user --",
  "SQL that waits": "'||pg_sleep(5)--",
  "SQL in dollars": "$$; select 1; $$",
  "a comment's end": "*/ select 1 /*",
  NUL: "a\0b",
  "half a character": "\ud800",
  "the other half": "\udc00x",
  "a mark of byte order": "\ufefflearner",
  "a turned line": "\u202e0001",
  "letters on letters": `e${"\u0301".repeat(2000)}`,
  "no width": "\u200b\u200d\u2060",
  "a path upwards": "../../../../etc/passwd",
  "a path with NUL": "../../etc/passwd\0.xlsx",
  "a file's address": "file:///etc/passwd",
  "the cloud's door": "http://169.254.169.254/latest/meta-data",
  "a template": "{{constructor.constructor('return process')()}}",
  "another template": "${7*7}#{7*7}<%= 7*7 %>",
  "a script": "<script>alert(1)</script>",
  "an image": '"><img src=x onerror=alert(1)>',
  "a header": "x\r\nSet-Cookie: a=b",
  "a shell": "$(touch /tmp/x)`id`;|id",
  "a formula": "=cmd|'/c calc'!A0",
  JSON: '{"$gt":""}',
  "the prototype": "__proto__",
  "a format": "%s%n%x%p",
  "a log's line": 'ok\n{"level":50,"msg":"forged"}',
  "an entity": "&lt;!ENTITY x SYSTEM 'file:///etc/passwd'&gt;",
  "very much": "长".repeat(15_000),
  "too much": "A".repeat(30_000),
};

/** A mutation with one text where it hurts. */
interface Place {
  readonly as: Attacker;
  readonly query: string;
  readonly variables: (text: string) => object;
}

const PROBLEM = "{ __typename ... on Problem { code } }";
const section = {
  courseCode: "X",
  termCode: "2026-2027-1",
  number: "01",
  capacity: 10,
  opensAt: "2026-09-01T00:00:00Z",
  closesAt: "2026-09-02T00:00:00Z",
};
const result = { studentNo: "1", courseCode: "X", termCode: "2025-2026-1", grade: "60", completedOn: "2026-01-10" };
const publish = (part: (text: string) => object): Place => ({
  as: "registrar",
  query: `mutation ($input: PublishSectionInput!) { publishSection(input: $input) ${PROBLEM} }`,
  variables: (text) => ({ input: { ...section, ...part(text) } }),
});
const record = (part: (text: string) => object): Place => ({
  as: "registrar",
  query: `mutation ($input: RecordAchievementInput!) { recordAchievement(input: $input) { __typename ... on Problem { code } } }`,
  variables: (text) => ({ input: { ...result, ...part(text) } }),
});
const byId = (as: Attacker, query: string): Place => ({ as, query, variables: (text) => ({ id: text }) });

const PLACES: Readonly<Record<string, Place>> = {
  "a login": byId("student", `mutation ($id: String!) { signInAsDemo(login: $id) ${PROBLEM} }`),
  "a student's number": record((studentNo) => ({ studentNo })),
  "a course's code": record((courseCode) => ({ courseCode })),
  "a term's code": record((termCode) => ({ termCode })),
  "a grade": record((grade) => ({ grade })),
  "the code of a section's course": publish((courseCode) => ({ courseCode })),
  "the term of a section": publish((termCode) => ({ termCode })),
  "the number of a section": publish((number) => ({ number })),
  "the school of a reservation": publish((institutionKey) => ({ reservations: [{ institutionKey, reserved: 1 }] })),
  "a batch": byId("registrar", `mutation ($id: ID!) { confirmBatch(batchId: $id) ${PROBLEM} }`),
  "a batch to give up": byId("registrar", `mutation ($id: ID!) { discardBatch(batchId: $id) ${PROBLEM} }`),
  "a section to sit in": byId(
    "student",
    `mutation ($id: ID!) { takeSeat(sectionId: $id, idempotencyKey: "k") ${PROBLEM} }`,
  ),
  "a section to leave": byId("student", `mutation ($id: ID!) { dropSeat(sectionId: $id) ${PROBLEM} }`),
  "a section's grades": byId(
    "teacher",
    `mutation ($id: ID!) { returnGrades(sectionId: $id, completedOn: "2026-01-10", rows: []) ${PROBLEM} }`,
  ),
  "returned grades": byId("registrar", `mutation ($id: ID!) { confirmReturnedGrades(sectionId: $id) ${PROBLEM} }`),
  "a learner's id": byId("registrar", `query ($id: ID!) { learner(id: $id) { id } }`),
  "any id": byId("registrar", `query ($id: ID!) { node(id: $id) { id } }`),
  "a learner to check": byId(
    "student",
    `query ($id: ID!) { recognitionCheck(learnerId: $id, programId: $id) ${PROBLEM} }`,
  ),
  "a place in a list": byId("registrar", `query ($id: String!) { achievements(after: $id) { edges { cursor } } }`),
  "a place among learners": byId("registrar", `query ($id: String!) { learners(after: $id) { edges { cursor } } }`),
};

const SEARCHES: Readonly<Record<string, string>> = {
  "the catalogue": "query ($text: String!) { catalogue(text: $text) { edges { cursor } } }",
  learners: "query ($text: String!) { learners(text: $text) { edges { cursor } } }",
  "a school": "query ($text: String!) { institution(key: $text) { id } }",
  "a programme": "query ($text: String!) { programme(key: $text) { id } }",
  "a pathway": "query ($text: String!) { pathway(key: $text) { id } }",
  "an alliance": "query ($text: String!) { alliance(key: $text) { id } }",
  "a school's programmes": "query ($text: String!) { programmes(institutionKey: $text) { id } }",
  "a term's sections": "query ($text: String!) { sections(termCode: $text) { edges { cursor } } }",
};
/** What is no text is refused in a search as well; the rest finds nothing. */
const NO_TEXT = new Set(["NUL", "a path with NUL", "half a character", "the other half", "too much"]);
/** Words that a catalogue of courses may well hold letters of. */
const HARMLESS = new Set(["the catalogue"]);

const cursor = (keys: unknown): string => Buffer.from(JSON.stringify(keys)).toString("base64url");
const ID = "11111111-1111-4111-8111-111111111111";
const CURSORS: Readonly<Record<string, string>> = {
  "no base64": "§§§",
  "no JSON": Buffer.from("{").toString("base64url"),
  "an object": cursor({ a: 1 }),
  "a number": cursor(1),
  "no keys": cursor([]),
  "too few keys": cursor(["2026-01-01"]),
  "too many keys": cursor(["2026-01-01", ID, ID, ID]),
  numbers: cursor([1, 2]),
  nulls: cursor([null, null]),
  lists: cursor([["2026-01-01"], [ID]]),
  SQL: cursor(["' or 1=1 --", "'; drop table x; --"]),
  NUL: cursor(["2026-01-01\0", ID]),
  "a day that is none": cursor(["2026-02-31", ID]),
  "a month that is none": cursor(["2026-13-01", ID]),
  "a year that is none": cursor(["0000-01-01", ID]),
  "an endless day": cursor(["infinity", ID]),
  "a number for a moment": cursor(["1", ID]),
  "a moment in words": cursor(["May 1 2026", ID]),
  "a moment far away": cursor(["+275760-09-13T00:00:00.000Z", ID]),
  "an id that is none": cursor(["2026-01-01", "x"]),
  "an id in capitals": cursor(["2026-01-01", ID.toUpperCase().replaceAll("1", "A")]),
  "a great number": cursor(["9007199254740991", "9007199254740991"]),
};
const LISTS: Readonly<Record<string, string>> = {
  achievements: "query ($after: String) { achievements(after: $after) { edges { cursor } } }",
  batches: "query ($after: String) { depositBatches(after: $after) { edges { cursor } } }",
};

/** Numbers and days as JSON writes them, where a number or a day is asked. */
const RAW: Readonly<Record<string, string>> = {
  "beyond any number": "1e400",
  "below any number": "-1e400",
  "2^53": "9007199254740993",
  "2^31": "2147483648",
  "below -2^31": "-2147483649",
  "a fraction": "1.5",
  "a text": '"10"',
  "NaN in a text": '"NaN"',
  true: "true",
  "a list in a list": "[[1]]",
  "an object": '{"a":1}',
  nothing: "null",
};
const NUMBERS: Readonly<Record<string, string>> = {
  "a capacity":
    '{"input":{"courseCode":"X","termCode":"2026-2027-1","number":"01","opensAt":"2026-09-01T00:00:00Z","closesAt":"2026-09-02T00:00:00Z","capacity":#}}',
  "a reservation":
    '{"input":{"courseCode":"X","termCode":"2026-2027-1","number":"01","opensAt":"2026-09-01T00:00:00Z","closesAt":"2026-09-02T00:00:00Z","capacity":1,"reservations":[{"institutionKey":"jdsf","reserved":#}]}}',
  "a period":
    '{"input":{"courseCode":"X","termCode":"2026-2027-1","number":"01","opensAt":"2026-09-01T00:00:00Z","closesAt":"2026-09-02T00:00:00Z","capacity":1,"meetings":[{"weeks":[1],"startPeriod":#,"endPeriod":2}]}}',
};
const WHOLE: Readonly<Record<string, object>> = {
  "no capacity": { capacity: 0 },
  "a capacity below none": { capacity: -2_147_483_648 },
  "a capacity beyond a city": { capacity: 2_147_483_647 },
  "a reservation beyond capacity": { reservations: [{ institutionKey: "jdsf", reserved: 2_147_483_647 }] },
  "a reservation below none": { reservations: [{ institutionKey: "jdsf", reserved: -1 }] },
  "a week that is none": { meetings: [{ weeks: [-1], startPeriod: 1, endPeriod: 2 }] },
  "a week far away": { meetings: [{ weeks: [2_147_483_647], startPeriod: 1, endPeriod: 2 }] },
  "five thousand weeks": {
    meetings: [{ weeks: Array.from({ length: 5000 }, (_, n) => n), startPeriod: 1, endPeriod: 2 }],
  },
  "no weeks": { meetings: [{ weeks: [], startPeriod: 1, endPeriod: 2 }] },
  "a day of the week that is none": { meetings: [{ weeks: [1], weekday: 8, startPeriod: 1, endPeriod: 2 }] },
  "a day of the week far away": { meetings: [{ weeks: [1], weekday: -2_147_483_648, startPeriod: 1, endPeriod: 2 }] },
  "periods backwards": { meetings: [{ weeks: [1], startPeriod: 9, endPeriod: 2 }] },
  "a period far away": { meetings: [{ weeks: [1], startPeriod: 1, endPeriod: 2_147_483_647 }] },
  "five thousand meetings": {
    meetings: Array.from({ length: 5000 }, () => ({ weeks: [1], startPeriod: 1, endPeriod: 2 })),
  },
  "five thousand reservations": {
    reservations: Array.from({ length: 5000 }, () => ({ institutionKey: "jdsf", reserved: 1 })),
  },
  "a closing before the opening": { closesAt: "2026-08-01T00:00:00Z" },
  "an opening in the year 0": { opensAt: "0000-01-01T00:00:00Z" },
  "a closing in the year 9999": { closesAt: "9999-12-31T23:59:60Z" },
  "an opening on a day that is none": { opensAt: "2026-02-31T00:00:00Z" },
  "an hour that is none": { opensAt: "2026-02-01T25:00:00Z" },
  "an offset that is none": { opensAt: "2026-02-01T00:00:00+99:99" },
  "dots for a time": { opensAt: "2026-02-01T....Z" },
};
const DAYS = [
  "2026-02-31",
  "0000-01-01",
  "9999-99-99",
  "2026-1-1",
  "infinity",
  "today",
  "2026-01-10T00:00:00Z",
  "20260110",
  "",
  "２０２６-０１-１０",
  "-2026-01-10",
];

const ids: Readonly<Record<string, string>> = {
  "of nothing": btoa(":"),
  "of a type that is none": Buffer.from(`Nowhere:${ID}`).toString("base64url"),
  "of the prototype": Buffer.from(`constructor:${ID}`).toString("base64url"),
  "of three parts": Buffer.from(`Learner:${ID}:${ID}:${ID}`).toString("base64url"),
  "in capitals": Buffer.from(`Learner:${ID.toUpperCase().replaceAll("1", "A")}`).toString("base64url"),
  "with NUL": Buffer.from(`Learner:${ID}\0`).toString("base64url"),
  "with bytes that are no text": Buffer.from([0xff, 0xfe, 0x3a, 0x31]).toString("base64url"),
  "as SQL": Buffer.from("Learner:' or 1=1 --").toString("base64url"),
  "filled up": `${Buffer.from(`Learner:${ID}`).toString("base64")}==`,
};

function textAttacks(): Attack[] {
  return Object.entries(PLACES).flatMap(([place, { as, query, variables }]) =>
    Object.entries(TEXTS).map(
      ([what, text]): Attack => ({
        family: "injected text",
        name: `${what} for ${place}`,
        launch: ({ ask }) => ask(as, query, variables(text)),
      }),
    ),
  );
}

function searchAttacks(): Attack[] {
  return Object.entries(SEARCHES).flatMap(([place, query]) =>
    Object.entries(TEXTS)
      .filter(([what]) => !HARMLESS.has(place) || NO_TEXT.has(what))
      .map(
        ([what, text]): Attack => ({
          family: "injected search",
          name: `${what} for ${place}`,
          launch: ({ ask }) => ask("registrar", query, { text }),
          ...(NO_TEXT.has(what) ? {} : { findsNothing: true }),
        }),
      ),
  );
}

const publishing = (input: object) => (arena: Arena) =>
  arena.ask("registrar", `mutation ($input: PublishSectionInput!) { publishSection(input: $input) ${PROBLEM} }`, {
    input: { ...section, courseCode: "MEC101", ...input },
  });

export const INPUT_ATTACKS: readonly Attack[] = [
  ...textAttacks(),
  ...searchAttacks(),
  ...Object.entries(LISTS).flatMap(([list, query]) =>
    Object.entries(CURSORS).map(
      ([what, after]): Attack => ({
        family: "forged cursor",
        name: `${what} among ${list}`,
        launch: ({ ask }) => ask("registrar", query, { after }),
      }),
    ),
  ),
  ...Object.entries(NUMBERS).flatMap(([place, variables]) =>
    Object.entries(RAW).map(
      ([what, value]): Attack => ({
        family: "special number",
        name: `${what} for ${place}`,
        launch: ({ post, tokens }) =>
          post(
            `{"query":"mutation ($input: PublishSectionInput!) { publishSection(input: $input) ${PROBLEM} }","variables":${variables.replace("#", value)}}`,
            { authorization: `Bearer ${tokens.registrar}` },
          ),
      }),
    ),
  ),
  ...Object.entries(WHOLE).map(
    ([name, input]): Attack => ({ family: "impossible section", name, launch: publishing(input) }),
  ),
  ...DAYS.map(
    (completedOn): Attack => ({
      family: "impossible day",
      name: JSON.stringify(completedOn),
      launch: ({ ask }) =>
        ask("registrar", `mutation ($input: RecordAchievementInput!) { recordAchievement(input: $input) ${PROBLEM} }`, {
          input: { ...result, completedOn },
        }),
    }),
  ),
  ...Object.entries(ids).flatMap(([what, id]) =>
    (['takeSeat(sectionId: $id, idempotencyKey: "k")', "dropSeat(sectionId: $id)"] as const).map(
      (field): Attack => ({
        family: "forged id",
        name: `${what}, in ${field.split("(")[0]}`,
        launch: ({ ask }) => ask("student", `mutation ($id: ID!) { ${field} ${PROBLEM} }`, { id }),
      }),
    ),
  ),
];
