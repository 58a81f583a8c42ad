import type { Problem } from "./domain/problem.ts";

/** Thrown where the service cannot start or go on, with a problem that says why. It ends at the command line. */
export class Failure extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, cause?: unknown) {
    super(`${problem.code} ${JSON.stringify(problem.params)}`, { cause });
    this.name = "Failure";
    this.problem = problem;
  }
}
