CREATE TABLE "account_subject" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"linked_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "account_subject_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "one_time_code" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"selector" text NOT NULL,
	"key_id" text NOT NULL,
	"hash" text NOT NULL,
	"purpose" text NOT NULL,
	"issued_by" uuid,
	"issued_at" timestamp with time zone NOT NULL,
	"reason" text,
	"expires_at" timestamp with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"used_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "one_time_code_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "passkey" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"credential_id" text NOT NULL,
	"public_key" text NOT NULL,
	"counter" bigint NOT NULL,
	"transports" text NOT NULL,
	"backed_up" boolean NOT NULL,
	"label" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "passkey_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "password" (
	"account_id" uuid PRIMARY KEY NOT NULL,
	"hash" text,
	"set_at" timestamp with time zone NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "session" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"secret_hash" text NOT NULL,
	"generation" integer DEFAULT 0 NOT NULL,
	"rotated_at" timestamp with time zone NOT NULL,
	"confirmed" integer DEFAULT 0 NOT NULL,
	"confirmed_at" timestamp with time zone NOT NULL,
	"method" text NOT NULL,
	"issuer" text,
	"subject" text,
	"issuer_session" text,
	"client" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_because" text,
	CONSTRAINT "session_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "session_ended" CHECK ((ended_at is null) = (ended_because is null)),
	CONSTRAINT "session_generation" CHECK (confirmed between 0 and generation)
);
--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "kind" text DEFAULT 'PERSON' NOT NULL;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "access_not_before" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "account_subject_key" ON "account_subject" USING btree ("issuer","subject") WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "one_time_code_selector_key" ON "one_time_code" USING btree ("selector");--> statement-breakpoint
CREATE INDEX "one_time_code_open_idx" ON "one_time_code" USING btree ("account_id") WHERE used_at is null and ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "passkey_credential_key" ON "passkey" USING btree ("credential_id") WHERE ended_at is null;--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_kind" CHECK (kind in ('PERSON', 'SERVICE'));