CREATE TABLE "registry_number" (
	"learner_id" uuid PRIMARY KEY NOT NULL,
	"home_institution_id" uuid,
	"key_id" text NOT NULL,
	"nonce" "bytea" NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"lookup_key_id" text NOT NULL,
	"lookup" "bytea" NOT NULL,
	"masked" text NOT NULL
);
--> statement-breakpoint
DROP INDEX "learner_registry_no_idx";--> statement-breakpoint
CREATE INDEX "registry_number_lookup_idx" ON "registry_number" USING btree ("lookup");