import { problem } from "../domain/problem.ts";
import { ProblemError } from "./problems.ts";

/**
 * What an operation answers, or, when it takes longer than it may, that it was given up. Its reads end with it; a write
 * that is under way is bounded by the database's own time for a statement, and whether it was done, the caller asks again.
 */
export function inTime<Result>(
  result: PromiseLike<Result> | Result,
  ms: number,
): PromiseLike<Result | GivenUp> | Result {
  if (typeof result !== "object" || result === null || !("then" in result)) return result;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve({ errors: [new ProblemError(problem("OPERATION_TIMEOUT"))] }), ms);
    timer.unref();
    result.then(resolve, reject).then(() => clearTimeout(timer));
  });
}

interface GivenUp {
  readonly errors: readonly ProblemError[];
}
