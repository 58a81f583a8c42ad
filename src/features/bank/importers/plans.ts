import { v7 } from "uuid";
import type { PlanNode } from "../../../domain/curriculum/plan.ts";
import type { Id } from "../../../domain/id.ts";
import { MODULES, type ModuleKey, PLANS } from "../../../domain/sheet/kinds/curriculum.ts";
import * as store from "../import-store.ts";
import type { Importer } from "../importing.ts";
import { type Lookup, lookup } from "../lookup.ts";
import { programmeLookup } from "./programmes.ts";

interface PlanItem {
  readonly programme: store.SchoolProgramme;
  readonly cohort: number;
  readonly norm: string;
  readonly module: ModuleKey;
  readonly moduleCredits: number | null;
  readonly courseId: Id;
  readonly courseCode: string;
  readonly term: number;
  readonly requirement: store.CourseFields["requirement"];
}
interface PlanFacts {
  readonly programmes: Lookup<store.SchoolProgramme>;
  readonly courses: Lookup<store.CourseFields & { readonly id: Id; readonly code: string }>;
  readonly norms: ReadonlySet<string>;
  readonly known: ReadonlyMap<string, store.KnownPlan>;
}

const planKey = (item: { readonly programme: { readonly id: Id }; readonly cohort: number }): string =>
  `${item.programme.id}/${item.cohort}`;

export const planImporter: Importer<typeof PLANS.columns, PlanFacts, PlanItem> = {
  kind: PLANS,
  action: "plan.import",
  keyColumn: "courseCode",
  keyOf: (item) => `${planKey(item)}/${item.courseCode}`,
  async load(tx, { institutionId }) {
    const [programmes, courses, norms, plans] = await Promise.all([
      store.programmes(tx, institutionId),
      store.courses(tx, institutionId),
      store.norms(tx),
      store.plans(tx, institutionId),
    ]);
    return {
      programmes: programmeLookup(programmes),
      courses: lookup(courses, (row) => [row.code]),
      norms: new Set(norms.map(({ key }) => key)),
      known: new Map(plans.map((row) => [`${row.programmeId}/${row.cohort}`, row])),
    };
  },
  resolve(row, { programmes, courses, norms }, refuse) {
    const programme = programmes.find(row.programme);
    const course = courses.find(row.courseCode);
    if (programme === null) refuse("programme", "UNKNOWN_PROGRAMME", { key: row.programme });
    if (course === null) refuse("courseCode", "UNKNOWN_COURSE", { code: row.courseCode });
    if (!norms.has(row.norm)) refuse("norm", "CELL_NOT_A_CODE", { value: row.norm, allowed: [...norms].join(", ") });
    if (programme === null || course === null) return null;
    const { cohort, norm, module, moduleCredits, term } = row;
    return {
      programme: programme.row,
      cohort,
      norm,
      module,
      moduleCredits,
      courseId: course.row.id,
      courseCode: course.row.code,
      term,
      requirement: row.requirement ?? course.row.requirement,
    };
  },
  async write(tx, { institutionId }, items, { known }, dryRun) {
    const counts = { inserted: 0, updated: 0, unchanged: 0 };
    for (const rows of grouped(items)) {
      const [first] = rows;
      if (first === undefined) continue;
      const before = known.get(planKey(first));
      const plan = planOf(rows, first, before?.id ?? v7(), institutionId);
      const state = before === undefined ? "inserted" : before.content === plan.content ? "unchanged" : "updated";
      counts[state] += rows.length;
      if (state !== "unchanged" && !dryRun) await store.putPlan(tx, plan);
    }
    return counts;
  },
};

function grouped(items: readonly PlanItem[]): PlanItem[][] {
  const plans = new Map<string, PlanItem[]>();
  for (const item of items) plans.set(planKey(item), [...(plans.get(planKey(item)) ?? []), item]);
  return [...plans.values()];
}

function planOf(rows: readonly PlanItem[], first: PlanItem, id: Id, institutionId: Id): store.PlanToPut {
  const { programme, cohort, norm } = first;
  const title = { zh: `${programme.titleZh}专业人才培养方案`, en: `Programme plan: ${programme.titleEn}` };
  const tree: PlanNode = { kind: "ALL_OF", key: "root", title, children: modulesOf(rows) };
  const courses = rows
    .map(({ courseId, module, term, requirement }) => ({ courseId, nodeKey: module, term, requirement }))
    .toSorted((a, b) => a.term - b.term || (a.courseId < b.courseId ? -1 : 1));
  return {
    id,
    programmeId: programme.id,
    institutionId,
    cohort,
    norm,
    tree,
    courses,
    content: store.contentOfPlan(norm, tree, courses),
  };
}

/** The modules that have courses, in the usual order; the two general ones lie under one node. */
function modulesOf(rows: readonly PlanItem[]): PlanNode[] {
  const nodes = (Object.keys(MODULES) as ModuleKey[]).flatMap((key): PlanNode[] => {
    const own = rows.filter((row) => row.module === key);
    const { zh, en } = MODULES[key];
    const children = own
      .toSorted((a, b) => a.term - b.term || (a.courseCode < b.courseCode ? -1 : 1))
      .map(({ courseId, courseCode }): PlanNode => ({ kind: "COURSE", key: courseCode, courseId }));
    const least = own.find((row) => row.moduleCredits !== null)?.moduleCredits ?? null;
    if (own.length === 0) return [];
    if (least === null) return [{ kind: "ALL_OF", key, title: { zh, en }, children }];
    return [{ kind: "AT_LEAST", key, title: { zh, en }, credits: least, children }];
  });
  const isGeneral = (node: PlanNode): boolean => node.key.startsWith("general-");
  const general = nodes.filter(isGeneral);
  const title = { zh: "公共基础课", en: "General courses" };
  const rest = nodes.filter((node) => !isGeneral(node));
  return general.length === 0 ? rest : [{ kind: "ALL_OF", key: "general", title, children: general }, ...rest];
}
