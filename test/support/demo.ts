/** Fills a migrated database with the demonstration data, for the template that `freshDatabase({ demo: true })` clones. */
export async function seedTemplate(url: string): Promise<void> {
  throw new Error(`there is no demonstration data for ${new URL(url).pathname} yet`);
}
