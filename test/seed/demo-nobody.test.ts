import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isProblem } from "../../src/domain/problem.ts";
import { readDocument } from "../../src/domain/id-number.ts";

const ROOT = join(import.meta.dirname, "../..");

/** The only numbers with a right check digit that may stand here: both of people not born for generations. */
const NOBODYS = new Set(["150203209912310010", "15020320991231007X"]);

/** What is nobody's by a standard: RFC 2606 and RFC 6761. */
const RESERVED = /(^|\.)(example|test|invalid|localhost)$|(^|\.)example\.(com|net|org)$/;

/** Every file of the project that is text. */
const texts = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => /\.(ts|tsx|js|csv|json|md|graphql|sql|txt)$/.test(path))
  .filter((path) => !/^(package-lock\.json|drizzle\/meta\/)/.test(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));

function found(form: RegExp, isSomebodys: (match: string) => boolean): string[] {
  return texts.flatMap(({ path, text }) =>
    [...text.matchAll(form)].flatMap(([match]) => (isSomebodys(match) ? [`${path}: ${match}`] : [])),
  );
}

describe("nothing that the project shows or tests with is anybody's", () => {
  test("no number is a resident's, but the two that are nobody's", () => {
    expect(texts.length).toBeGreaterThan(300);
    // a registry number holds an ID number behind its letter
    const isSomebodys = (match: string): boolean => {
      const number = match.toUpperCase();
      const read = readDocument({ kind: "RESIDENT_ID", number, birthOn: null }, "2200-01-01");
      return read !== null && !isProblem(read) && !NOBODYS.has(number);
    };
    expect(found(/(?<!\d)\d{17}[\dXx](?![\dA-Za-z])/g, isSomebodys)).toEqual([]);
  });

  test("no number is a mobile phone's, but one of zeros that tests hand to a channel of their own", () => {
    expect(found(/(?<![\d.])1[3-9]\d{9}(?![\d.])/g, (match) => match !== "13800000000")).toEqual([]);
  });

  test("no mail address can receive mail", () => {
    const isSomebodys = (match: string): boolean => !RESERVED.test(match.slice(match.indexOf("@") + 1));
    const local = /(?<![\w.:/])[a-z0-9._-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}\b/gi;
    expect(found(local, isSomebodys)).toEqual([]);
  });
});
