import { describe, expect, test } from "vitest";
import { type MajorEdition, parseMajorCode } from "../../src/domain/major.ts";
import { majorId, readEditions, readMajors, readNorms } from "../../src/seed/reference.ts";
import { readReference } from "../../src/seed/table.ts";

const majors = await readMajors();
const vocational = majors.filter((row) => row["edition"] === "VOCATIONAL_2021");

describe("the catalogue of vocational majors", () => {
  test("holds 1,330 of the 1,349 that were published, and states the 19 that are missing", async () => {
    expect(vocational).toHaveLength(1330);
    const edition = (await readEditions()).find((each) => each.edition === "VOCATIONAL_2021");
    expect(edition?.published).toBe(1349);
    expect(edition?.noteEn).toContain("19 that are missing");
    expect(edition?.noteZh).toContain("缺少的19个");
  });

  test("is complete at secondary and bachelor level: the gap is in the associate level alone", () => {
    const count = (level: string) => vocational.filter((row) => row["level"] === level).length;
    expect([count("SECONDARY"), count("ASSOCIATE"), count("VOCATIONAL_BACHELOR")]).toEqual([358, 725, 247]);
  });

  test("marks every major that nobody verified, and no other", () => {
    const unverified = vocational.filter((row) => row["certainty"] === "UNVERIFIED");
    expect(unverified).toHaveLength(19);
    expect(unverified.every((row) => row["state_controlled"] === "true")).toBe(true);
    expect(vocational.filter((row) => row["state_controlled"] === "true")).toHaveLength(28);
  });

  test("has 97 classes in 19 categories, and every major lies in one of them", async () => {
    const classes = await readReference("classes");
    expect(classes).toHaveLength(97);
    expect(new Set(classes.map((row) => row["category_index"])).size).toBe(19);
    const known = new Set(classes.map((row) => `${row["category_index"]}/${row["class_index"]}`));
    expect(vocational.filter((row) => !known.has(`${row["category_index"]}/${row["class_index"]}`))).toEqual([]);
  });

  test("agrees with its codes on level, category, class and state control", () => {
    const wrong = majors
      .filter((row) => row["edition"] !== "TECHNICIAN_DEMO")
      .filter((row) => {
        const code = parseMajorCode(row["code"] ?? "", row["edition"] as MajorEdition);
        if (code === null || code.level !== row["level"]) return true;
        if (String(code.stateControlled) !== row["state_controlled"]) return true;
        if (row["edition"] !== "VOCATIONAL_2021") return row["category_index"] !== "";
        return String(code.category) !== row["category_index"] || String(code.class) !== row["class_index"];
      });
    expect(wrong).toEqual([]);
  });

  test("names no major twice: edition and code together are the key", () => {
    expect(new Set(majors.map((row) => majorId(row["edition"] ?? "", row["code"] ?? ""))).size).toBe(majors.length);
  });

  test("does not guess English names: only majors of a family carry one", async () => {
    const family = new Set((await readReference("families")).map((row) => `${row["edition"]}/${row["code"]}`));
    const published = majors.filter((row) => row["edition"] !== "TECHNICIAN_DEMO");
    const named = published.filter((row) => row["name_en"] !== "").map((row) => `${row["edition"]}/${row["code"]}`);
    expect(new Set(named)).toEqual(family);
  });
});

describe("the families of majors", () => {
  test("are 21, and name no major that is not here", async () => {
    const families = await readReference("families");
    expect(new Set(families.map((row) => row["family"])).size).toBe(21);
    const known = new Set(majors.map((row) => `${row["edition"]}/${row["code"]}`));
    expect(families.filter((row) => !known.has(`${row["edition"]}/${row["code"]}`))).toEqual([]);
  });
});

describe("the programme norms", () => {
  test("say for every parameter how sure it is, and call no derived norm official", async () => {
    const norms = await readNorms();
    const notParameters = ["key", "title", "effectiveFrom", "effectiveUntil", "citation", "certainty", "derivedFrom"];
    const unsure = norms.filter((norm) => {
      const parameters = Object.keys(norm).filter((name) => !notParameters.includes(name));
      return parameters.some((name) => !(name in norm.certainty));
    });
    expect(unsure.map((norm) => norm.key)).toEqual([]);
    const derived = norms.filter((norm) => norm.derivedFrom !== undefined);
    expect(derived.filter((norm) => norm.citation.invented !== true).map((norm) => norm.key)).toEqual([]);
  });
});
