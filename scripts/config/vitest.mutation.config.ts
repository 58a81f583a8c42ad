import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The tests that mutants of recognition are held against: all that need neither a database nor long searches. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    include: ["test/domain/recognition/*.test.ts", "test/seed/rules.test.ts"],
    exclude: ["test/**/*.deep.test.ts", "test/domain/recognition/{large,oracles,exchange,bounds}.test.ts"],
    testTimeout: 30_000,
  },
});
