import type { CheckAnswerFragment, CourseNameFragment } from "../generated/documents.ts";

export type Answer = CheckAnswerFragment;
export type Line = Answer["lines"][number];
export type Refusal = Answer["refusals"][number];
export type NodeProgress = Answer["progress"][number];
export type Achievement = Line["achievements"][number];

/** A node of the plan with what lies below it; the service sends the tree as a list in reading order. */
export interface ProgressTree {
  readonly node: NodeProgress;
  readonly children: readonly ProgressTree[];
}

/** The trees of a list in reading order. */
export function treesOf(progress: readonly NodeProgress[]): readonly ProgressTree[] {
  const roots: ProgressTree[] = [];
  const path: { tree: ProgressTree; children: ProgressTree[] }[] = [];
  for (const node of progress) {
    const children: ProgressTree[] = [];
    const tree = { node, children };
    path.length = Math.min(path.length, node.depth);
    (path.at(-1)?.children ?? roots).push(tree);
    path.push({ tree, children });
  }
  return roots;
}

/** Where courses and nodes stand in the plan. */
export interface PlanMap {
  /** Keys of the nodes that hold courses or take blanket credit, in reading order. */
  readonly groupKeys: readonly string[];
  readonly node: (key: string) => NodeProgress | undefined;
  /** The node that a course stands in. */
  readonly groupOfCourse: (courseId: string) => string;
  readonly termOf: (courseId: string) => number | undefined;
}

/** Reads the map of the plan out of an answer. */
export function mapPlan({ plan, progress }: Answer): PlanMap {
  const nodes = new Map(progress.map((node) => [node.key, node]));
  const planned = new Map(plan.courses.map((course) => [course.course.id, course]));
  const groupByCourse = new Map<string, string>();
  const path: string[] = [];
  for (const { key, depth, kind, course } of progress) {
    path.length = Math.min(path.length, depth);
    if (course !== null) groupByCourse.set(course.id, path.at(-1) ?? "");
    if (kind !== "COURSE") path.push(key);
  }
  return {
    groupKeys: progress.filter(({ kind }) => kind !== "COURSE").map(({ key }) => key),
    node: (key) => nodes.get(key),
    groupOfCourse: (id) => groupByCourse.get(id) ?? planned.get(id)?.nodeKey ?? "",
    termOf: (id) => planned.get(id)?.term,
  };
}

/** One thing that a line counts for: a course, or a node of the plan where the rule gives blanket credit. */
export type Destination =
  | { readonly kind: "COURSE"; readonly key: string; readonly course: CourseNameFragment; readonly credits: number }
  | { readonly kind: "NODE"; readonly key: string; readonly nodeKey: string; readonly credits: number };

/** What a line counts for. */
export function destinationsOf(line: Line): readonly Destination[] {
  const courses = line.targets.map(
    ({ course, credits }): Destination => ({ kind: "COURSE", key: course.id, course, credits }),
  );
  if (courses.length > 0 || line.nodeKey === null) return courses;
  return [{ kind: "NODE", key: `node:${line.nodeKey}`, nodeKey: line.nodeKey, credits: line.credits }];
}
