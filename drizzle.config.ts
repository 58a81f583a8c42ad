import { defineConfig } from "drizzle-kit";

/** Table definitions in, migrations out: `npm run migration` writes the difference as SQL. */
export default defineConfig({
  dialect: "postgresql",
  schema: "./src/db/tables/*.ts",
  out: "./drizzle",
});
