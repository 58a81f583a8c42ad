import fc from "fast-check";
import { expect, test } from "vitest";
import { type Action, authorise, POLICY } from "../../src/auth/policy.ts";
import { ANONYMOUS, ROLES, SYSTEM, type Viewer } from "../../src/auth/viewer.ts";

const HERE = "11111111-1111-4111-8111-111111111111";
const THERE = "22222222-2222-4222-8222-222222222222";
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

test("what belongs to nobody is out of everyone's reach, even of a viewer without school or learner", () => {
  const roles = ROLES.filter((role) => role !== "SYSTEM");
  fc.assert(
    fc.property(fc.constantFrom(...roles), fc.constantFrom(...ACTIONS), fc.boolean(), (role, action, placed) => {
      const viewer = as(role, placed ? { institutionId: HERE, learnerId: HERE } : {});
      const unowned = { learnerId: null, institutionIds: [null] };
      const grant: Partial<Record<string, string>> = POLICY[action];
      if (grant[role] === "any") return;
      expect(authorise(viewer, action, unowned)).not.toBeNull();
    }),
  );
});
