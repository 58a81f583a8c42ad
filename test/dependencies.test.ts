import { describe, expect, test } from "vitest";
import { faultsOf, isPermissive } from "../scripts/dependencies.js";

describe("a licence", () => {
  test.each(["MIT", "ISC", "(MIT OR GPL-3.0)", "Apache-2.0 AND BSD-3-Clause", "BSD-2-Clause"])(
    "%s lets us go",
    (licence) => {
      expect(isPermissive(licence)).toBe(true);
    },
  );
  test.each([
    "GPL-3.0",
    "AGPL-3.0-only",
    "MIT AND GPL-2.0",
    "LGPL-2.1",
    "SEE LICENSE IN x",
    "UNLICENSED",
    undefined,
    "",
  ])("%s does not", (licence) => {
    expect(isPermissive(licence)).toBe(false);
  });
});

describe("of the packages that run in production", () => {
  const manifests: Record<string, object> = {
    "node_modules/good": { license: "MIT" },
    "node_modules/old": { licenses: [{ type: "MIT" }] },
    "node_modules/bound": { license: "GPL-3.0" },
    "node_modules/a/node_modules/silent": {},
  };
  const faults = (packages: object) => faultsOf(packages, (place: string) => manifests[place] ?? null);

  test("each has a licence that lets us go, and runs nothing when it is installed", () => {
    expect(
      faults({ "": {}, "node_modules/good": { version: "1.0.0" }, "node_modules/old": { version: "1.0.0" } }),
    ).toEqual([]);
    expect(
      faults({
        "node_modules/bound": { version: "1.0.0" },
        "node_modules/a/node_modules/silent": { version: "2.0.0" },
        "node_modules/good": { version: "1.0.0", hasInstallScript: true },
      }),
    ).toEqual([
      'bound@1.0.0 is under "GPL-3.0"',
      "silent@2.0.0 is under no licence",
      "good@1.0.0 runs a program when it is installed",
    ]);
  });

  test("those of development, and of other machines, are not looked at", () => {
    expect(faults({ "node_modules/bound": { version: "1.0.0", dev: true } })).toEqual([]);
    expect(faults({ "node_modules/elsewhere": { version: "1.0.0", optional: true } })).toEqual([]);
  });
});
