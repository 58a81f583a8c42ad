import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  APPLICATION_STATUSES,
  APPLICATION_STEPS,
  type ApplicationStatus,
  isOver,
  nextStatus,
  waitsFor,
} from "../../../src/domain/application/step.ts";
import { isProblem } from "../../../src/domain/problem.ts";

describe("the steps of an application", () => {
  test("nothing follows once it is over, and something always can until then", () => {
    for (const status of APPLICATION_STATUSES) {
      const onward = APPLICATION_STEPS.filter((step) => !isProblem(nextStatus(status, step)));
      expect(onward.length === 0, status).toBe(isOver(status));
      expect(waitsFor(status) === null, status).toBe(isOver(status));
    }
  });

  test("whatever is tried, it is recorded only after it was confirmed, reviewed and decided in turn", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...APPLICATION_STEPS), { maxLength: 30 }), (steps) => {
        let status: ApplicationStatus = "SUBMITTED";
        const taken: string[] = [];
        for (const step of steps) {
          const next = nextStatus(status, step);
          if (isProblem(next)) {
            expect(next.code).toBe("APPLICATION_ELSEWHERE");
            continue;
          }
          taken.push(step);
          status = next;
        }
        if (status === "RECORDED") expect(taken.slice(-3)).toEqual(["REVIEW", "DECIDE", "RECORD"]);
        expect(taken.filter((step) => step === "CONFIRM").length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
