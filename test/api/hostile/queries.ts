import type { Attack } from "./arena.ts";

const repeat = (times: number, each: (n: number) => string, between = " "): string =>
  Array.from({ length: times }, (_, n) => each(n)).join(between);
const nested = (
  times: number,
  open: string,
  inner: string,
  close = "}".repeat((open.match(/\{/g) ?? []).length),
): string => open.repeat(times) + inner + close.repeat(times);

/** A chain of fragments, each of which spreads the next one `wide` times. */
const chain = (length: number, wide: number): string =>
  `{ ...F0 } ${repeat(length, (n) => `fragment F${n} on Query { ${repeat(wide, () => `...F${n + 1}`)} }`)} fragment F${length} on Query { __typename }`;

/** Levels of look-ups, each in a fragment of its own. */
const deepFragments = (levels: number): string =>
  `{ institutions { ...F0 } } ${repeat(levels, (n) => `fragment F${n} on Institution { programmes { institution { ...F${n + 1} } } }`)} fragment F${levels} on Institution { id }`;

const QUERIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "deep query": {
    "15 levels": `{ institutions ${nested(8, "{ programmes { institution ", "{ id }", "} }")} }`,
    "200 levels": `{ institutions ${nested(100, "{ programmes { institution ", "{ id }", "} }")} }`,
    "700 levels": `{ institutions ${nested(350, "{ programmes { institution ", "{ id }", "} }")} }`,
    "levels in fragments": deepFragments(8),
    "very many levels in fragments": deepFragments(60),
    "levels in inline fragments": `{ institutions ${nested(8, "{ ... { programmes { ... on Programme { institution ", "{ id }", "} } } }")} }`,
    "levels of a plan": `{ programmes { plan { root ${nested(14, "{ children ", "{ key }")} } } }`,
    "what the schema says of itself, again and again": `{ __schema { types ${nested(6, "{ fields { type ", "{ name }", "} }")} } }`,
    "what a type says of itself": `{ __type(name: "Query") ${nested(8, "{ fields { type ", "{ name }", "} }")} }`,
    "the schema's depth in fragments": `{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...B } } } fragment B on __Type { fields { type { ...C } } } fragment C on __Type { fields { type { fields { type { name } } } } }`,
    "kinds of a type": `{ __type(name: "Query") ${nested(30, "{ ofType ", "{ name }")} }`,
    "possible types": `{ __schema { types ${nested(5, "{ possibleTypes { interfaces ", "{ name }", "} }")} } }`,
    "a list within lists": `{ node(id: ${"[".repeat(1000)}${"]".repeat(1000)}) { id } }`,
    "an object within objects": `mutation { publishSection(input: ${"{a:".repeat(500)}1${"}".repeat(500)}) { __typename } }`,
    "a type within types": `query ($x: ${"[".repeat(500)}Int${"]".repeat(500)}) { __typename }`,
    "brackets alone": "{".repeat(2900),
    "brackets beyond count": "{".repeat(50_000),
  },
  "wide query": {
    "31 names": `{ ${repeat(31, (n) => `a${n}: alliances { id }`)} }`,
    "300 names": `{ ${repeat(300, (n) => `a${n}: alliances { id }`)} }`,
    "names for __typename": `{ ${repeat(900, (n) => `a${n}: __typename`)} }`,
    "names below": `{ institutions { ${repeat(40, (n) => `a${n}: id`)} } }`,
    "names in a fragment": `{ ...F } fragment F on Query { ${repeat(40, (n) => `a${n}: alliances { id }`)} }`,
    "names in an inline fragment": `{ ... { ${repeat(40, (n) => `a${n}: alliances { id }`)} } }`,
    "names in two fragments": `{ ...A ...B } fragment A on Query { ${repeat(20, (n) => `a${n}: alliances { id }`)} } fragment B on Query { ${repeat(20, (n) => `b${n}: alliances { id }`)} }`,
    "names in a fragment spread often": `{ institutions { ${repeat(4, (n) => `p${n}: programmes { ...F }`)} } } fragment F on Programme { ${repeat(10, (n) => `a${n}: id`)} }`,
    "attempts to sign in": `mutation { ${repeat(100, (n) => `a${n}: signInAsDemo(login: "student.wang") { __typename }`)} }`,
    pings: `mutation { ${repeat(100, (n) => `a${n}: ping`)} }`,
    "look-ups by id": `{ ${repeat(100, (n) => `a${n}: node(id: "TGVhcm5lcjox") { id }`)} }`,
    "too many words": `{ ${repeat(3100, () => "__typename")} }`,
    "far too many words": `{ ${repeat(5900, () => "id")} }`,
    "a comment as long as a book": `{ __typename } #${"x".repeat(70_000)}`,
    "nothing but spaces": `{ __typename${" ".repeat(70_000)}}`,
    commas: `{ __typename${",".repeat(100_000)}}`,
    "a million bytes": `{ ${"a".repeat(1_000_000)} }`,
    "a long name": `{ ${"a".repeat(50_000)} }`,
    "many operations": repeat(500, (n) => `query Q${n} { __typename }`),
    "many variables": `query (${repeat(600, (n) => `$v${n}: Int`)}) { __typename }`,
    "many arguments": `{ node(${repeat(600, (n) => `a${n}: 1`)}) { id } }`,
    "the same field, again and again": `{ ${repeat(700, () => "institutions { id }")} nosuch }`,
    "fields that may conflict": `{ ${repeat(300, () => `institutions { id ... on Institution { id } programmes { id } }`)} a: nosuch }`,
  },
  "costly query": {
    "pages of pages":
      "{ learners(first: 200) { edges { node { achievements(first: 200) { edges { node { id title { zh en } } } } } } } }",
    "pages of pages of pages":
      "{ learners(first: 200) { edges { node { achievements(first: 200) { edges { node { learner { achievements(first: 200) { edges { node { id } } } } } } } } } } }",
    "whole catalogues of plans":
      "{ institutions { programmes { plan { courses { course { prerequisites { prerequisites { institution { programmes { id } } } } } } } } } }",
    "values at home of many sections":
      "{ sections(first: 200) { edges { node { countsAtHome { credits targets { id } } } } } }",
    "many decisions": `query ($l: ID!, $p: ID!) { ${repeat(20, (n) => `a${n}: recognitionCheck(learnerId: $l, programId: $p) { __typename }`)} }`,
    "many searches": `{ ${repeat(25, (n) => `a${n}: catalogue(text: "a", first: 200) { edges { node { __typename } } }`)} }`,
    "pages in a fragment":
      "{ learners(first: 200) { ...F } } fragment F on LearnerConnection { edges { node { achievements(first: 200) { edges { node { id title { zh en } } } } } } }",
    "a page of a page of a page":
      "{ alliances { agreements { pathways { stages { programme { plan { courses { course { institution { programmes { id } } } } } } } } } } }",
  },
  "circular fragments": {
    "one that spreads itself": "{ ...F } fragment F on Query { ...F }",
    "two that spread each other": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "three in a ring":
      "{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }",
    "within a field": "{ institutions { ...F } } fragment F on Institution { programmes { institution { ...F } } }",
    "within an inline fragment": "{ ...F } fragment F on Query { ... { ... { ...F } } }",
    "one that nobody spreads": "{ __typename } fragment F on Query { ...F }",
    "a ring beside the way":
      "{ ...A } fragment A on Query { __typename ...B } fragment B on Query { alliances { id } ...B }",
    "a long ring": `{ ...F0 } ${repeat(100, (n) => `fragment F${n} on Query { ...F${(n + 1) % 100} }`)}`,
    "in what the schema says": "{ __schema { types { ...F } } } fragment F on __Type { fields { type { ...F } } }",
    "doubling, and not ending": chain(12, 2).replace("{ __typename }", "{ ...F0 }"),
    "a mutation's": "mutation { ...F } fragment F on Mutation { ping ...F }",
    "a subscription's": "subscription { ...F } fragment F on Subscription { ...F }",
    "that is not there": "{ ...Nowhere }",
    "on a type that is not there": "{ ...F } fragment F on Nowhere { id }",
    "on another type": "{ ...F } fragment F on Learner { id }",
    "named as the keyword": "{ ...on } fragment on on Query { id }",
    "twice of one name": "{ ...F } fragment F on Query { __typename } fragment F on Query { __typename }",
    alone: "fragment F on Query { __typename }",
  },
  "doubling fragments": {
    "thirty times": `${chain(30, 2)} query Two { __typename }`,
    "by tens": `${chain(60, 10)} query Two { __typename }`,
  },
  "directive overload": {
    "unknown, once": "{ __typename @nosuch }",
    "unknown, a thousand times": `{ __typename ${"@a".repeat(1000)} }`,
    "unknown, beyond count": `{ __typename ${"@a".repeat(10_000)} }`,
    "include, again and again": `{ __typename ${"@include(if: true)".repeat(100)} }`,
    "skip, beyond count": `{ __typename ${"@skip(if: false)".repeat(800)} }`,
    "both, again and again": `{ __typename ${"@skip(if: false) @include(if: true)".repeat(50)} }`,
    "on the operation": `query ${"@a".repeat(50)} { __typename }`,
    "on a fragment": `{ ...F ${"@a".repeat(50)} } fragment F on Query ${"@a".repeat(50)} { __typename }`,
    "on a variable": `query ($a: Int ${"@a".repeat(50)}) { __typename }`,
    "where it may not stand": "query @include(if: true) { __typename }",
    "without its argument": "{ __typename @include }",
    "with an argument that is none": '{ __typename @include(if: "yes") }',
    "with a variable that is none": "{ __typename @include(if: $nosuch) }",
    defer: "{ ... @defer { __typename } }",
    stream: "{ institutions @stream(initialCount: 0) { id } }",
    "deprecated, where a query has none": "{ __typename @deprecated }",
    specifiedBy: '{ __typename @specifiedBy(url: "x") }',
    oneOf: "{ __typename @oneOf }",
  },
  "query that is none": {
    nothing: "",
    "a space": " ",
    "a mark of byte order alone": "\ufeff",
    "an open bracket": "{",
    "an empty selection": "{ }",
    "an unknown field": "{ nosuch }",
    "an unknown operation": "delete { a }",
    "a text that does not end": '{ node(id: "',
    "a block of text that does not end": '{ node(id: """',
    "an escape that is none": '{ node(id: "\\q") { id } }',
    "an escape beyond Unicode": '{ node(id: "\\u{110000}") { id } }',
    "half a character, escaped": '{ node(id: "\\ud800") { id } }',
    "half a character in braces": '{ node(id: "\\u{d800}") { id } }',
    "a control character": '{ node(id: "\u0007") { id } }',
    "NUL in the middle": "{ __type\u0000name }",
    "letters beyond the grammar": "{ 机构 }",
    "a mark that turns the line about": "{ \u202enode }",
    "full-width brackets": "｛ __typename ｝",
    SQL: "select * from learner",
    HTML: "<script>alert(1)</script>",
    "a template": "{{7*7}}",
    "a schema of its own": "type Query { a: Int } { a }",
    "an extension of ours": "extend type Query { a: Int } { a }",
    "a directive of its own": "directive @a on FIELD { __typename @a }",
    "two without a name": "{ __typename } { __typename }",
    "two of one name": "query A { __typename } query A { __typename }",
    "one of two, but which": "query A { __typename } query B { __typename }",
    "a variable that is not declared": "{ node(id: $id) { id } }",
    "a variable that is declared twice": "query ($a: ID!, $a: ID!) { node(id: $a) { id } }",
    "a variable of an unknown type": "query ($a: Nowhere) { __typename }",
    "a variable of an output's type": "query ($a: Learner) { __typename }",
    "a variable of another type": "query ($a: Int!) { node(id: $a) { id } }",
    "a variable that may be null": "query ($a: ID) { node(id: $a) { id } }",
    "an argument that is missing": "{ node { id } }",
    "an argument twice": '{ node(id: "a", id: "b") { id } }',
    "a value without fields": "{ institutions }",
    "fields of a value that has none": "{ __typename { a } }",
    "the prototype's field": "{ __proto__ { a } }",
    "the constructor": "{ constructor { a } }",
    "a method of every object": "{ toString hasOwnProperty }",
    "two subscriptions in one":
      'subscription { a: sectionSeats(sectionId: "x") { id } b: sectionSeats(sectionId: "x") { id } }',
    "two different things of one name": "{ a: alliances { id } a: institutions { id } }",
    "a fragment that can never be": "{ institutions { ... on Learner { id } } }",
  },
};

const VARIABLE_PAGES = [200, 2_147_483_647, 1e9].map(
  (first): Attack => ({
    family: "costly query",
    name: `pages of pages, ${first} by variable`,
    launch: ({ ask }) =>
      ask(
        "registrar",
        "query ($n: Int) { learners(first: $n) { edges { node { achievements(first: $n) { edges { node { id title { zh en } } } } } } } }",
        { n: first },
      ),
  }),
);

/** What stands beside the query. */
const ENVELOPES: Readonly<Record<string, unknown>> = {
  "many requests in one": [{ query: "{ __typename }" }, { query: "{ __typename }" }],
  "no requests in one": [],
  "an operation that is not there": { query: "query A { __typename }", operationName: "B" },
  "an operation's name that is an object": { query: "query A { __typename }", operationName: { a: 1 } },
  "an operation's name of the prototype": { query: "query A { __typename }", operationName: "__proto__" },
  "variables as a text": { query: "{ __typename }", variables: "{}" },
  "variables as a list": { query: "{ __typename }", variables: [1] },
  "variables as a number": { query: "{ __typename }", variables: 1 },
  "extensions as a text": { query: "{ __typename }", extensions: "x" },
  "extensions as a list": { query: "{ __typename }", extensions: [] },
  "a query that is a number": { query: 1 },
  "a query that is a list": { query: ["{ __typename }"] },
  "a query that is an object": { query: { kind: "Document", definitions: [] } },
  "a query that is null": { query: null },
  "a word that is not known": { query: "{ __typename }", debug: true },
  "no query": {},
  "a named document that is not there": { extensions: { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } } },
  "a named document of another version": { extensions: { persistedQuery: { version: 2, sha256Hash: "0".repeat(64) } } },
  "a named document that is a number": { extensions: { persistedQuery: { version: 1, sha256Hash: 1 } } },
  "a named document of the prototype": { extensions: { persistedQuery: { version: 1, sha256Hash: "__proto__" } } },
  "a named document that is a path": { extensions: { persistedQuery: { version: 1, sha256Hash: "../../etc/passwd" } } },
  "a named document that is null": { extensions: { persistedQuery: null } },
};

/** By GET, where the query stands in the address. */
const ADDRESSES: Readonly<Record<string, string>> = {
  "a mutation": "query=mutation%7Bping%7D",
  "a named mutation among queries": "query=query%20A%7B__typename%7Dmutation%20B%7Bping%7D&operationName=B",
  "no query": "a=b",
  "an empty query": "query=",
  "variables that are no JSON": "query=%7B__typename%7D&variables=%7B",
  "variables that are a list": "query=%7B__typename%7D&variables=%5B1%5D",
  "extensions that are no JSON": "query=%7B__typename%7D&extensions=%7B",
  "a query that is no text": "query=%ff%fe",
  "a query that is half an escape": "query=%7B__type%",
  "a query in a list": "query[]=%7B__typename%7D",
  "a deep query": `query=${encodeURIComponent(QUERIES["deep query"]?.["15 levels"] ?? "")}`,
  "a wide query": `query=${encodeURIComponent(QUERIES["wide query"]?.["31 names"] ?? "")}`,
  "a ring of fragments": `query=${encodeURIComponent("{ ...F } fragment F on Query { ...F }")}`,
  "a costly query": `query=${encodeURIComponent(QUERIES["costly query"]?.["pages of pages"] ?? "")}`,
};

export const QUERY_ATTACKS: readonly Attack[] = [
  ...Object.entries(QUERIES).flatMap(([family, queries]) =>
    Object.entries(queries).map(
      ([name, query]): Attack => ({ family, name, launch: ({ ask }) => ask("registrar", query, { l: "x", p: "x" }) }),
    ),
  ),
  ...VARIABLE_PAGES,
  ...Object.entries(ENVELOPES).map(
    ([name, body]): Attack => ({ family: "wrong envelope", name, launch: ({ post }) => post(body) }),
  ),
  ...Object.entries(ADDRESSES).map(
    ([name, search]): Attack => ({
      family: "query by GET",
      name,
      launch: ({ send, tokens }) =>
        send({ path: `/graphql?${search}`, headers: { authorization: `Bearer ${tokens.registrar}` } }),
    }),
  ),
  ...["deep query", "wide query", "costly query"].map(
    (family): Attack => ({
      family,
      name: "as a stream of events",
      launch: ({ post, tokens }) =>
        post(
          { query: Object.values(QUERIES[family] ?? {})[0] },
          { authorization: `Bearer ${tokens.registrar}`, accept: "text/event-stream" },
        ),
    }),
  ),
];
