import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

// Whoever is counted stands in these under a keyed digest: the rows tell of nobody, and are gone within the hour.

/** How much of a rate limit is taken in this minute, over all processes. Not logged: after a crash it begins anew. */
export const rateCount = pgTable("rate_count", {
  who: text("who").primaryKey(),
  minute: instant("minute").notNull(),
  taken: integer("taken").notNull(),
  /** What the newest asker got of what it asked for. */
  granted: integer("granted").notNull(),
});

/** Wrong passwords in a row: of one login from one network, or of one login from anywhere. Not logged either. */
export const passwordTry = pgTable("password_try", {
  who: text("who").primaryKey(),
  failures: integer("failures").notNull(),
  lastAt: instant("last_at").notNull(),
  /** When the next one is looked at. */
  openAt: instant("open_at").notNull(),
});

/** Logout tokens of issuers that have been heard, each until it expires: none is heard twice. */
export const logoutToken = pgTable("logout_token", {
  /** Of its issuer and its id. */
  digest: text("digest").primaryKey(),
  expiresAt: instant("expires_at").notNull(),
});
