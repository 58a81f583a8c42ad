import { describe, expect, test } from "vitest";
import { parseCredits } from "../../src/domain/credit.ts";
import { requiredOf } from "../../src/domain/curriculum/count.ts";
import { checkNorms } from "../../src/domain/curriculum/norms.ts";
import { leavesOf, nodeByKey, nodesOf } from "../../src/domain/curriculum/tree.ts";
import { type DemoPlan, demoPlans } from "../../src/seed/curriculum.ts";
import { idOf } from "../../src/seed/id.ts";
import { type NormFile, readNorms } from "../../src/seed/reference.ts";
import { readTable } from "../../src/seed/table.ts";

const plans = await demoPlans();
const norms = new Map((await readNorms()).map((norm) => [norm.key, norm]));
const courses = await readTable("courses");
const programmes = await readTable("programmes");
/** One plan of each programme: the others differ in their cohort alone. */
const distinct = plans.filter((plan, i) => plans.findIndex((other) => other.programme === plan.programme) === i);

/** The fewest hours a learner can graduate with: electives in the proportion that is asked. */
function leastHours(plan: DemoPlan, of: (course: { theoryHours: number; practiceHours: number }) => number): number {
  const measure = (node: DemoPlan["root"]): number => {
    if (node.kind === "COURSE") {
      const course = plan.courses.get(node.courseId);
      return course === undefined ? 0 : of(course);
    }
    const below = node.children.map(measure);
    const sum = below.reduce((total, each) => total + each, 0);
    if (node.kind === "ALL_OF") return sum;
    if (node.kind === "CHOOSE") return (sum * node.count) / below.length;
    const offered = leavesOf(node).reduce((total, leaf) => total + (plan.courses.get(leaf.courseId)?.credits ?? 0), 0);
    return (sum * node.credits) / offered;
  };
  return measure(plan.root);
}

function normOf(plan: DemoPlan): NormFile {
  const norm = norms.get(plan.norm);
  if (norm === undefined) throw new Error(`${plan.programme}: no norm ${plan.norm}`);
  return norm;
}

describe("every plan of the demonstration", () => {
  test.each(distinct.map((plan) => [plan.programme, plan] as const))("%s meets the norm it answers to", (_, plan) => {
    const norm = normOf(plan);
    expect(norm.effectiveFrom <= `${plan.cohort}-09-01`).toBe(true);
    expect(checkNorms(plan, norm).filter((finding) => !finding.met)).toEqual([]);
  });

  test.each(distinct.map((plan) => [plan.programme, plan] as const))(
    "%s meets it too when a learner takes no more electives than asked",
    (_, plan) => {
      const norm = normOf(plan);
      const total = leastHours(plan, (course) => course.theoryHours + course.practiceHours);
      const practice = leastHours(plan, (course) => course.practiceHours);
      const electives = plan.places.filter((place) => place.requirement !== "REQUIRED").map((place) => place.courseId);
      const requiredHours = [...plan.courses.values()]
        .filter((course) => !electives.includes(course.courseId))
        .reduce((sum, course) => sum + course.theoryHours + course.practiceHours, 0);
      expect(total).toBeGreaterThanOrEqual(norm.minHours ?? 0);
      expect(practice / total).toBeGreaterThanOrEqual((norm.practiceShareMin ?? 0) / 10_000);
      expect((total - requiredHours) / total).toBeGreaterThanOrEqual(0.1);
    },
  );

  test("says that it is invented", () => {
    expect(plans.filter((plan) => !plan.invented || plan.note === null || !plan.note.includes("示范"))).toEqual([]);
  });

  test("has six to eight core courses beside its practical training", () => {
    const odd = distinct.filter((plan) => {
      const core = nodeByKey(plan, "core");
      const count = core === null ? 0 : leavesOf(core).length;
      return count < 6 || count > 8;
    });
    expect(odd.map((plan) => plan.programme)).toEqual([]);
  });

  test("uses the node keys of the convention, each once", () => {
    const keys = ["root", "general", "general-required", "general-elective", "specialty", "specialty-foundation"];
    const more = ["core", "training", "extension", "free-elective", "internship"];
    for (const plan of distinct) {
      const own = [...nodesOf(plan.root)].filter((node) => node.kind !== "COURSE").map((node) => node.key);
      expect(own).toEqual(expect.arrayContaining([...keys, ...more]));
      expect(new Set(own).size).toBe(own.length);
    }
  });

  test("places every course in one node and in a term that the programme has", () => {
    const years = new Map(programmes.map((row) => [row["key"], Number(row["years"])]));
    for (const plan of plans) {
      const ids = plan.places.map((place) => place.courseId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(
        plan.places.filter((place) => place.term < 1 || place.term > (years.get(plan.programme) ?? 0) * 2),
      ).toEqual([]);
      expect(new Set(leavesOf(plan.root).map((leaf) => leaf.courseId))).toEqual(new Set(ids));
    }
  });

  test("offers at least what each of its nodes asks for", () => {
    for (const plan of distinct) {
      for (const node of nodesOf(plan.root)) {
        if (node.kind !== "AT_LEAST") continue;
        const offered = leavesOf(node).map((leaf) => requiredOf(plan, leaf));
        expect(offered.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(node.credits);
      }
    }
  });

  test("teaches a prerequisite in an earlier term", () => {
    const prerequisites = new Map(
      courses.map((row) => [
        idOf("course", `${row["institution"]}/${row["code"]}`),
        (row["prerequisites"] ?? "")
          .split(";")
          .filter((code) => code !== "")
          .map((code) => idOf("course", `${row["institution"]}/${code}`)),
      ]),
    );
    const late = distinct.flatMap((plan) =>
      [...plan.courses.values()].flatMap((course) =>
        (prerequisites.get(course.courseId) ?? [])
          .filter((id) => (plan.courses.get(id)?.term ?? 99) >= course.term)
          .map((id) => `${plan.programme}: ${plan.courses.get(id)?.title.zh} before ${course.title.zh}`),
      ),
    );
    expect(late).toEqual([]);
  });

  test("sends nobody to a workplace internship in the first year", () => {
    const early = distinct.flatMap((plan) =>
      [...plan.courses.values()].filter((course) => {
        return course.term <= 2 && course.group === "INTERNSHIP" && course.title.zh.includes("岗位实习");
      }),
    );
    expect(early).toEqual([]);
  });
});

test("a revised plan binds the cohorts from then on and leaves the earlier ones as they were", () => {
  const codes = (cohort: number) => {
    const plan = plans.find((each) => each.programme === "btvtc-460301-2y" && each.cohort === cohort);
    return new Set([...(plan?.courses.values() ?? [])].map((course) => course.code));
  };
  expect([...codes(2026)].filter((code) => !codes(2025).has(code)).sort()).toEqual(["BZ1410", "BZ1411"]);
  expect([...codes(2025)].filter((code) => !codes(2026).has(code))).toEqual(["BZ1405"]);
  expect(codes(2025)).toEqual(codes(2023));
});

describe("the courses of the demonstration", () => {
  test("have a code of their own in their school, and hours and credits that are amounts", () => {
    const keys = courses.map((row) => `${row["institution"]}/${row["code"]}`);
    expect(new Set(keys).size).toBe(keys.length);
    const odd = courses.filter((row) => {
      const theory = Number(row["theory_hours"]);
      const practice = Number(row["practice_hours"]);
      const credits = parseCredits(row["credits"] ?? "") ?? 0;
      return credits <= 0 || theory < 0 || practice < 0 || theory + practice === 0 || row["title_en"] === "";
    });
    expect(odd).toEqual([]);
  });

  test("are all used by a plan of their school", () => {
    const used = new Set(plans.flatMap((plan) => plan.places.map((place) => place.courseId)));
    const idle = courses.filter((row) => !used.has(idOf("course", `${row["institution"]}/${row["code"]}`)));
    expect(idle).toEqual([]);
  });

  test("need no course that is not taught at the same school", () => {
    const keys = new Set(courses.map((row) => `${row["institution"]}/${row["code"]}`));
    const dead = courses.flatMap((row) =>
      (row["prerequisites"] ?? "")
        .split(";")
        .filter((code) => code !== "" && !keys.has(`${row["institution"]}/${code}`)),
    );
    expect(dead).toEqual([]);
  });
});
