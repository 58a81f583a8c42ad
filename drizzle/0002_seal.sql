CREATE TABLE "seal_chain" (
	"chain" text PRIMARY KEY NOT NULL,
	"position" bigint DEFAULT 0 NOT NULL,
	"hash" text NOT NULL,
	"head_number" integer DEFAULT 0 NOT NULL,
	"cursor_transaction" "xid8" DEFAULT '0' NOT NULL,
	"cursor_key" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "seal_head" (
	"chain" text NOT NULL,
	"number" integer NOT NULL,
	"position" bigint NOT NULL,
	"hash" text NOT NULL,
	"horizon" "xid8" NOT NULL,
	"sealed_at" text NOT NULL,
	"key_id" text NOT NULL,
	"signature" text NOT NULL,
	"written_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "seal_head_chain_number_pk" PRIMARY KEY("chain","number")
);
--> statement-breakpoint
CREATE TABLE "seal_key" (
	"id" text PRIMARY KEY NOT NULL,
	"public_key" text NOT NULL,
	"first_used_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "seal_link" (
	"chain" text NOT NULL,
	"position" bigint NOT NULL,
	"key" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "seal_link_chain_position_pk" PRIMARY KEY("chain","position")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "seal_link_key" ON "seal_link" USING btree ("chain","key");