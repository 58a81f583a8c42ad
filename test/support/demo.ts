import { connect } from "../../src/db/client.ts";
import { seedDemo } from "../../src/seed/index.ts";

/** Fills a migrated database with the demonstration, for the template that `freshDatabase({ demo: true })` clones. */
export async function seedTemplate(ownerUrl: string): Promise<void> {
  const sql = connect(ownerUrl, { max: 1 });
  try {
    await seedDemo(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
