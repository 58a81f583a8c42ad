import { connectionOf, pageOf } from "../../api/connection.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { encodeId } from "../../api/node-id.ts";
import { refuse, toPayload } from "../../api/problems.ts";
import { isProblem, problem } from "../../domain/problem.ts";
import { found } from "../../api/found.ts";
import { catalogueCoverage, setPublicNames } from "./service.ts";
import * as store from "./store.ts";

const TYPE_OF_KIND = {
  MAJOR: "Major",
  COURSE: "Course",
  PROGRAMME: "Programme",
  INSTITUTION: "Institution",
  CERTIFICATE: "Certificate",
  COMPETITION: "Competition",
} as const;

/** The longest text that is searched for; longer ones are no search but an attack. */
const SEARCH_LENGTH_MAX = 100;

export const resolvers: Resolvers = {
  Query: {
    async catalogue(_, args, context) {
      const page = pageOf(args, 1);
      if (page === null) return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
      if (args.text.length > SEARCH_LENGTH_MAX) return refuse(problem("INVALID_INPUT", { detail: "text" }, ["text"]));
      const hits = await context.services.search.find(context.tx, args.text, args.kinds ?? null, context.now.getTime());
      const start = page.after === null ? 0 : Number(page.after[0]);
      if (!Number.isSafeInteger(start) || start < 0)
        return refuse(problem("INVALID_INPUT", { detail: "after" }, ["after"]));
      const rows = hits
        .slice(start, start + page.first + 1)
        .map(({ row }, at) => ({ ...row, position: start + at + 1 }));
      return { ...connectionOf(rows, page, (row) => [String(row.position)]), totalCount: hits.length };
    },
    catalogueCoverage: (_, __, context) => catalogueCoverage(context.tx),
    institutions: (_, args, context) => store.institutions(context.tx, args.kind ?? null),
    institution: (_, args, context) => store.institutionByKey(context.tx, args.key),
    programmes: (_, args, context) =>
      store.programmes(context.tx, { level: args.level ?? null, institutionKey: args.institutionKey ?? null }),
    programme: (_, args, context) => store.programmeByKey(context.tx, args.key),
  },
  Mutation: {
    async setPublicNames(_, { input }, context) {
      const { masked, citation } = input;
      const { document, clause, url } = citation;
      const word = { document, clause, ...(typeof url === "string" ? { url } : {}) };
      const wish = { masked, citation: word };
      const id = await context.write((tx) => setPublicNames(tx, context.viewer, wish, context.now));
      return isProblem(id)
        ? toPayload(id, context.language, ["ForbiddenProblem", "InvalidInputProblem"])
        : { __typename: "SetPublicNamesSuccess", institution: found(await context.loaders.institution.load(id)) };
    },
  },
  Title: { text: (title, _, context) => title[context.language] },
  CatalogueEntryEdge: {
    async node({ node }, _, { loaders }) {
      const typename = TYPE_OF_KIND[node.kind];
      const row = await {
        MAJOR: () => loaders.major.load(node.id),
        COURSE: () => loaders.course.load(node.id),
        PROGRAMME: () => loaders.programme.load(node.id),
        INSTITUTION: () => loaders.institution.load(node.id),
        CERTIFICATE: () => loaders.certificate.load(node.id),
        COMPETITION: () => loaders.competition.load(node.id),
      }[node.kind]();
      // the union's members are told apart by their name, which rows do not carry
      return { __typename: typename, ...found(row) } as never;
    },
  },
  Institution: {
    id: (row) => encodeId("Institution", row.id),
    name: (row) => ({ zh: row.nameZh, en: row.nameEn }),
    publicNames: async (row, _, { loaders }) => {
      const [policy] = await loaders.publicNames.load(row.id);
      return {
        masked: policy?.masked ?? true,
        citation: policy === undefined ? null : { ...policy.citation, invented: false },
      };
    },
    successor: (row, _, { loaders }) => (row.successorId === null ? null : loaders.institution.load(row.successorId)),
    history: (row, _, { loaders }) => loaders.institutionEvents.load(row.id),
    programmes: (row, _, { loaders }) => loaders.programmesOfInstitution.load(row.id),
  },
  InstitutionEvent: {
    formerName: (row) =>
      row.formerNameZh === null ? null : { zh: row.formerNameZh, en: row.formerNameEn ?? row.formerNameZh },
    successor: (row, _, { loaders }) => (row.successorId === null ? null : loaders.institution.load(row.successorId)),
  },
  Major: {
    id: (row) => encodeId("Major", row.id),
    majorClass: (row, _, context) => (row.classIndex === null ? null : store.majorClass(context.tx, row)),
    related: (row, _, context) => store.majorsRelated(context.tx, row),
  },
  Programme: {
    id: (row) => encodeId("Programme", row.id),
    title: (row) => ({ zh: row.titleZh, en: row.titleEn }),
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
    major: async (row, _, { loaders }) => found(await loaders.major.load(row.majorId)),
  },
  Course: {
    id: (row) => encodeId("Course", row.id),
    title: (row) => ({ zh: row.titleZh, en: row.titleEn }),
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
    async prerequisites(row, _, { loaders }) {
      const links = await loaders.prerequisites.load(row.id);
      return Promise.all(links.map(async (link) => found(await loaders.course.load(link.prerequisiteId))));
    },
  },
  Certificate: {
    id: (row) => encodeId("Certificate", row.id),
    title: (row) => ({ zh: row.titleZh, en: row.titleEn }),
    issuer: (row) => ({ zh: row.issuerZh, en: row.issuerEn }),
  },
  Competition: {
    id: (row) => encodeId("Competition", row.id),
    title: (row) => ({ zh: row.titleZh, en: row.titleEn }),
  },
};
