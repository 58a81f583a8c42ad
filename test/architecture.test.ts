import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { faultsOf, importsOf } from "./architecture.ts";

const ROOT = join(import.meta.dirname, "..");
const SRC = join(ROOT, "src");

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => /\.tsx?$/.test(path) && !path.includes("generated/") && path !== "web/vite.config.ts");
const imports = files.flatMap((path) => importsOf(path, readFileSync(join(SRC, path), "utf8")));

test("every import goes where the design lets it go", () => {
  expect(faultsOf(imports)).toEqual([]);
});

test("imports are found in the first place", () => {
  expect(imports.length).toBeGreaterThan(files.length);
});

describe("a planted import is a fault", () => {
  const planted: readonly (readonly [string, string])[] = [
    ["domain/credit.ts", `import { readFile } from "node:fs/promises";`],
    ["domain/credit.ts", `import { connect } from "../db/client.ts";`],
    ["domain/credit.ts", `export * from "../messages/index.ts";`],
    ["db/client.ts", `import { Identity } from "../features/identity/service.ts";`],
    ["auth/token.ts", `import type { Tx } from "../db/transaction.ts";`],
    ["features/bank/store.ts", `import { authorise } from "../../auth/policy.ts";`],
    ["features/bank/store.ts", `import * as service from "./service.ts";`],
    ["features/bank/service.ts", `import * as registry from "../registry/store.ts";`],
    ["features/bank/service.ts", `import { check } from "../recognition/service.ts";`],
    ["features/curriculum/service.ts", `import { x } from "../registry/service.ts";`],
    ["features/bank/resolvers.ts", `import { x } from "../../db/client.ts";`],
    ["features/bank/resolvers.ts", `import { x } from "../registry/service.ts";`],
    ["web/main.tsx", `const x = await import("../features/bank/service.ts");`],
    ["api/yoga.ts", `import { startServer } from "../server.ts";`],
    ["elsewhere/x.ts", `import { z } from "zod";`],
    ["db/client.ts", `import x from "../../scripts/build.js";`],
  ];
  test.each(planted)("%s: %s", (from, source) => {
    expect(faultsOf(importsOf(from, source))).toHaveLength(1);
  });
});

test("a service may use the services of earlier features", () => {
  const source = `import { a } from "../bank/service.ts";\nimport { b } from "../notice/service.ts";`;
  expect(faultsOf(importsOf("features/recognition/service.ts", source))).toEqual([]);
});

test("only the files of the design lie at the top", () => {
  const byDesign =
    "src drizzle graphql test scripts package.json package-lock.json tsconfig.json drizzle.config.ts README.md";
  const madeByTools = "node_modules dist coverage";
  const allowed = new Set(`${byDesign} ${madeByTools}`.split(" "));
  const found = readdirSync(ROOT).filter((name) => !name.startsWith(".") && !allowed.has(name));
  expect(found).toEqual([]);
});
