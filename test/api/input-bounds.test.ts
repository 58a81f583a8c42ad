import { parse } from "graphql";
import { describe, expect, test } from "vitest";
import { faultOfDocument, faultOfVariables } from "../../src/api/input-bounds.ts";

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

describe("variables", () => {
  test.each([
    ["what people write", { input: { grade: "85.5", rows: [{ studentNo: "2024010001", note: "𠮷🎓" }], none: null } }],
    ["a file, as long as the body may be", { input: { contentBase64: "A".repeat(900_000) } }],
    ["a list of a whole school", { rows: Array.from({ length: 5000 }, (_, n) => n) }],
  ])("may hold %s", (_, variables) => {
    expect(faultOfVariables(variables)).toBeNull();
  });

  test.each([
    ["a NUL", { input: { name: "a\0b" } }, ["input", "name"]],
    ["half a character", { text: "\ud83c" }, ["text"]],
    ["the other half", { text: "\udf93x" }, ["text"]],
    ["a text without end", { text: "A".repeat(20_001) }, ["text"]],
    ["a list without end", { rows: Array.from({ length: 5001 }, () => 1) }, ["rows"]],
    ["too much altogether", { rows: Array.from({ length: 4000 }, () => Array.from({ length: 20 }, () => 1)) }, []],
    ["a depth without end", { a: nested(100) }, ["a", ...Array.from({ length: 11 }, () => "0")]],
  ])("may not hold %s", (_, variables, path) => {
    expect(faultOfVariables(variables)).toMatchObject({ code: "INVALID_INPUT", path });
  });
});

test("what is written into a document is held to the same", () => {
  expect(faultOfDocument(parse('{ node(id: "a") { id } }'))).toBeNull();
  expect(faultOfDocument(parse(`{ node(id: "${"a".repeat(20_001)}") { id } }`))).toMatchObject({ path: ["id"] });
  expect(faultOfDocument(parse('{ node(id: "\\u0000") { id } }'))).toMatchObject({ code: "INVALID_INPUT" });
});
