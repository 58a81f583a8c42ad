import { type GraphQLField, type GraphQLNamedType, type GraphQLObjectType, type GraphQLSchema, Kind } from "graphql";
import type postgres from "postgres";
import type { Answer, TestApi } from "../support/api.ts";
import { ACTORS, type Actor, type World } from "./matrix.ts";

/** Told by its definition: the schema's classes may be those of another copy of the library. */
export const isObject = (type: GraphQLNamedType | undefined): type is GraphQLObjectType =>
  type?.astNode?.kind === Kind.OBJECT_TYPE_DEFINITION;

const COMPOSITE: ReadonlySet<string | undefined> = new Set([
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
]);

/** A field with the least that can be asked of what it answers; null where it needs arguments of its own. */
function selectionOf(field: GraphQLField<unknown, unknown>, schema: GraphQLSchema): string | null {
  if (field.args.some((arg) => String(arg.type).endsWith("!") && arg.defaultValue === undefined)) return null;
  const type = schema.getType(String(field.type).replaceAll(/[[\]!]/g, ""));
  return COMPOSITE.has(type?.astNode?.kind) ? `${field.name} { __typename }` : field.name;
}

/** The fields of a type that can be asked for one by one. */
export function fieldsOf(
  type: GraphQLObjectType,
  schema: GraphQLSchema,
): readonly { readonly name: string; readonly selection: string }[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const selection = selectionOf(field, schema);
    return selection === null ? [] : [{ name: field.name, selection }];
  });
}

/** Asks as one of the actors. */
export function askAs(api: TestApi, actor: Actor, document: string, variables: object): Promise<Answer<unknown>> {
  const login = ACTORS[actor];
  return api.ask(document, variables, login === null ? {} : { as: login });
}

/** The variables of the world that a document uses; GraphQL refuses any other. */
export function variablesOf(document: string, world: World): object {
  return Object.fromEntries(Object.entries(world).filter(([name]) => document.includes(`$${name}:`)));
}

/** Everything an answer holds at a path, through lists; problems and what is hidden are nothing. */
export function foundAt(data: unknown, path: readonly string[]): readonly unknown[] {
  let found = present([data]);
  for (const name of path) {
    found = present(
      found.flatMap((each) => {
        const value = (each as Readonly<Record<string, unknown>>)[name];
        return Array.isArray(value) ? value : [value];
      }),
    );
  }
  return found;
}

const present = (values: readonly unknown[]): readonly unknown[] =>
  values.filter((value) => value !== null && value !== undefined && !isProblem(value));

const isProblem = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  String((value as { __typename?: unknown }).__typename).endsWith("Problem");

/** The codes of an answer that refuses: of its errors, or of the problem it is. */
export function codesOf(answer: Answer<unknown>): readonly string[] {
  const payloads = Object.values((answer.data ?? {}) as Readonly<Record<string, unknown>>).filter(isProblem);
  return [
    ...answer.errors.map(({ extensions }) => extensions?.code ?? "UNCODED"),
    ...payloads.map((payload) => (payload as { readonly code?: string }).code ?? "UNCODED"),
  ];
}

/** Where it is noted who asked for what: refusals are noted as well. */
const NOTED: ReadonlySet<string> = new Set(["audit_entry"]);

/** What stands in every table, in one word each; what is noted of whoever asks apart. */
export async function contentsOf(sql: postgres.Sql): Promise<ReadonlyMap<string, string>> {
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`;
  const found = new Map<string, string>();
  for (const { name } of tables.filter((table) => !NOTED.has(table.name))) {
    const [row] = await sql<{ sum: string }[]>`
      select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum from ${sql(name)} t`;
    found.set(name, row?.sum ?? "");
  }
  return found;
}
