import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { encodeId } from "../../api/node-id.ts";
import { requiredOf } from "../../domain/curriculum/count.ts";
import type { Plan, PlanNode } from "../../domain/curriculum/plan.ts";
import * as service from "./service.ts";
import * as store from "./store.ts";

/** A node of a plan together with the courses of its plan, so that leaves can be named. */
export interface PlanNodeView {
  readonly node: PlanNode;
  readonly plan: Plan;
  readonly courses: readonly store.PlanCourseRow[];
}

const courseOf = ({ node, courses }: PlanNodeView): store.PlanCourseRow | null =>
  node.kind === "COURSE" ? (courses.find((course) => course.courseId === node.courseId) ?? null) : null;

export const resolvers: Resolvers = {
  Programme: {
    plan: (programme, { cohort }, context) => store.planOfProgramme(context.tx, programme.id, cohort ?? null),
    cohorts: async (programme, _, { loaders }) => (await loaders.cohorts.load(programme.id)).map((row) => row.cohort),
  },
  Plan: {
    id: (plan) => encodeId("Plan", plan.id),
    programme: async (plan, _, { loaders }) => found(await loaders.programme.load(plan.programmeId)),
    requiredCredits: async (plan, _, { loaders }) =>
      service.requiredCreditsOf(store.planOf(plan, await loaders.planCourses.load(plan.id))),
    totalHours: async (plan, _, { loaders }) => service.hoursOf(await loaders.planCourses.load(plan.id)).total,
    practiceHours: async (plan, _, { loaders }) => service.hoursOf(await loaders.planCourses.load(plan.id)).practice,
    async root(row, _, { loaders }) {
      const courses = await loaders.planCourses.load(row.id);
      return { node: row.tree, plan: store.planOf(row, courses), courses };
    },
    courses: (plan, _, { loaders }) => loaders.planCourses.load(plan.id),
    async norms(plan, _, context) {
      const norm = await store.normOfPlan(context.tx, plan);
      const courses = await context.loaders.planCourses.load(plan.id);
      return norm === null ? [] : service.normSentences(store.planOf(plan, courses), norm, context.language);
    },
  },
  PlanNode: {
    key: ({ node }) => node.key,
    kind: ({ node }) => node.kind,
    title(view) {
      const course = courseOf(view);
      if (course !== null) return { zh: course.titleZh, en: course.titleEn };
      return view.node.kind === "COURSE" ? { zh: view.node.key, en: view.node.key } : view.node.title;
    },
    count: ({ node }) => (node.kind === "CHOOSE" ? node.count : null),
    requiredCredits: ({ node, plan }) => requiredOf(plan, node),
    children: ({ node, ...plan }) =>
      node.kind === "COURSE" ? [] : node.children.map((child) => ({ node: child, ...plan })),
    course: courseOf,
  },
  PlanCourse: {
    course: async (row, _, { loaders }) => found(await loaders.course.load(row.courseId)),
  },
};
