import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { encodeId } from "../../api/node-id.ts";
import { labelTextOf, signatoryAs } from "./service.ts";
import * as store from "./store.ts";

const titleOf = (row: { readonly titleZh: string; readonly titleEn: string }) => ({ zh: row.titleZh, en: row.titleEn });

export const resolvers: Resolvers = {
  Query: {
    alliances: (_, __, context) => store.alliances(context.tx),
    alliance: async (_, { key }, context) => (await store.alliances(context.tx)).find((row) => row.key === key) ?? null,
    pathways: (_, __, context) => store.pathways(context.tx),
    pathway: async (_, { key }, context) => (await store.pathways(context.tx)).find((row) => row.key === key) ?? null,
  },
  Alliance: {
    id: (row) => encodeId("Alliance", row.id),
    title: titleOf,
    lead: async (row, _, { loaders }) => found(await loaders.institution.load(row.leadInstitutionId)),
    members: (row, _, { loaders }) => loaders.allianceMembers.load(row.id),
    alignment: (row, _, { loaders }) => loaders.alignment.load(row.id),
    agreements: (row, _, { loaders }) => loaders.agreementsOfAlliance.load(row.id),
  },
  AllianceMember: {
    institution: async (row, _, { loaders }) => found(await loaders.institution.load(row.institutionId)),
  },
  Alignment: { evidence: (row) => ({ zh: row.evidenceZh, en: row.evidenceEn }) },
  Agreement: {
    id: (row) => encodeId("Agreement", row.id),
    title: titleOf,
    parties: (row, _, { loaders }) => loaders.agreementParties.load(row.id),
    pathways: (row, _, { loaders }) => loaders.pathwaysOfAgreement.load(row.id),
  },
  AgreementParty: {
    institution: (row, _, { loaders }) =>
      row.institutionId === null ? null : loaders.institution.load(row.institutionId),
    async signatory({ signatory, institutionId }, _, { loaders }) {
      if (signatory === null) return null;
      const [policy] = institutionId === null ? [] : await loaders.publicNames.load(institutionId);
      return signatoryAs(signatory, policy);
    },
    enterpriseName: (row) =>
      row.enterpriseNameZh === null
        ? null
        : { zh: row.enterpriseNameZh, en: row.enterpriseNameEn ?? row.enterpriseNameZh },
  },
  Pathway: {
    id: (row) => encodeId("Pathway", row.id),
    title: titleOf,
    async label(row, _, { loaders }) {
      const stages = await loaders.stages.load(row.id);
      return labelTextOf(
        await Promise.all(
          stages.map(async (stage) => ({ stage, programme: found(await loaders.programme.load(stage.programmeId)) })),
        ),
      );
    },
    agreement: async (row, _, { loaders }) => found(await loaders.agreement.load(row.agreementId)),
    async alliance(row, _, { loaders }) {
      const agreement = found(await loaders.agreement.load(row.agreementId));
      return found(await loaders.alliance.load(agreement.allianceId));
    },
    stages: (row, _, { loaders }) => loaders.stages.load(row.id),
  },
  Stage: {
    programme: async (row, _, { loaders }) => found(await loaders.programme.load(row.programmeId)),
    level: async (row, _, { loaders }) => found(await loaders.programme.load(row.programmeId)).level,
    confers: (row) => row.confers.map((award) => ({ kind: award.kind, title: titleOf(award) })),
    leaver: (row) => row.leaver.map((award) => ({ kind: award.kind, title: titleOf(award) })),
    gate: (row) => (row.gate === null ? null : titleOf(row.gate)),
    async phases(row, _, { loaders }) {
      const programme = found(await loaders.programme.load(row.programmeId));
      return programme.phases.map((phase) => ({
        level: phase.level,
        years: phase.years,
        gate: phase.gateZh === undefined ? null : { zh: phase.gateZh, en: phase.gateEn ?? phase.gateZh },
      }));
    },
  },
};
