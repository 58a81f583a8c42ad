import { describe, expect, test } from "vitest";
import { climbs, labelOf } from "../../src/domain/pathway.ts";
import { type MajorEdition, type EducationLevel, parseMajorCode, sameClass } from "../../src/domain/major.ts";
import { type AwardFile, readStages } from "../../src/seed/alliance.ts";
import { phasesOf } from "../../src/seed/catalogue.ts";
import { demoPlans } from "../../src/seed/curriculum.ts";
import { idOf } from "../../src/seed/id.ts";
import { majorId, readMajors } from "../../src/seed/reference.ts";
import { type Row, readReference, readTable } from "../../src/seed/table.ts";

const [institutions, events, programmes, pathways, agreements, parties, alliances, members, alignments] =
  await Promise.all([
    readTable("institutions"),
    readTable("institution_events"),
    readTable("programmes"),
    readTable("pathways"),
    readTable("agreements"),
    readTable("agreement_parties"),
    readTable("alliances"),
    readTable("alliance_members"),
    readTable("alignments"),
  ]);
const stages = await readStages();
const programmeOf = new Map(programmes.map((row) => [row["key"] ?? "", row]));
const keys = (rows: readonly Row[]) => new Set(rows.map((row) => row["key"] ?? ""));

function labelText(key: string): string {
  const own = (stages[key] ?? []).map((stage) => ({ stage, programme: programmeOf.get(stage.programme) ?? {} }));
  const [first] = own;
  const integrated = first?.programme["kind"] === "FIVE_YEAR_INTEGRATED";
  const label = labelOf(
    integrated
      ? { kind: "INTEGRATED", programmeId: idOf("programme", first.stage.programme), phases: phasesOf(first.programme) }
      : {
          kind: "STAGED",
          stages: own.map(({ stage, programme }) => ({
            level: programme["level"] as EducationLevel,
            institutionId: idOf("institution", programme["institution"] ?? ""),
            majorId: majorId(programme["edition"] ?? "", programme["major"] ?? ""),
            programmeId: idOf("programme", stage.programme),
            years: stage.years,
          })),
        },
  );
  return label.kind === "SUM" ? label.text : String(label.years);
}

describe("the pathways of the demonstration", () => {
  test("cover every pattern, by labels that are derived from their stages", () => {
    const labels = pathways.map((row) => labelText(row["key"] ?? "")).sort();
    expect(labels).toEqual(["3+2", "3+2", "3+2", "3+2", "3+2+2", "3+2+2", "3+2+2", "3+3", "3+3", "3+4", "3+4", "5"]);
    for (const table of [pathways, programmes]) for (const row of table) expect(row).not.toHaveProperty("label");
  });

  test("hold the question of the student: 660301 at a secondary school, then 460301 at the college in 3+2", () => {
    const majors = (stages["mechatronics"] ?? []).map((stage) => programmeOf.get(stage.programme));
    expect(majors.map((row) => `${row?.["institution"]} ${row?.["major"]}`)).toEqual(["jdsf 660301", "btvtc 460301"]);
    expect(labelText("mechatronics")).toBe("3+2");
  });

  test("climb, and relate their majors by class or by family", async () => {
    const families = await readReference("families");
    const familiesOf = (row: Row) =>
      families
        .filter((each) => each["edition"] === row["edition"] && each["code"] === row["major"])
        .map((each) => each["family"]);
    const codeOf = (row: Row) => parseMajorCode(row["major"] ?? "", row["edition"] as MajorEdition);
    const related = (before: Row, after: Row) => {
      const [a, b] = [codeOf(before), codeOf(after)];
      if (a !== null && b !== null && sameClass(a, b)) return true;
      return familiesOf(before).some((family) => familiesOf(after).includes(family));
    };
    for (const own of Object.values(stages)) {
      const taught = own.map((stage) => programmeOf.get(stage.programme) ?? {});
      expect(climbs(taught.map((programme) => ({ level: programme["level"] as EducationLevel })))).toBe(true);
      const unrelated = taught.slice(1).filter((after, i) => !related(taught[i] ?? {}, after));
      expect(unrelated).toEqual([]);
    }
  });

  test("name for every stage what it confers and what an early leaver holds", () => {
    const all = Object.values(stages).flat();
    const kinds = (awards: readonly AwardFile[]) => awards.map((award) => award.kind);
    expect(all.filter((stage) => !kinds(stage.confers).includes("DIPLOMA"))).toEqual([]);
    expect(all.filter((stage) => !kinds(stage.leaver).includes("COMPLETION"))).toEqual([]);
    expect(all.filter((stage) => !kinds(stage.leaver).includes("ATTENDANCE"))).toEqual([]);
    expect(all.filter((stage) => stage.years !== Number(programmeOf.get(stage.programme)?.["years"]))).toEqual([]);
  });

  test("put a gate before every next stage, and let who does not pass it graduate from the stage that ends", () => {
    for (const own of Object.values(stages)) {
      expect(own.map((stage) => stage.gate !== null)).toEqual(own.map((_, i) => i < own.length - 1));
      const gated = own.filter((stage) => stage.gate !== null);
      expect(gated.filter((stage) => !stage.leaver.some((award) => award.kind === "GRADUATION"))).toEqual([]);
    }
  });

  test("make the five-year programme one programme in two registry phases, with a gate after year three", async () => {
    const own = stages["railway-engineering"] ?? [];
    expect(own).toHaveLength(1);
    const phases = phasesOf(programmeOf.get(own[0]?.programme ?? "") ?? {});
    expect(phases.map(({ level, years }) => [level, years])).toEqual([
      ["SECONDARY", 3],
      ["ASSOCIATE", 2],
    ]);
    expect(phases.map((phase) => phase.gateZh !== undefined)).toEqual([true, false]);
    const plans = (await demoPlans()).filter((plan) => plan.programme === own[0]?.programme);
    expect(new Set(plans.map((plan) => plan.cohort)).size).toBe(plans.length);
    expect(own[0]?.leaver.some((award) => award.after === "YEAR_3" && award.kind === "GRADUATION")).toBe(true);
  });

  test("have a plan ready for the cohort that arrives at each stage", async () => {
    const plans = await demoPlans();
    const ready = new Set(plans.map((plan) => `${plan.programme} ${plan.cohort}`));
    const arrivals = Object.values(stages).flatMap((own) =>
      [2023, 2024, 2025, 2026].flatMap((entry) =>
        own.map((stage, i) => {
          const before = own.slice(0, i).reduce((years, each) => years + each.years, 0);
          return `${stage.programme} ${entry + before}`;
        }),
      ),
    );
    expect(arrivals.filter((arrival) => !ready.has(arrival))).toEqual([]);
  });
});

describe("the alliances of the demonstration", () => {
  test("are the four of the founding policy, each led by its college and aligned in five dimensions", () => {
    expect(alliances.map((row) => row["lead"])).toEqual(["btvtc", "btli", "btrc", "btis"]);
    for (const row of alliances) {
      const own = members.filter((member) => member["alliance"] === row["key"]);
      expect(own.filter((member) => member["role"] === "LEAD").map((member) => member["institution"])).toEqual([
        row["lead"],
      ]);
      expect(alignments.filter((each) => each["alliance"] === row["key"])).toHaveLength(5);
    }
  });

  test("hold a pathway each, and every stage is taught by a member", () => {
    for (const row of pathways) {
      const agreement = agreements.find((each) => `${each["key"]}@${each["version"]}` === row["agreement"]);
      const own = new Set(
        members.filter((m) => m["alliance"] === agreement?.["alliance"]).map((m) => m["institution"]),
      );
      for (const stage of stages[row["key"] ?? ""] ?? [])
        expect(own).toContain(programmeOf.get(stage.programme)?.["institution"]);
    }
    const bound = new Set(
      pathways.map((row) => agreements.find((a) => `${a["key"]}@${a["version"]}` === row["agreement"])?.["alliance"]),
    );
    expect(bound.size).toBe(4);
  });

  test("have agreements that are signed by every party where they are in force, and say that they are invented", () => {
    const partiesOf = (row: Row) =>
      parties.filter((party) => party["agreement"] === row["key"] && party["version"] === row["version"]);
    expect(agreements.filter((row) => row["invented"] !== "true")).toEqual([]);
    expect(agreements.filter((row) => partiesOf(row).length < 2)).toEqual([]);
    const inForce = agreements.filter((row) => row["status"] === "IN_FORCE");
    expect(inForce.flatMap(partiesOf).filter((party) => party["signed_on"] === "")).toEqual([]);
  });
});

describe("the schools of the demonstration", () => {
  test("are Baotou's eight, and others that say they are invented", () => {
    const real = institutions.filter((row) => row["fictitious"] === "false");
    expect(real).toHaveLength(8);
    for (const row of institutions.filter((each) => each["fictitious"] === "true")) {
      expect(row["name_zh"]).toContain("演示");
      expect(row["moe_id"]).toBe("");
    }
  });

  test("share the ministry's id in three cases, so it is no key", () => {
    expect(institutions.filter((row) => row["moe_id"] === "4115010127")).toHaveLength(3);
  });

  test("leave a successor behind where they were merged or succeeded, and no programme", () => {
    const closed = institutions.filter((row) => row["closed_on"] !== "");
    expect(closed.length).toBeGreaterThanOrEqual(2);
    for (const row of closed) {
      const successor = institutions.find((each) => each["key"] === row["successor"]);
      expect(successor?.["closed_on"]).toBe("");
      expect(programmes.filter((programme) => programme["institution"] === row["key"])).toEqual([]);
      const told = events.filter((event) => event["institution"] === row["key"] && event["successor"] !== "");
      expect(told.map((event) => event["successor"])).toEqual([row["successor"]]);
    }
    expect(events.some((event) => event["kind"] === "RENAMED")).toBe(true);
  });

  test("are of every kind, and the technician school answers to the labour department", () => {
    expect(new Set(institutions.map((row) => row["kind"])).size).toBe(7);
    for (const row of institutions)
      expect(row["supervised_by"]).toBe(row["kind"] === "TECHNICIAN_SCHOOL" ? "LABOUR" : "EDUCATION");
  });
});

describe("no reference of the demonstration is dead", () => {
  test("from tables to schools, enterprises, agreements and programmes", async () => {
    const [campuses, departments, enterprises] = await Promise.all(
      ["campuses", "departments", "enterprises"].map((name) => readTable(name)),
    );
    const schools = keys(institutions);
    const dead = (rows: readonly Row[] | undefined, column: string, known: ReadonlySet<string>) =>
      (rows ?? []).map((row) => row[column] ?? "").filter((key) => key !== "" && !known.has(key));
    for (const rows of [events, campuses, departments, programmes, parties, members])
      expect(dead(rows, "institution", schools)).toEqual([]);
    expect(dead(institutions, "successor", schools)).toEqual([]);
    expect(dead(alliances, "lead", schools)).toEqual([]);
    expect(dead(parties, "enterprise", keys(enterprises ?? []))).toEqual([]);
    for (const rows of [agreements, members, alignments]) expect(dead(rows, "alliance", keys(alliances))).toEqual([]);
    const versions = new Set(agreements.map((row) => `${row["key"]}@${row["version"]}`));
    expect(dead(pathways, "agreement", versions)).toEqual([]);
    expect(Object.keys(stages).sort()).toEqual(pathways.map((row) => row["key"]).sort());
    const used = Object.values(stages).flatMap((own) => own.map((stage) => stage.programme));
    expect(used.filter((key) => !programmeOf.has(key))).toEqual([]);
    const named = new Set((departments ?? []).map((row) => `${row["institution"]}/${row["name_zh"]}`));
    expect(programmes.filter((row) => !named.has(`${row["institution"]}/${row["department"]}`))).toEqual([]);
  });

  test("from programmes to majors, at the level that the code says", async () => {
    const majors = new Map((await readMajors()).map((row) => [`${row["edition"]}/${row["code"]}`, row]));
    const wrong = programmes.filter(
      (row) => majors.get(`${row["edition"]}/${row["major"]}`)?.["level"] !== row["level"],
    );
    expect(wrong).toEqual([]);
  });
});
