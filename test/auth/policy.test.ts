import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Action, authorise, authoriseList, POLICY, type Resource, type Scope } from "../../src/auth/policy.ts";
import { ANONYMOUS, ASSIGNED_ROLES, ROLES, SYSTEM, type Viewer } from "../../src/auth/viewer.ts";
import { policyTable } from "./policy-table.ts";

const HERE = "11111111-1111-4111-8111-111111111111";
const THERE = "22222222-2222-4222-8222-222222222222";
const SOMEWHERE = "33333333-3333-4333-8333-333333333333";
const ACTIONS = Object.keys(POLICY) as Action[];
const as = (role: Viewer["role"], parts: Partial<Viewer> = {}): Viewer => ({ ...ANONYMOUS, role, ...parts });

test("a registrar reaches the learners of their school and of no other", () => {
  const registrar = as("REGISTRAR", { institutionId: HERE });
  expect(authorise(registrar, "learner.read", { institutionIds: [HERE] })).toBeNull();
  expect(authorise(registrar, "learner.read", { institutionIds: [THERE] })).toMatchObject({ code: "FORBIDDEN" });
});

test("a student reaches themselves and nobody else", () => {
  const student = as("STUDENT", { learnerId: HERE });
  expect(authorise(student, "recognition.check", { learnerId: HERE })).toBeNull();
  expect(authorise(student, "recognition.check", { learnerId: THERE })).toMatchObject({ code: "FORBIDDEN" });
});

test("a student posts no deposit", () => {
  const student = as("STUDENT", { learnerId: HERE, institutionId: HERE });
  expect(authorise(student, "batch.confirm", { learnerId: HERE, institutionIds: [HERE] })).not.toBeNull();
});

test("nobody who has not signed in may do anything", () => {
  for (const action of ACTIONS) {
    expect(authorise(ANONYMOUS, action, { learnerId: HERE, institutionIds: [HERE] })).toMatchObject({
      code: "UNAUTHENTICATED",
    });
  }
});

test("the service itself may do everything", () => {
  for (const action of ACTIONS) expect(authorise(SYSTEM, action, {})).toBeNull();
});

/** Whether a scope reaches everything for a viewer: the service's own is for whoever acts for no school. */
function reachesAll(scope: string | undefined, { institutionId = null }: Partial<Viewer>): boolean {
  return scope === "any" || (scope === "service" && institutionId === null);
}

test("what belongs to nobody is out of everyone's reach, even of a viewer without school or learner", () => {
  const roles = ROLES.filter((role) => role !== "SYSTEM");
  fc.assert(
    fc.property(fc.constantFrom(...roles), fc.constantFrom(...ACTIONS), fc.boolean(), (role, action, placed) => {
      const viewer = as(role, placed ? { institutionId: HERE, learnerId: HERE } : {});
      const unowned = { learnerId: null, institutionIds: [null] };
      const grant: Partial<Record<string, string>> = POLICY[action];
      if (reachesAll(grant[role], viewer)) return;
      expect(authorise(viewer, action, unowned)).not.toBeNull();
    }),
  );
});

test("the table that people read is the one that decides", async () => {
  // after a change that is meant: npx vitest run --config scripts/config/vitest.config.ts test/auth -u
  await expect(policyTable()).toMatchFileSnapshot(join(import.meta.dirname, "../../src/auth/POLICY.md"));
});

/** A viewer who stands in exactly one relation to what an action is done to. */
const RELATIONS: Readonly<
  Record<Exclude<Scope, "any" | "service">, { readonly who: Partial<Viewer>; readonly what: Resource }>
> = {
  own: { who: { learnerId: HERE }, what: { learnerId: HERE } },
  wards: { who: { wardIds: [THERE, HERE] }, what: { learnerId: HERE } },
  section: { who: { accountId: HERE }, what: { teacherId: HERE } },
  department: { who: { departmentId: HERE }, what: { departmentIds: [null, HERE] } },
  institution: { who: { institutionId: THERE, predecessorIds: [HERE] }, what: { institutionIds: [null, HERE] } },
};
const relations = Object.entries(RELATIONS) as [Exclude<Scope, "any" | "service">, (typeof RELATIONS)["own"]][];

describe.each(ACTIONS)("%s", (action) => {
  const grant: Partial<Readonly<Record<string, Scope>>> = POLICY[action];

  test.each(ASSIGNED_ROLES)("by %s, in each relation to what it is done to", (role) => {
    const scope = grant[role];
    for (const [relation, { who, what }] of relations) {
      const granted = authorise(as(role, who), action, what) === null;
      expect(granted, relation).toBe(reachesAll(scope, who) || scope === relation);
      // the same viewer, and something that belongs to others
      const strange = { learnerId: THERE, teacherId: THERE, departmentIds: [THERE], institutionIds: [SOMEWHERE] };
      const stranger = as(role, { ...who, wardIds: [HERE] });
      expect(authorise(stranger, action, strange) === null, relation).toBe(reachesAll(scope, who));
    }
    const listed = authoriseList(as(role), action);
    expect(listed).toEqual(scope ?? expect.objectContaining({ code: "FORBIDDEN" }));
  });
});
