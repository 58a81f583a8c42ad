import type { IncomingMessage, ServerResponse } from "node:http";
import type { Language } from "../auth/viewer.ts";
import type { Problem } from "../domain/problem.ts";
import { sentenceOf } from "../messages/index.ts";

/** The language a request prefers: Chinese unless it says English first. */
export function languageOfRequest(request: IncomingMessage): Language {
  return /^\s*en\b/i.test(request.headers["accept-language"] ?? "") ? "en" : "zh";
}

/** Answers a request with a problem in the form GraphQL answers have, and ends the connection. */
export function refuse(request: IncomingMessage, response: ServerResponse, status: number, problem: Problem): void {
  const error = { message: sentenceOf(problem, languageOfRequest(request)), extensions: { code: problem.code } };
  if (problem.code === "TOO_MANY_REQUESTS") response.setHeader("retry-after", String(problem.params["seconds"]));
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", connection: "close" });
  response.end(JSON.stringify({ errors: [error] }));
}
