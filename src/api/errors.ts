import { GraphQLError, type GraphQLErrorExtensions } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Logger } from "pino";
import type { Language } from "../auth/viewer.ts";
import { type Problem, problem } from "../domain/problem.ts";
import { languageOf } from "../features/identity/service.ts";
import { sentenceOf } from "../messages/index.ts";
import { ProblemError } from "./problems.ts";

/** How many errors one answer names, and how much each may say: a caller's own text comes back in some. */
const ERRORS_MAX = 30;
const MESSAGE_MAX = 400;

/** What a caller is told in, and by which id the log knows the request. */
export interface Listener {
  readonly language: Language;
  readonly requestId: string;
}

export function listenerOf(request: Request): Listener {
  const language = languageOf(request.headers.get("accept-language")) ?? "zh";
  return { language, requestId: request.headers.get("x-request-id") ?? "" };
}

/** Statuses of HTTP that problems have where nothing but they is answered. */
const STATUS: Partial<Readonly<Record<Problem["code"], number>>> = {
  TOO_MANY_REQUESTS: 429,
  QUERY_TOO_LARGE: 400,
  QUERY_TOO_COSTLY: 400,
  OPERATION_TIMEOUT: 503,
};

/** A problem as an error of GraphQL, in the caller's language. */
export function errorOf(refused: Problem, language: Language, at?: GraphQLError): GraphQLError {
  const status = STATUS[refused.code];
  // compiled queries make errors without extensions
  const marked: GraphQLErrorExtensions | undefined = at?.extensions;
  const given = marked?.["http"] ?? (status === undefined ? undefined : { status, ...retryAfter(refused) });
  return new GraphQLError(sentenceOf(refused, language), {
    ...(at?.nodes === undefined ? {} : { nodes: at.nodes }),
    ...(at?.path === undefined ? {} : { path: at.path }),
    extensions: {
      code: refused.code,
      ...(refused.path === undefined ? {} : { inputPath: refused.path }),
      ...(given === undefined ? {} : { http: given }),
    },
  });
}

function retryAfter({ code, params }: Problem): object {
  return code === "TOO_MANY_REQUESTS" ? { headers: { "retry-after": String(params["seconds"]) } } : {};
}

/** PostgreSQL's word for a statement that took too long (statement_timeout). */
const QUERY_CANCELED = "57014";

/**
 * What a caller hears of an error: a problem's sentence, what GraphQL found wrong with the query, and of a fault of ours
 * no more than the id by which the log tells all.
 */
export function speak(error: GraphQLError, { language, requestId }: Listener, log: Logger): GraphQLError {
  const cause = error.originalError ?? error;
  if (cause instanceof ProblemError) return errorOf(cause.problem, language, error);
  if (cause instanceof GraphQLError) return coded(error);
  if ((cause as { code?: unknown }).code === QUERY_CANCELED)
    return errorOf(problem("OPERATION_TIMEOUT"), language, error);
  // before there is an operation, what does not parse is the caller's: `variables` in an address, perhaps
  if (cause instanceof SyntaxError && error.path === undefined) {
    const at = new GraphQLError("", { extensions: { http: { status: 400 } } });
    return errorOf(problem("INVALID_INPUT", { detail: "JSON" }), language, at);
  }
  log.error({ err: cause, requestId, path: error.path }, "a field failed");
  return errorOf(problem("INTERNAL", { requestId }), language, error);
}

/** GraphQL's own errors have no code where the query is at fault; by their words they are told apart. */
const CODES: readonly (readonly [RegExp, string])[] = [
  [/^Syntax Error/, "GRAPHQL_PARSE_FAILED"],
  [/^Variable "|^Argument "|variable values|^Expected (value of )?type/, "BAD_USER_INPUT"],
  [/^Unknown operation|^Must provide operation|^Could not determine what operation/, "OPERATION_RESOLUTION_FAILURE"],
  [/^PersistedQueryNotFound/, "PERSISTED_QUERY_NOT_FOUND"],
];

function coded(error: GraphQLError): GraphQLError {
  const extensions = error.extensions as GraphQLErrorExtensions | undefined;
  const known = extensions?.["code"];
  if (typeof known === "string" && error.message.length <= MESSAGE_MAX) return error;
  const code = known ?? CODES.find(([words]) => words.test(error.message))?.[1] ?? "BAD_REQUEST";
  return new GraphQLError(error.message.slice(0, MESSAGE_MAX), {
    ...(error.nodes === undefined ? {} : { nodes: error.nodes }),
    ...(error.source === undefined ? {} : { source: error.source }),
    ...(error.positions === undefined ? {} : { positions: error.positions }),
    ...(error.path === undefined ? {} : { path: error.path }),
    // as Yoga's own executor marks them
    extensions: { ...(code === "BAD_USER_INPUT" ? { http: { status: 400 } } : {}), ...extensions, code },
  });
}

/** Sees to it that every error leaves with a code and a sentence of its own, whichever part of the way it fell out of. */
export function speakAll(log: Logger): Plugin {
  return {
    onResultProcess(event) {
      const { request, result } = event;
      if (Array.isArray(result) || Symbol.asyncIterator in result) return;
      const { errors } = result as { readonly errors?: readonly GraphQLError[] };
      if (errors === undefined) return;
      const listener = listenerOf(request);
      const told = errors.slice(0, ERRORS_MAX).map((error) => speak(error, listener, log));
      event.setResult({ ...result, errors: told });
    },
  };
}
