import { connectionOf, pageOf } from "../../api/connection.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import { isProblem, problem } from "../../domain/problem.ts";
import * as service from "./service.ts";

export const resolvers: Resolvers = {
  Query: {
    async deadJobs(_, args, context) {
      const page = pageOf(args, 1);
      if (page === null || (page.after !== null && !page.after.every(service.isJobNumber))) {
        return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
      }
      const rows = await service.deadJobs(context.tx, context.viewer, page);
      return isProblem(rows) ? refuse(rows) : connectionOf(rows, page, (row) => [row.id]);
    },
  },
  Mutation: {
    async retryJob(_, { jobId }, context) {
      const answer = await context.write((tx) => service.retryJob(tx, context.viewer, jobId));
      return isProblem(answer)
        ? toPayload(answer, context.language, ["ForbiddenProblem", "NotFoundProblem"])
        : { __typename: "RetryJobSuccess", jobId: answer.id };
    },
  },
  DeadJob: {
    about: (row) => Object.entries(row.payload).map(([name, value]) => ({ name, value: String(value) })),
  },
};
