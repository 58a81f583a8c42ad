import { connectionOf, pageOf } from "../../api/connection.ts";
import type { Context } from "../../api/context.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import { OPEN_ACTS, placeOf } from "../../domain/open-act.ts";
import { isProblem, problem } from "../../domain/problem.ts";
import { fill, messages } from "../../messages/index.ts";
import * as service from "./service.ts";

const lookOf = ({ tx: read, services: { keys }, now, today }: Context) => ({ read, keys, now, today });

export const resolvers: Resolvers = {
  Query: {
    async openActsOfClass(_, args, context) {
      const page = pageOf(args, 3);
      if (page === null) return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
      const rows = await service.openActsOfClass(lookOf(context), context.viewer, page);
      return isProblem(rows) ? refuse(rows) : connectionOf(rows, page, placeOf);
    },
  },
  Mutation: {
    async remindOfOpenActs(_, __, context) {
      const answer = await service.remindOfOpenActs(lookOf(context), context.viewer, (act) => context.post(act));
      return isProblem(answer)
        ? toPayload(answer, context.language, ["ForbiddenProblem"])
        : { __typename: "RemindOfOpenActsSuccess", reminded: answer };
    },
  },
  OpenAct: {
    by: ({ kind }) => OPEN_ACTS[kind].by,
    expected: ({ kind }) => OPEN_ACTS[kind].expected,
    text({ kind, words }, _, { language }) {
      const told = Object.entries(words).map(([name, said]) => [
        name,
        typeof said === "string" ? said : said[language],
      ]);
      return fill(messages(language).openAct[kind], Object.fromEntries(told) as Record<string, string>);
    },
  },
};
