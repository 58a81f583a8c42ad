import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { COMMANDS } from "../src/cli/commands.ts";
import { openCli } from "../src/cli/command.ts";
import { readConfig } from "../src/config.ts";
import { openApi, type TestApi } from "./support/api.ts";
import { type FreshDatabase, freshDatabase } from "./support/database.ts";

const ROOT = join(import.meta.dirname, "..");
const readme = readFileSync(join(ROOT, "README.md"), "utf8");

let fresh: FreshDatabase;
let api: TestApi;
beforeAll(async () => {
  fresh = await freshDatabase({ demo: true });
  api = await openApi(fresh.db);
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

test("the README's first query gives the answer that the README shows", async () => {
  const sent = /curl [\s\S]*?-d '([\s\S]*?)'\n```/.exec(readme)?.[1] ?? "";
  const shown = /```json\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const { query, variables } = JSON.parse(sent) as { query: string; variables: object };
  const answer = await api.ask(query, variables, { as: "student.wang", language: "en" });
  expect({ data: answer.data }).toEqual(JSON.parse(shown));
});

test("the README names every command, and every room of the house", () => {
  const cli = openCli(readConfig({}));
  const commands = COMMANDS.map((make) => make(cli).name());
  const rooms = readdirSync(join(ROOT, "src"), { withFileTypes: true }).filter((each) => each.isDirectory());
  for (const name of [...commands, ...rooms.map((room) => `${room.name}/`)]) expect(readme).toContain(name);
});
