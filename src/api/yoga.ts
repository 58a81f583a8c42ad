import type { IncomingMessage, ServerResponse } from "node:http";
import { maxAliasesPlugin } from "@escape.tech/graphql-armor-max-aliases";
import { maxDepthPlugin } from "@escape.tech/graphql-armor-max-depth";
import { maxTokensPlugin } from "@escape.tech/graphql-armor-max-tokens";
import { useDisableIntrospection } from "@graphql-yoga/plugin-disable-introspection";
import { usePersistedOperations } from "@graphql-yoga/plugin-persisted-operations";
import { type ExecutionArgs, type ExecutionResult, GraphQLError } from "graphql";
import { createYoga, type Plugin } from "graphql-yoga";
import type { Logger } from "pino";
import { networkOf, type RateLimits } from "../auth/rate-limits.ts";
import type { Database } from "../db/transaction.ts";
import type { AddressKept } from "../domain/audit.ts";
import { isProblem, type Problem, problem } from "../domain/problem.ts";
import { languageOf } from "../features/identity/service.ts";
import { sentenceOf } from "../messages/index.ts";
import { CompiledQueries } from "./compiled.ts";
import { admit } from "./admission.ts";
import { dayInChina } from "../domain/date.ts";
import { type Context } from "./context.ts";
import { COST_MAX, type Demand, Scales } from "./cost.ts";
import { errorOf, type Listener, listenerOf, speak, speakAll } from "./errors.ts";
import { persistedDocuments } from "./generated/persisted.ts";
import { faultOfDocument, faultOfVariables } from "./input-bounds.ts";
import { inTime } from "./in-time.ts";
import { ProblemError } from "./problems.ts";
import { countOf } from "./rated-fields.ts";
import { buildSchema } from "./schema.ts";
import type { Services } from "./services.ts";
import { type Listener as StreamListener, type StreamRules, Streams } from "./streams.ts";

/** Bounds of one operation, beside its cost. They protect the service; no rule of the field is among them. */
const LIMITS = { depth: 14, aliases: 30, tokens: 3000 } as const;
/** Texts of documents are remembered by the thousand, comments and all. */
const DOCUMENT_LENGTH_MAX = 60_000;

export interface ApiOptions {
  readonly db: Database;
  readonly services: Services;
  readonly log: Logger;
  readonly introspection: boolean;
  /** The address people reach the portal at: over TLS the session's cookie is kept to it. */
  readonly publicUrl: string | null;
  /** The page for trying queries out; off in production. */
  readonly explorer: boolean;
  /** How often may be asked; null: as often as one likes. */
  readonly rates: RateLimits | null;
  readonly operationMs: number;
  /** How many event streams there may be, and for how long; what streams.ts says unless given. */
  readonly streams?: StreamRules;
  readonly now?: () => Date;
  /** How much of a caller's address the audit log keeps; its network unless said. */
  readonly addressKept?: AddressKept;
}

export interface Api {
  readonly handler: (req: IncomingMessage, res: ServerResponse) => void;
  /** The same without a socket, for callers inside the process. */
  readonly fetch: (request: Request) => Promise<Response>;
}

/** Where a request comes from, as the server wrote it down. */
const addressOf = (request: Request): string => request.headers.get("x-guantong-address") ?? "unknown";
/** What goes out with the answer to a request. */
const cookiesToSet = new WeakMap<Request, string>();

/** Gives out the session's next cookie, or takes a dead one away. */
function sessionCookies(): Plugin {
  return {
    onResponse({ request, response }) {
      const cookie = cookiesToSet.get(request);
      if (cookie !== undefined) response.headers.append("set-cookie", cookie);
    },
  };
}

const header = (request: Request, name: string): string | null => request.headers.get(name);

async function contextOf(request: Request, options: ApiOptions): Promise<Context | GraphQLError> {
  const { language, requestId } = listenerOf(request);
  const knock = {
    authorization: header(request, "authorization"),
    cookie: header(request, "cookie"),
    acceptLanguage: header(request, "accept-language"),
    capacity: header(request, "x-guantong-capacity"),
    requestId,
    address: addressOf(request),
  };
  const { context, status, setCookie } = await admit(knock, options);
  if (setCookie !== null) cookiesToSet.set(request, setCookie);
  return isProblem(context) ? turnedAway(context, language, status) : context;
}

function turnedAway(refused: Problem, language: Listener["language"], status: number): GraphQLError {
  const { message, extensions } = errorOf(refused, language);
  return new GraphQLError(message, { extensions: { http: { status }, ...extensions } });
}

/** Whether an operation asks for more than one may, or too often. */
async function excessOf(
  demand: Demand | null,
  variables: object,
  context: Context,
  options: ApiOptions,
  request: Request,
) {
  if (demand === null) return null;
  if (demand.cost(variables as Record<string, unknown>) > COST_MAX) return problem("QUERY_TOO_COSTLY");
  const { rates } = options;
  if (rates === null) return null;
  const { roots } = demand;
  const address = addressOf(request);
  const attempts = countOf(roots, "attempt");
  const refused = attempts === 0 ? null : await rates.signIn(address, attempts);
  return refused ?? rates.operation(context.viewer.accountId ?? address, roots.length, countOf(roots, "heavy"));
}

type Operation = Pick<ExecutionArgs, "document" | "operationName" | "variableValues" | "contextValue">;

/** Who asks, once what they ask has been found within all bounds. */
async function admitted(
  { document, operationName, variableValues, contextValue }: Operation,
  scales: Scales,
  options: ApiOptions,
): Promise<Context | GraphQLError> {
  const { request } = contextValue as { readonly request: Request };
  const { language } = listenerOf(request);
  const variables = variableValues ?? {};
  const fault = faultOfDocument(document) ?? faultOfVariables(variables);
  if (fault !== null) return turnedAway(fault, language, 400);
  const context = await contextOf(request, options);
  if (context instanceof GraphQLError) return context;
  const refused = await excessOf(scales.weigh(document, operationName), variables, context, options, request);
  return refused === null ? context : turnedAway(refused, context.language, 400);
}

/** Whether whoever opened a stream may hear on: asked at news of their account, and now and then. */
async function listenerTo(request: Request, context: Context, options: ApiOptions): Promise<StreamListener> {
  const { viewer, sessionId, services } = context;
  const asker = { viewer, sessionId, authorization: header(request, "authorization") };
  const clock = options.now ?? (() => new Date());
  return {
    news: viewer.accountId === null ? null : await services.news.of("guantong_account", viewer.accountId),
    goesOn() {
      const now = clock();
      return services.identity.goesOn(asker, now, dayInChina(now));
    },
  };
}

/** Gives back what was held, and lets the fault go on. */
const leaving =
  (free: () => void) =>
  (error: unknown): never => {
    free();
    throw error;
  };

/**
 * Finds out who asks before anything runs, puts problems into the caller's language, hides faults of ours behind a request
 * id, and ends the read transaction. Yoga would copy a context it makes itself, and a copy loses what a class is.
 */
function conduct(options: ApiOptions, scales: Scales): Plugin {
  const compiled = new CompiledQueries();
  const streams = new Streams(options.streams);
  return {
    async onSubscribe({ args, subscribeFn, setSubscribeFn, setResultAndStopExecution }) {
      const context = await admitted(args, scales, options);
      if (context instanceof GraphQLError) {
        setResultAndStopExecution({ errors: [context] });
        return undefined;
      }
      const { request } = args.contextValue as { readonly request: Request };
      const room = streams.begin(context.viewer.accountId, networkOf(addressOf(request)));
      if (typeof room === "number") {
        context.end();
        const refused = problem("TOO_MANY_STREAMS", { limit: room });
        setResultAndStopExecution({ errors: [turnedAway(refused, context.language, 429)] });
        return undefined;
      }
      const listener = await listenerTo(request, context, options).catch(leaving(room));
      const free = (): void => {
        room();
        void listener.news?.return?.();
        context.end();
      };
      setSubscribeFn((given) => Promise.resolve(subscribeFn({ ...given, contextValue: context })).catch(leaving(free)));
      return {
        onSubscribeResult({ result, setResult }) {
          // the stream may last for hours; what it read to begin with ends here, and so does what each event reads
          context.refresh();
          if (!(Symbol.asyncIterator in result)) {
            free();
            const errors = (result.errors ?? []).map((error) => speak(error, context.viewer, options.log));
            setResult({ ...result, errors });
            return undefined;
          }
          setResult(streams.guard(result as AsyncIterableIterator<ExecutionResult>, listener));
          return {
            onNext: ({ result: each, setResult: put }) => {
              context.refresh();
              if (each.errors !== undefined) {
                put({ ...each, errors: each.errors.map((error) => speak(error, context.viewer, options.log)) });
              }
            },
            onEnd: free,
          };
        },
      };
    },
    async onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      const context = await admitted(args, scales, options);
      if (context instanceof GraphQLError) {
        setResultAndStopExecution({ errors: [context] });
        return undefined;
      }
      setExecuteFn((given) => {
        const mine = { ...given, contextValue: context };
        return inTime((compiled.find(mine) ?? executeFn)(mine), options.operationMs);
      });
      return {
        onExecuteDone({ result, setResult }) {
          context.end();
          if (Symbol.asyncIterator in result || result.errors === undefined) return;
          setResult({ ...result, errors: result.errors.map((error) => speak(error, context.viewer, options.log)) });
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

/** Bounds of a document before anything of it is run. */
function documentBounds(): Plugin[] {
  const refused = (what: string, limit: number): never => {
    throw new ProblemError(problem("QUERY_TOO_LARGE", { what, limit }));
  };
  return [
    {
      onParams({ params }) {
        if ((params.query?.length ?? 0) > DOCUMENT_LENGTH_MAX) refused("length", DOCUMENT_LENGTH_MAX);
      },
    },
    maxTokensPlugin({ n: LIMITS.tokens, onReject: [() => refused("tokens", LIMITS.tokens)] }),
    maxDepthPlugin({ n: LIMITS.depth, flattenFragments: true, onReject: [() => refused("depth", LIMITS.depth)] }),
    // none is let off, __typename neither
    maxAliasesPlugin({ n: LIMITS.aliases, allowList: [], onReject: [() => refused("aliases", LIMITS.aliases)] }),
  ];
}

/** The GraphQL endpoint as a request listener; the server calls it for `/graphql` before Express sees the request. */
export function createApi(options: ApiOptions): Api {
  const schema = buildSchema();
  const yoga = createYoga({
    schema,
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
      sessionCookies(),
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
      conduct(options, new Scales(schema)),
      ...documentBounds(),
      speakAll(options.log),
      ...(options.introspection ? [] : [useDisableIntrospection()]),
    ],
  });
  return {
    handler: (req, res) => void yoga(req, res),
    fetch: async (request) => yoga.fetch(request),
  };
}
