import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildSchema,
  findBreakingChanges,
  isInterfaceType,
  isObjectType,
  isUnionType,
  lexicographicSortSchema,
  printSchema,
} from "graphql";
import { describe, expect, test } from "vitest";
import { contract } from "../../src/api/schema.ts";

const PUBLISHED = join(import.meta.dirname, "published.graphql");
const schema = lexicographicSortSchema(buildSchema(contract().join("\n")));

describe("the contract", () => {
  test("breaks nothing that was published", () => {
    const before = existsSync(PUBLISHED) ? buildSchema(readFileSync(PUBLISHED, "utf8")) : schema;
    expect(findBreakingChanges(before, schema).map((change) => change.description)).toEqual([]);
  });

  // an addition is published by `npx vitest run --config scripts/config/vitest.config.ts test/contract -u`
  test("is the published one", async () => {
    await expect(`${printSchema(schema)}\n`).toMatchFileSnapshot(PUBLISHED);
  });

  test("says of every query and mutation what it does", () => {
    const roots = [schema.getQueryType(), schema.getMutationType()];
    const silent = roots.flatMap((root) =>
      Object.values(root?.getFields() ?? {})
        .filter((field) => !field.description)
        .map((field) => `${root?.name}.${field.name}`),
    );
    expect(silent).toEqual([]);
  });

  test("answers every mutation that can be refused with a union of its success and its problems", () => {
    const fields = Object.values(schema.getMutationType()?.getFields() ?? {}).filter((field) => field.name !== "ping");
    const problemType = schema.getType("Problem");
    for (const field of fields) {
      const type = schema.getType(String(field.type).replace("!", ""));
      if (!isUnionType(type)) throw new Error(`${field.name} answers with ${String(field.type)}, no union`);
      const problems = type
        .getTypes()
        .filter((member) => isInterfaceType(problemType) && schema.isSubType(problemType, member));
      expect({ field: field.name, successes: type.getTypes().length - problems.length }).toEqual({
        field: field.name,
        successes: 1,
      });
      expect(problems.length).toBeGreaterThan(0);
    }
  });

  test("pages whatever can outgrow a page", () => {
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) || !type.name.endsWith("Connection")) continue;
      expect(Object.keys(type.getFields())).toEqual(expect.arrayContaining(["edges", "pageInfo"]));
    }
  });
});
