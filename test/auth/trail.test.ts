import { expect, test } from "vitest";
import { authorise, may } from "../../src/auth/policy.ts";
import { see, Trail } from "../../src/auth/trail.ts";
import { ANONYMOUS, type Viewer } from "../../src/auth/viewer.ts";

const SCHOOL = "11111111-1111-4111-8111-111111111111";
const OTHER = "22222222-2222-4222-8222-222222222222";
const LEARNER = "33333333-3333-4333-8333-333333333333";
const NOW = new Date("2026-11-24T02:00:00Z");

function viewer(change: Partial<Viewer>): Viewer & { readonly trail: Trail } {
  const trail = new Trail({ now: NOW, address: "192.0.2.0/24" });
  return { ...ANONYMOUS, accountId: OTHER, requestId: "r1", ...change, trail };
}
const registrar = () => viewer({ role: "REGISTRAR", institutionId: SCHOOL });

test("whoever the policy lets look leaves who, what and whom, once for a whole list", () => {
  const who = registrar();
  authorise(who, "achievement.read", { institutionIds: [SCHOOL] });
  authorise(who, "achievement.read", { institutionIds: [SCHOOL] });
  see(who.trail.seen, [{ learnerId: LEARNER }, { learnerId: OTHER }, { learnerId: LEARNER }]);
  expect(who.trail.takeRest(who)).toMatchObject([
    {
      at: NOW.toISOString(),
      accountId: OTHER,
      role: "REGISTRAR",
      institutionId: SCHOOL,
      action: "achievement.read",
      outcome: "DONE",
      learnerIds: [LEARNER, OTHER],
      learnerCount: 2,
      requestId: "r1",
      detail: { address: "192.0.2.0/24" },
    },
  ]);
  expect(who.trail.takeRest(who)).toEqual([]);
});

test("a learner's rows leave a trail though no policy was asked", () => {
  const who = registrar();
  see(who.trail.seen, [{ learnerId: LEARNER }]);
  expect(who.trail.takeRest(who)).toMatchObject([{ action: "learner.read", learnerIds: [LEARNER] }]);
});

test("one's own looks leave nothing, a guardian's do", () => {
  const student = viewer({ role: "STUDENT", learnerId: LEARNER });
  authorise(student, "achievement.read", { learnerId: LEARNER });
  see(student.trail.seen, [{ learnerId: LEARNER }]);
  expect(student.trail.takeRest(student)).toEqual([]);
  const guardian = viewer({ role: "GUARDIAN", learnerId: LEARNER });
  see(guardian.trail.seen, [{ learnerId: LEARNER }]);
  expect(guardian.trail.takeRest(guardian)).toHaveLength(1);
});

test("a refusal is told, with its code", () => {
  const who = registrar();
  expect(authorise(who, "achievement.read", { learnerId: LEARNER, institutionIds: [OTHER] })).not.toBeNull();
  expect(who.trail.takeRest(who)).toMatchObject([
    { action: "achievement.read", outcome: "REFUSED", problem: "FORBIDDEN", learnerIds: [LEARNER] },
  ]);
});

test("nobody who has not signed in fills the log", () => {
  const nobody = { ...ANONYMOUS, trail: new Trail({ now: NOW, address: null }) };
  authorise(nobody, "achievement.read", { learnerId: LEARNER });
  expect(nobody.trail.takeRest(nobody)).toEqual([]);
});

test("to ask whether one may leaves nothing", () => {
  const who = registrar();
  expect(may(who, "batch.confirm", { institutionIds: [SCHOOL] })).toBe(true);
  expect(may(who, "batch.confirm", { institutionIds: [OTHER] })).toBe(false);
  expect(who.trail.takeRest(who)).toEqual([]);
});

test("an act is told once, in its own transaction, with its reason and whom it touched", () => {
  const who = registrar();
  const what = { type: "DepositBatch", id: OTHER };
  authorise(who, "batch.confirm", { institutionIds: [SCHOOL], what, reason: "年级更正" });
  const entries = who.trail.takeActs(who, new Set([LEARNER]));
  expect(entries).toMatchObject([
    {
      action: "batch.confirm",
      outcome: "DONE",
      resourceType: "DepositBatch",
      resourceId: OTHER,
      learnerIds: [LEARNER],
      detail: { reason: "年级更正" },
    },
  ]);
  // to see them in the answer is no look of its own
  see(who.trail.seen, [{ learnerId: LEARNER }]);
  expect(who.trail.takeRest(who)).toEqual([]);
});

test("an act that came to nothing is told as failed, with the code", () => {
  const who = registrar();
  authorise(who, "batch.confirm", { institutionIds: [SCHOOL] });
  who.trail.failActs("BATCH_NOT_OPEN");
  expect(who.trail.takeActs(who, new Set())).toEqual([]);
  expect(who.trail.takeRest(who)).toMatchObject([{ outcome: "FAILED", problem: "BATCH_NOT_OPEN" }]);
});
