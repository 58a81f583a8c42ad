import type { PlanNode } from "../../domain/curriculum/plan.ts";
import { nodesOf } from "../../domain/curriculum/tree.ts";
import type { Id, Title } from "../../domain/id.ts";
import { matchersOf } from "../../domain/recognition/match.ts";
import type { Rule } from "../../domain/recognition/rule.ts";
import type { NameOf } from "./words.ts";

/** What naming asks of the catalogue's loaders. */
interface Titles {
  readonly certificate: { load(id: Id): Promise<{ readonly titleZh: string; readonly titleEn: string } | null> };
  readonly competition: { load(id: Id): Promise<{ readonly titleZh: string; readonly titleEn: string } | null> };
}

/** The names of whatever some rules call by id: certificates and competitions, and the nodes of a plan by their keys. */
export async function namesFor(rules: readonly Rule[], titles: Titles, tree: PlanNode | null): Promise<NameOf> {
  const names = new Map<string, Title>();
  if (tree !== null) {
    for (const node of nodesOf(tree)) if (node.kind !== "COURSE") names.set(node.key, node.title);
  }
  const matchers = rules.flatMap((rule) => matchersOf(rule.source));
  await Promise.all(
    matchers.map(async (matcher) => {
      const id =
        matcher.kind === "CERTIFICATE"
          ? matcher.certificateId
          : matcher.kind === "COMPETITION"
            ? matcher.competitionId
            : null;
      if (id === null || names.has(id)) return;
      const row = await (matcher.kind === "CERTIFICATE" ? titles.certificate.load(id) : titles.competition.load(id));
      if (row !== null) names.set(id, { zh: row.titleZh, en: row.titleEn });
    }),
  );
  return (idOrKey) => names.get(idOrKey) ?? null;
}
