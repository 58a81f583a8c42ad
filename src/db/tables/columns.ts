import { sql } from "drizzle-orm";
import { customType, date, integer, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** Columns that recur, so that one concept has one form in every table. */
export const id = () => uuid("id").notNull();
export const titleZh = () => text("title_zh").notNull();
export const titleEn = () => text("title_en").notNull();
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "string" });
export const day = (name: string) => date(name, { mode: "string" });
/** Hundredths of a credit. */
export const credits = (name: string) => integer(name);
/** A span of time; half open. */
export const instantRange = customType<{ data: string }>({ dataType: () => "tstzrange" });
/** Bytes, written as a text `\\x…` where a set of rows is. */
export const bytes = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });
/** A transaction of the database, which tells what was still running when a chain was sealed. */
export const transactionId = customType<{ data: string }>({ dataType: () => "xid8" });
/** Of a sealed table: the transaction that wrote the row. Indexed, and never given by whoever writes. */
export const writtenBy = () => transactionId("xact").notNull().default(sql`pg_current_xact_id()`);
