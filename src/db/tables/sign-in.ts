import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { id, instant } from "./columns.ts";

/** Whom an issuer knows an account's owner as. Several subjects of several issuers may lead to one account. */
export const accountSubject = pgTable(
  "account_subject",
  {
    accountId: uuid("account_id").notNull(),
    id: id(),
    issuer: text("issuer").notNull(),
    subject: text("subject").notNull(),
    linkedAt: instant("linked_at").notNull(),
    /** The school account dies at graduation; the person's own does not. */
    endedAt: instant("ended_at"),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    uniqueIndex("account_subject_key").on(t.issuer, t.subject).where(sql`ended_at is null`),
  ],
);

/** Where somebody is signed in. The cookie holds the id and a secret; here lies the secret's hash. */
export const session = pgTable(
  "session",
  {
    accountId: uuid("account_id").notNull(),
    id: id(),
    secretHash: text("secret_hash").notNull(),
    /** Of the newest cookie issued. */
    generation: integer("generation").notNull().default(0),
    rotatedAt: instant("rotated_at").notNull(),
    /** The newest that came back: what is older is worn out. */
    confirmed: integer("confirmed").notNull().default(0),
    confirmedAt: instant("confirmed_at").notNull(),
    method: text("method", { enum: ["DEMO", "ISSUER", "CODE", "PASSWORD", "PASSKEY"] }).notNull(),
    /** Of the issuer that vouched, to end the session when it says so. */
    issuer: text("issuer"),
    subject: text("subject"),
    issuerSession: text("issuer_session"),
    /** Browser and system as the owner would call them. */
    client: text("client").notNull(),
    createdAt: instant("created_at").notNull(),
    lastSeenAt: instant("last_seen_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    endedAt: instant("ended_at"),
    endedBecause: text("ended_because", {
      enum: ["SIGNED_OUT", "OWNER", "ADMINISTRATOR", "RESTORED", "ISSUER", "COOKIE_REUSED"],
    }),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    check("session_ended", sql`(ended_at is null) = (ended_because is null)`),
    check("session_generation", sql`confirmed between 0 and generation`),
  ],
);

/** A public key that stands for its owner (WebAuthn). */
export const passkey = pgTable(
  "passkey",
  {
    accountId: uuid("account_id").notNull(),
    id: id(),
    /** base64url, as the browser names it. */
    credentialId: text("credential_id").notNull(),
    /** COSE, base64url. */
    publicKey: text("public_key").notNull(),
    counter: bigint("counter", { mode: "number" }).notNull(),
    transports: text("transports").notNull(),
    backedUp: boolean("backed_up").notNull(),
    label: text("label").notNull(),
    createdAt: instant("created_at").notNull(),
    lastUsedAt: instant("last_used_at"),
    endedAt: instant("ended_at"),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    uniqueIndex("passkey_credential_key").on(t.credentialId).where(sql`ended_at is null`),
  ],
);

/** One password at most for an account. */
export const password = pgTable("password", {
  accountId: uuid("account_id").primaryKey(),
  /** scrypt with its salt and cost; null after access was restored. */
  hash: text("hash"),
  setAt: instant("set_at").notNull(),
});

/** A code on paper, good for one sign-in. Its first part finds it, the rest is kept as a keyed hash. */
export const oneTimeCode = pgTable(
  "one_time_code",
  {
    accountId: uuid("account_id").notNull(),
    id: id(),
    selector: text("selector").notNull(),
    keyId: text("key_id").notNull(),
    hash: text("hash").notNull(),
    purpose: text("purpose", { enum: ["OPENED", "RESTORED", "GUARDIAN", "ADMINISTRATOR"] }).notNull(),
    issuedBy: uuid("issued_by"),
    issuedAt: instant("issued_at").notNull(),
    /** Why, and which document was seen. */
    reason: text("reason"),
    expiresAt: instant("expires_at").notNull(),
    attempts: integer("attempts").notNull().default(0),
    usedAt: instant("used_at"),
    endedAt: instant("ended_at"),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    uniqueIndex("one_time_code_selector_key").on(t.selector),
    index("one_time_code_open_idx").on(t.accountId).where(sql`used_at is null and ended_at is null`),
  ],
);
