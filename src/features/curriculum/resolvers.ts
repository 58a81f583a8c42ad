import { found } from "../../api/found.ts";
import type { Resolvers } from "../../api/generated/resolvers.ts";
import { encodeId } from "../../api/node-id.ts";
import type { PlanNode } from "../../domain/curriculum/plan.ts";
import * as service from "./service.ts";
import * as store from "./store.ts";

/** A node of a plan together with the courses of its plan, so that leaves can be named. */
export interface PlanNodeView {
  readonly node: PlanNode;
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
      service.required(store.planOf(plan, await loaders.planCourses.load(plan.id))),
    totalHours: async (plan, _, { loaders }) => service.hoursOf(await loaders.planCourses.load(plan.id)).total,
    practiceHours: async (plan, _, { loaders }) => service.hoursOf(await loaders.planCourses.load(plan.id)).practice,
    root: async (plan, _, { loaders }) => ({ node: plan.tree, courses: await loaders.planCourses.load(plan.id) }),
    courses: (plan, _, { loaders }) => loaders.planCourses.load(plan.id),
    norms: async (plan, _, context) =>
      service.normFindings(plan, await context.loaders.planCourses.load(plan.id), context.language),
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
    requiredCredits: (view) => service.requiredOfNode(view.node, view.courses),
    children: ({ node, courses }) =>
      node.kind === "COURSE" ? [] : node.children.map((child) => ({ node: child, courses })),
    course: courseOf,
  },
  PlanCourse: {
    course: async (row, _, { loaders }) => found(await loaders.course.load(row.courseId)),
  },
};
