import { bigint, integer, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant, transactionId } from "./columns.ts";

/** Where each chain has come to; its row is held by whoever seals. */
export const sealChain = pgTable("seal_chain", {
  chain: text("chain").primaryKey(),
  position: bigint("position", { mode: "number" }).notNull().default(0),
  hash: text("hash").notNull(),
  /** Of its last head; 0 for none. */
  headNumber: integer("head_number").notNull().default(0),
  /** Rows up to here are in the chain, in the order of transaction and key. */
  cursorTransaction: transactionId("cursor_transaction").notNull().default("0"),
  cursorKey: text("cursor_key").notNull().default(""),
});

/** One row of a sealed table in its chain. Append-only. */
export const sealLink = pgTable(
  "seal_link",
  {
    chain: text("chain").notNull(),
    position: bigint("position", { mode: "number" }).notNull(),
    key: text("key").notNull(),
    hash: text("hash").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chain, t.position] }),
    // a row is sealed once
    uniqueIndex("seal_link_key").on(t.chain, t.key),
  ],
);

/** A signed statement of how far a chain had come. The same lines are kept in a file, which is what counts. Append-only. */
export const sealHead = pgTable(
  "seal_head",
  {
    chain: text("chain").notNull(),
    number: integer("number").notNull(),
    position: bigint("position", { mode: "number" }).notNull(),
    hash: text("hash").notNull(),
    horizon: transactionId("horizon").notNull(),
    /** As it was signed, to the sign. */
    sealedAt: text("sealed_at").notNull(),
    keyId: text("key_id").notNull(),
    signature: text("signature").notNull(),
    writtenAt: instant("written_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.chain, t.number] })],
);

/** The public halves of the keys that signed heads; none is ever taken away. */
export const sealKey = pgTable("seal_key", {
  id: text("id").primaryKey(),
  publicKey: text("public_key").notNull(),
  firstUsedAt: instant("first_used_at").notNull().defaultNow(),
});
