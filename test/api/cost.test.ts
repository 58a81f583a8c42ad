import { parse } from "graphql";
import { describe, expect, test } from "vitest";
import { COST_MAX, Scales } from "../../src/api/cost.ts";
import { persistedDocuments } from "../../src/api/generated/persisted.ts";
import { buildSchema } from "../../src/api/schema.ts";

const scales = new Scales(buildSchema());
const costOf = (query: string, variables: Record<string, unknown> = {}, name?: string): number =>
  scales.weigh(parse(query), name)?.cost(variables) ?? Number.NaN;

describe("the cost of an operation", () => {
  test("is what it could make the service look up", () => {
    expect(costOf("{ alliances { id } }")).toBe(8 * 2);
    expect(costOf("{ learners(first: 10) { edges { node { id name } } } }")).toBe(10 * (1 + 1 + 1 + 2));
  });

  test("grows with every page within a page", () => {
    const inner = "achievements(first: 50) { edges { node { id } } }";
    const one = costOf(`{ learner(id: "x") { ${inner} } }`);
    const many = costOf(`{ learners(first: 100) { edges { node { ${inner} } } } }`);
    expect(many).toBeGreaterThan(90 * one);
  });

  test("counts what is asked by variable, by default, or not at all", () => {
    const query = "query ($n: Int = 30) { learners(first: $n) { pageInfo { hasNextPage } } }";
    expect(costOf(query, { n: 100 })).toBe(100 * 3);
    expect(costOf(query)).toBe(30 * 3);
    expect(costOf("{ learners { pageInfo { hasNextPage } } }")).toBe(20 * 3);
    expect(costOf("query ($n: Int) { learners(first: $n) { pageInfo { hasNextPage } } }")).toBe(20 * 3);
  });

  test("is bounded as a page is: more than a page is a page, and less than none costs its look-up", () => {
    const query = "query ($n: Int) { learners(first: $n) { pageInfo { hasNextPage } } }";
    expect(costOf(query, { n: 1e9 })).toBe(200 * 3);
    expect(costOf(query, { n: -5 })).toBe(3);
    expect(costOf(query, { n: "many" })).toBe(200 * 3);
  });

  test("sees through fragments, and reads one spread a million times once", () => {
    expect(costOf("{ ...F } fragment F on Query { alliances { ... on Alliance { id } } }")).toBe(16);
    const chain = Array.from({ length: 40 }, (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`).join(
      " ",
    );
    expect(costOf(`{ ...F0 } ${chain} fragment F40 on Query { alliances { id } }`)).toBeGreaterThan(COST_MAX);
  });

  test("is that of the operation that runs, among several", () => {
    const query = "query A { alliances { id } } query B { alliances { id key } }";
    expect([costOf(query, {}, "A"), costOf(query, {}, "B"), costOf(query, {}, "C")]).toEqual([16, 24, Number.NaN]);
  });

  test("of whatever the portal asks is far from the limit", () => {
    const costs = [...persistedDocuments.values()].map((text) => {
      const document = parse(text);
      return { text: text.slice(0, 60), cost: scales.weigh(document, null)?.cost({ first: 50 }) ?? 0 };
    });
    expect(costs.length).toBeGreaterThan(10);
    expect(costs.filter(({ cost }) => cost > COST_MAX * 0.6)).toEqual([]);
  });
});

test("fields that an operation begins with are counted under each of their names", () => {
  const demand = scales.weigh(
    parse("mutation { a: ping ...F ... { b: ping } } fragment F on Mutation { c: ping }"),
    null,
  );
  expect(demand?.roots).toEqual(["ping", "ping", "ping"]);
});
