import { expect, test } from "vitest";
import { openLog } from "../src/log.ts";

function logged(write: (log: ReturnType<typeof openLog>) => void): string {
  let text = "";
  write(openLog({ logLevel: "info" }, { write: (line) => void (text += line) }));
  return text;
}

class PostgresError extends Error {
  override readonly name = "PostgresError";
  readonly code = "22P02";
  readonly detail = "Failing row contains (王思远, 150203200801010011).";
  readonly parameters = ["王思远"];
}

test("an error of the database is logged with its code and place, and without the data it came upon", () => {
  const text = logged((log) =>
    log.error({ err: new PostgresError('invalid input syntax for type date: "150203200801010011"') }, "failed"),
  );
  expect(text).toContain('"code":"22P02"');
  expect(text).toContain("invalid input syntax for type date");
  expect(text).toContain("log.test.ts");
  expect(text).not.toContain("王思远");
  expect(text).not.toContain("150203200801010011");
});

test("an error of ours is logged in full", () => {
  expect(logged((log) => log.error({ err: new Error('no such thing: "key"') }, "failed"))).toContain(
    'no such thing: \\"key\\"',
  );
});

test("what is called a secret or a name never reaches the log, however deep it lies", () => {
  const text = logged((log) =>
    log.info(
      { headers: { authorization: "Bearer abc", cookie: "session=abc" }, learner: { who: { name: "王思远" } } },
      "asked",
    ),
  );
  expect(text).not.toContain("abc");
  expect(text).not.toContain("王思远");
  expect(text).toContain("asked");
});
