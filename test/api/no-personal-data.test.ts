import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeId } from "../../src/api/node-id.ts";
import { openKeyRing } from "../../src/auth/keyring.ts";
import { SYSTEM } from "../../src/auth/viewer.ts";
import { writeDocuments, writeRegistryNumbers } from "../../src/features/registry/service.ts";
import { idOf } from "../../src/seed/id.ts";
import { openTestServer, type TestServer } from "../support/server.ts";
import { join } from "node:path";

/** Values that are found nowhere by chance. */
const NAME = "测验甲标记";
const NUMBER = "150203209912310010";
const REGISTRY_NO = "G150203209912310077";
const STUDENT_NO = "2099887766";
const MARKED = [NAME, NUMBER, REGISTRY_NO, STUDENT_NO];

const LEARNER = idOf("learner", "bai-yifan");
const SCHOOL = idOf("institution", "jdsf");

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ demo: true });
  const { fresh, dataDir } = server;
  await fresh.sql`update learner set name = ${NAME} where id = ${LEARNER}`;
  await fresh.sql`update registration set student_no = ${STUDENT_NO} where learner_id = ${LEARNER}`;
  await fresh.sql`update account set display_name = ${NAME} where login = 'student.bai'`;
  const keys = await openKeyRing({ keysFile: join(dataDir, "keys.json"), databaseUrl: null });
  const document = { kind: "RESIDENT_ID", number: NUMBER, birthOn: "2099-12-31" } as const;
  await fresh.db.write(SYSTEM, async (tx) => {
    await writeDocuments(tx, keys, SCHOOL, new Map([[LEARNER, document]]), "2026-11-26");
    await writeRegistryNumbers(tx, keys, SCHOOL, new Map([[LEARNER, REGISTRY_NO]]));
  });
});
afterAll(() => server.drop());

interface Asked {
  readonly path: string;
  readonly status: number;
  readonly body: string;
}
const asked: Asked[] = [];

async function send(path: string, init: RequestInit): Promise<Asked> {
  const response = await fetch(`${server.url}${path}`, init);
  const answer = { path, status: response.status, body: await response.text() };
  asked.push(answer);
  return answer;
}

async function ask(as: string | null, query: string, variables: object = {}): Promise<Asked> {
  const token = as === null ? null : await server.tokenOf(as);
  return send("/graphql", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
}

const learner = { learner: encodeId("Learner", LEARNER) };
const FIND = `mutation ($number: String!) { findLearnerByNumber(input: { number: $number }) {
  __typename ... on FindLearnerByNumberSuccess { learner { id } } ... on Problem { code message path } } }`;
const REVEAL = `mutation ($learner: ID!, $reason: String!) { revealIdNumber(learnerId: $learner, reason: $reason) {
  __typename ... on RevealIdNumberSuccess { number } ... on Problem { code message path } } }`;
const FIND_REGISTRY = `mutation ($number: String!) { findLearnerByRegistryNumber(number: $number) {
  __typename ... on FindLearnerByNumberSuccess { learner { id } } ... on Problem { code message path } } }`;
const REVEAL_REGISTRY = `mutation ($learner: ID!, $reason: String!) {
  revealRegistryNumber(learnerId: $learner, reason: $reason) {
  __typename ... on RevealRegistryNumberSuccess { number } ... on Problem { code message path } } }`;
const RECORD = `mutation ($input: RecordAchievementsInput!) { recordAchievements(input: $input) {
  __typename ... on Problem { code message path } ... on SheetProblem { rows { rowNo cells { message } } } } }`;
const LOOK = `query ($learner: ID!) { learner(id: $learner) { name registrations { studentNo }
  identityDocument { maskedNumber } achievements(first: 5) { edges { node { title { text } } } } } }`;

/** What the flows are meant to tell: to those who may see it, in the body and nowhere else. */
async function tell(): Promise<string> {
  const told = [
    await ask("registrar.jdsf", LOOK, learner),
    await ask("student.bai", LOOK, learner),
    await ask("student.bai", "{ viewer { displayName } }"),
    await ask("registrar.jdsf", `query ($text: String) { learners(text: $text) { edges { node { name } } } }`, {
      text: NAME,
    }),
    await ask("registrar.jdsf", REVEAL, { ...learner, reason: "核对高考报名信息" }),
    await ask("registrar.jdsf", REVEAL_REGISTRY, { ...learner, reason: "核对学籍" }),
    await ask("student.bai", "mutation { exportMyData { ... on ExportMyDataSuccess { content } } }"),
  ];
  return told.map(({ body }) => body).join("\n");
}

/** What is refused, wrong, or breaks down: nothing of it may say what it was given. */
async function fail(): Promise<readonly Asked[]> {
  const sheet = `学号,姓名,课程代码,学期,成绩,完成日期\n${STUDENT_NO},${NAME},NOSUCH,2099-2100-1,${NUMBER},never\n`;
  const input = { fileName: "a.csv", contentBase64: Buffer.from(sheet).toString("base64") };
  const failed = [
    await ask("registrar.qgsf", LOOK, learner),
    await ask("registrar.qgsf", REVEAL, { ...learner, reason: `核对 ${NUMBER}` }),
    await ask("registrar.jdsf", REVEAL, { ...learner, reason: "短" }),
    await ask("registrar.jdsf", FIND, { number: `${NUMBER.slice(0, -1)}9` }),
    await ask("registrar.qgsf", FIND, { number: NUMBER }),
    await ask(null, FIND, { number: NUMBER }),
    await ask("registrar.qgsf", REVEAL_REGISTRY, { ...learner, reason: `核对 ${REGISTRY_NO}` }),
    await ask("registrar.jdsf", REVEAL_REGISTRY, { ...learner, reason: "短" }),
    await ask("registrar.jdsf", FIND_REGISTRY, { number: `${REGISTRY_NO}${REGISTRY_NO}` }),
    await ask("registrar.qgsf", FIND_REGISTRY, { number: REGISTRY_NO }),
    await ask("student.bai", FIND_REGISTRY, { number: REGISTRY_NO }),
    await ask("student.wang", RECORD, { input }),
    await ask("registrar.jdsf", `mutation ($number: Int!) { nothing(number: $number) }`, { number: NUMBER }),
    await send("/auth/password", {
      method: "POST",
      headers: { "content-type": "application/json", "x-guantong-csrf": "1" },
      body: JSON.stringify({ login: STUDENT_NO, password: NUMBER }),
    }),
    await send("/auth/code", {
      method: "POST",
      headers: { "content-type": "application/json", "x-guantong-csrf": "1" },
      body: `{"code": "${NUMBER}"`,
    }),
  ];
  // whoever writes a number into an address themself is neither answered nor written down
  const token = await server.tokenOf("registrar.jdsf");
  const address = `/graphql?query=${encodeURIComponent(FIND_REGISTRY)}&variables=${encodeURIComponent(
    JSON.stringify({ number: REGISTRY_NO }),
  )}`;
  const written = await fetch(server.url + address, { headers: { authorization: `Bearer ${token}` } });
  failed.push({ path: "", status: written.status, body: await written.text() });
  expect(written.status).toBeGreaterThanOrEqual(400);
  // a fault of ours: the row is damaged under the service
  await server.fresh.sql`update identity_document set ciphertext = '\\x00' where learner_id = ${LEARNER}`;
  failed.push(await ask("registrar.jdsf", REVEAL, { ...learner, reason: `核对 ${NUMBER} ${NAME}` }));
  // the database refuses a statement, and would quote the row
  await server.fresh.sql`alter table audit_entry add constraint broken check (action <> 'document.find') not valid`;
  failed.push(await ask("registrar.jdsf", FIND, { number: NUMBER }));
  failed.push(await ask("registrar.jdsf", FIND_REGISTRY, { number: REGISTRY_NO }));
  await server.fresh.sql`alter table registration rename to registration_gone`;
  failed.push(await ask("registrar.jdsf", LOOK, learner));
  await server.fresh.sql`alter table registration_gone rename to registration`;
  return failed;
}

const marksIn = (text: string): readonly string[] => MARKED.filter((mark) => text.includes(mark));

test("a person's name and numbers are in the answers of those who may see them, and in no log line, figure, error or address", async () => {
  // the flows do tell them: what follows is not true for want of anything to tell
  expect(marksIn(await tell())).toEqual([NAME, NUMBER, REGISTRY_NO, STUDENT_NO]);
  const failed = await fail();
  const codes = failed.map(({ body }) => /"code":"([A-Z_]+)"/.exec(body)?.[1] ?? null);
  expect(codes).toContain("INTERNAL");
  expect(failed.map(({ path, body }) => [path, marksIn(body)])).toEqual(failed.map(({ path }) => [path, []]));
  const log = server.log();
  expect(log).toContain("a field failed");
  expect(log.split("\n").filter((line) => marksIn(line).length > 0)).toEqual([]);
  const metrics = await send("/metrics", {});
  expect(metrics.body).toContain("guantong_http_request_seconds");
  expect(marksIn(metrics.body)).toEqual([]);
  expect(asked.filter(({ path }) => marksIn(decodeURIComponent(path)).length > 0)).toEqual([]);
});
