import type { IncomingMessage, ServerResponse } from "node:http";
import { costLimitPlugin } from "@escape.tech/graphql-armor-cost-limit";
import { maxAliasesPlugin } from "@escape.tech/graphql-armor-max-aliases";
import { maxDepthPlugin } from "@escape.tech/graphql-armor-max-depth";
import { maxTokensPlugin } from "@escape.tech/graphql-armor-max-tokens";
import { useDisableIntrospection } from "@graphql-yoga/plugin-disable-introspection";
import { usePersistedOperations } from "@graphql-yoga/plugin-persisted-operations";
import { GraphQLError } from "graphql";
import { createYoga, type Plugin } from "graphql-yoga";
import type { Logger } from "pino";
import type { Language } from "../auth/viewer.ts";
import type { Database } from "../db/transaction.ts";
import { isProblem, problem } from "../domain/problem.ts";
import { languageOf } from "../features/identity/service.ts";
import { sentenceOf } from "../messages/index.ts";
import { CompiledQueries } from "./compiled.ts";
import { Context, dayInChina } from "./context.ts";
import { persistedDocuments } from "./generated/persisted.ts";
import { decodeId } from "./node-id.ts";
import { ProblemError } from "./problems.ts";
import { buildSchema } from "./schema.ts";
import type { Services } from "./services.ts";

/** Bounds of one operation. They protect the service; no rule of the field is among them. */
const LIMITS = { depth: 14, aliases: 30, tokens: 3000, cost: 40_000 } as const;

export interface ApiOptions {
  readonly db: Database;
  readonly services: Services;
  readonly log: Logger;
  readonly introspection: boolean;
  /** The page for trying queries out; off in production. */
  readonly explorer: boolean;
  readonly now?: () => Date;
}

export interface Api {
  readonly handler: (req: IncomingMessage, res: ServerResponse) => void;
  /** The same without a socket, for callers inside the process. */
  readonly fetch: (request: Request) => Promise<Response>;
}

const header = (request: Request, name: string): string | null => request.headers.get(name);

async function contextOf(request: Request, options: ApiOptions): Promise<Context | GraphQLError> {
  const now = (options.now ?? (() => new Date()))();
  const capacity = header(request, "x-guantong-capacity");
  const requestId = header(request, "x-request-id") ?? "";
  const language = languageOf(header(request, "accept-language")) ?? "zh";
  const capacityId = capacity === null ? null : decodeId("Capacity", capacity);
  if (capacity !== null && capacityId === null) {
    return unauthenticated(problem("MALFORMED_ID", { id: capacity.slice(0, 100) }), language, 400);
  }
  const viewer = await options.services.identity.viewerOf(
    {
      authorization: header(request, "authorization"),
      acceptLanguage: header(request, "accept-language"),
      capacityId,
      requestId,
    },
    now,
    dayInChina(now),
  );
  if (isProblem(viewer)) return unauthenticated(viewer, language, viewer.code === "FORBIDDEN" ? 403 : 401);
  return new Context({ viewer, db: options.db, services: options.services, now });
}

function unauthenticated(refused: Parameters<typeof sentenceOf>[0], language: Language, status: number): GraphQLError {
  return new GraphQLError(sentenceOf(refused, language), { extensions: { code: refused.code, http: { status } } });
}

/**
 * Finds out who asks before anything runs, puts problems into the caller's language, hides faults of ours behind a request
 * id, and ends the read transaction. Yoga would copy a context it makes itself, and a copy loses what a class is.
 */
function conduct(options: ApiOptions): Plugin {
  const compiled = new CompiledQueries();
  return {
    async onSubscribe({ args, subscribeFn, setSubscribeFn, setResultAndStopExecution }) {
      const { request } = args.contextValue as { readonly request: Request };
      const context = await contextOf(request, options);
      if (context instanceof GraphQLError) {
        setResultAndStopExecution({ errors: [context] });
        return undefined;
      }
      setSubscribeFn((given) => subscribeFn({ ...given, contextValue: context }));
      return {
        onSubscribeResult({ result, setResult }) {
          // the stream may last for hours; what it read to begin with ends here, and so does what each event reads
          context.refresh();
          if (!(Symbol.asyncIterator in result)) {
            context.end();
            const errors = (result.errors ?? []).map((error) => speak(error, context, options.log));
            setResult({ ...result, errors });
            return undefined;
          }
          return {
            onNext: ({ result: each, setResult: put }) => {
              context.refresh();
              if (each.errors !== undefined) {
                put({ ...each, errors: each.errors.map((error) => speak(error, context, options.log)) });
              }
            },
            onEnd: () => context.end(),
          };
        },
      };
    },
    async onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      const { request } = args.contextValue as { readonly request: Request };
      const context = await contextOf(request, options);
      if (context instanceof GraphQLError) {
        setResultAndStopExecution({ errors: [context] });
        return undefined;
      }
      setExecuteFn((given) => {
        const mine = { ...given, contextValue: context };
        return (compiled.find(mine) ?? executeFn)(mine);
      });
      return {
        onExecuteDone({ result, setResult }) {
          context.end();
          if (Symbol.asyncIterator in result || result.errors === undefined) return;
          setResult({ ...result, errors: result.errors.map((error) => speak(error, context, options.log)) });
        },
      };
    },
  };
}

/** What the explorer sends beside its queries, so that a reader who is signed in by a cookie may use it. */
const EXPLORER_HEADERS = JSON.stringify({ "x-guantong-csrf": "explorer" });

/** The explorer's page brings its scripts from where they are published; no answer of the service needs any. */
const EXPLORER_POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob: https://unpkg.com",
  "style-src 'unsafe-inline' https://unpkg.com",
  "font-src data: https://unpkg.com",
  "img-src data: https://raw.githubusercontent.com",
  "worker-src blob:",
  "connect-src 'self' https://unpkg.com",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

function explorerPolicy(): Plugin {
  return {
    onResponse({ response }) {
      if (response.headers.get("content-type")?.startsWith("text/html") !== true) return;
      response.headers.set("content-security-policy", EXPLORER_POLICY);
    },
  };
}

/** JSON in UTF-8, not packed: whatever else it says it is would be read as something it is not. */
function isJson(headers: Headers): boolean {
  const [type = "", ...parameters] = (headers.get("content-type") ?? "").toLowerCase().split(";");
  const charset = parameters.map((each) => each.trim()).find((each) => each.startsWith("charset="));
  const encoding = headers.get("content-encoding") ?? "identity";
  return (
    type.trim() === "application/json" &&
    (charset === undefined || /^charset="?utf-?8"?$/.test(charset)) &&
    encoding === "identity"
  );
}

/** Takes JSON only: what a page of another site can post without asking first (forms, plain text) is refused. */
function jsonOnly(): Plugin {
  return {
    onRequest(event) {
      const { request } = event;
      if (request.method !== "POST" || isJson(request.headers)) return;
      const language = languageOf(header(request, "accept-language")) ?? "zh";
      const refused = problem("INVALID_INPUT", { detail: "content-type" });
      const body = { errors: [{ message: sentenceOf(refused, language), extensions: { code: refused.code } }] };
      event.endResponse(event.fetchAPI.Response.json(body, { status: 415 }));
    },
  };
}

function speak(error: GraphQLError, context: Context, log: Logger): GraphQLError {
  const { language, requestId } = context.viewer;
  const cause = error.originalError ?? error;
  const refused = cause instanceof ProblemError ? cause.problem : null;
  if (refused === null && cause instanceof GraphQLError) return error;
  if (refused === null) log.error({ err: cause, requestId, path: error.path }, "a field failed");
  const told = refused ?? problem("INTERNAL", { requestId });
  return new GraphQLError(sentenceOf(told, language), {
    ...(error.nodes === undefined ? {} : { nodes: error.nodes }),
    ...(error.path === undefined ? {} : { path: error.path }),
    extensions: { code: told.code, ...(told.path === undefined ? {} : { inputPath: told.path }) },
  });
}

/** The GraphQL endpoint as a request listener; the server calls it for `/graphql` before Express sees the request. */
export function createApi(options: ApiOptions): Api {
  const yoga = createYoga({
    schema: buildSchema(),
    graphqlEndpoint: "/graphql",
    landingPage: false,
    graphiql: options.explorer ? { headers: EXPLORER_HEADERS } : false,
    // a page of another origin is allowed nothing; by default Yoga allows it everything, the reader's cookies included
    cors: false,
    multipart: false,
    batching: false,
    // the server has held the body to its bound already; Yoga would wrap it in one more stream
    maxRequestBodySize: false,
    maskedErrors: false,
    logging: false,
    plugins: [
      jsonOnly(),
      ...(options.explorer ? [explorerPolicy()] : []),
      // the portal names its documents; whoever writes their own is as welcome
      usePersistedOperations({
        allowArbitraryOperations: true,
        getPersistedOperation: (hash) => persistedDocuments.get(hash) ?? null,
        customErrors: {
          notFound: "PersistedQueryNotFound",
          keyNotFound: { message: "Must provide query string.", extensions: { http: { status: 400 } } },
        },
      }),
      conduct(options),
      maxTokensPlugin({ n: LIMITS.tokens }),
      maxDepthPlugin({ n: LIMITS.depth, flattenFragments: true }),
      maxAliasesPlugin({ n: LIMITS.aliases }),
      costLimitPlugin({ maxCost: LIMITS.cost, flattenFragments: true }),
      ...(options.introspection ? [] : [useDisableIntrospection()]),
    ],
  });
  return {
    handler: (req, res) => void yoga(req, res),
    fetch: async (request) => yoga.fetch(request),
  };
}
