import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GraphQLError, GraphQLScalarType, type GraphQLSchema, Kind } from "graphql";
import { createSchema } from "graphql-yoga";
import { resolvers as alliance } from "../features/alliance/resolvers.ts";
import { resolvers as audit } from "../features/audit/resolvers.ts";
import { resolvers as bank } from "../features/bank/resolvers.ts";
import { resolvers as application } from "../features/application/resolvers.ts";
import { resolvers as correcting } from "../features/bank/correcting-resolvers.ts";
import { resolvers as sharing } from "../features/bank/sharing-resolvers.ts";
import { resolvers as calendar } from "../features/calendar/resolvers.ts";
import { resolvers as catalogue } from "../features/catalogue/resolvers.ts";
import { resolvers as consent } from "../features/consent/resolvers.ts";
import { resolvers as curriculum } from "../features/curriculum/resolvers.ts";
import { resolvers as file } from "../features/file/resolvers.ts";
import { resolvers as access } from "../features/identity/access-resolvers.ts";
import { resolvers as identity } from "../features/identity/resolvers.ts";
import { resolvers as insight } from "../features/insight/resolvers.ts";
import { resolvers as job } from "../features/job/resolvers.ts";
import { resolvers as notice } from "../features/notice/resolvers.ts";
import { resolvers as openAct } from "../features/openact/resolvers.ts";
import { resolvers as personal } from "../features/personal/resolvers.ts";
import { resolvers as placement } from "../features/placement/resolvers.ts";
import { resolvers as publicNotice } from "../features/publicnotice/resolvers.ts";
import { resolvers as recognition } from "../features/recognition/resolvers.ts";
import { resolvers as bankNumbers } from "../features/registry/bank-number-resolvers.ts";
import { resolvers as merging } from "../features/registry/merge-resolvers.ts";
import { resolvers as registry } from "../features/registry/resolvers.ts";
import { resolvers as selection } from "../features/selection/resolvers.ts";
import { resolvers as status } from "../features/status/resolvers.ts";
import { isIsoDate, isMoment } from "../domain/date.ts";
import type { Context } from "./context.ts";
import type { Resolvers } from "./generated/resolvers.ts";
import { node } from "./node.ts";

/** The contract lies beside `src` and `dist` alike. */
const CONTRACT = join(import.meta.dirname, "../../graphql");

/** The contract as text, file by file in the order of their names. */
export function contract(): readonly string[] {
  return readdirSync(CONTRACT)
    .filter((name) => name.endsWith(".graphql"))
    .sort()
    .map((name) => readFileSync(join(CONTRACT, name), "utf8"));
}

/** An error of GraphQL's own kind: any other would count as a fault of ours. */
const notOne = (name: string, description: string): GraphQLError =>
  new GraphQLError(`${name}: not ${description}`, { extensions: { code: "BAD_USER_INPUT" } });

function text(name: string, description: string, isOne: (text: string) => boolean): GraphQLScalarType<string, string> {
  const read = (value: unknown): string => {
    if (typeof value !== "string" || !isOne(value)) throw notOne(name, description);
    return value;
  };
  return new GraphQLScalarType({
    name,
    serialize: String,
    parseValue: read,
    parseLiteral: (literal) => read(literal.kind === Kind.STRING ? literal.value : null),
  });
}

/** Whole numbers that are counted in a unit: no fraction passes either way. */
function whole(name: string): GraphQLScalarType<number, number> {
  const read = (value: unknown): number => {
    if (typeof value !== "number" || !Number.isSafeInteger(value)) throw notOne(name, "a whole number");
    return value;
  };
  return new GraphQLScalarType({
    name,
    serialize(value) {
      // what we send wrong is our fault, and told as such
      if (!Number.isSafeInteger(value)) throw new TypeError(`${name}: not a whole number`);
      return value as number;
    },
    parseValue: read,
    parseLiteral: (literal) => read(literal.kind === Kind.INT ? Number(literal.value) : null),
  });
}

const shared: Resolvers = {
  Query: { node: (_, { id }, context) => node(id, context) },
  Mutation: { ping: () => true },
  Citation: { url: (citation) => citation.url ?? null, invented: (citation) => citation.invented ?? false },
  Date: text("Date", "a date such as 2026-06-30", isIsoDate),
  DateTime: text("DateTime", "a moment such as 2026-06-30T08:00:00+08:00", isMoment),
  Credits: whole("Credits"),
  Hours: whole("Hours"),
};

/** The executable contract. */
export function buildSchema(): GraphQLSchema {
  return createSchema<Context>({
    typeDefs: [...contract()],
    resolvers: [
      shared,
      identity,
      access,
      calendar,
      catalogue,
      curriculum,
      alliance,
      registry,
      bankNumbers,
      consent,
      file,
      placement,
      publicNotice,
      insight,
      bank,
      personal,
      openAct,
      recognition,
      selection,
      status,
      merging,
      job,
      notice,
      audit,
      application,
      correcting,
      sharing,
    ],
    resolverValidationOptions: { requireResolversToMatchSchema: "error" },
  });
}
