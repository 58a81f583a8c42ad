import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * `--mode deep` adds the slow tests, `*.deep.test.ts`: the same guarantees under worse conditions. `--mode integration`
 * runs only what asks a database.
 */
export default defineConfig(({ mode }) => ({
  root,
  // one GraphQL for sources and packages, as at run time: of two, neither knows the other's types and errors
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve("graphql")) }] },
  test: {
    include:
      mode === "integration"
        ? ["test/{api,contract,db,features,http,jobs,scenarios,seed,cli}/**/*.test.ts"]
        : ["test/**/*.test.ts"],
    exclude: mode === "deep" ? [] : ["test/**/*.deep.test.ts"],
    globalSetup: ["test/support/postgres.ts"],
    maxWorkers: 2,
    // a busy machine starts a whole command in ten times the time of an idle one
    testTimeout: 90_000,
    hookTimeout: 120_000,
    allowOnly: false,
    passWithNoTests: false,
  },
}));
