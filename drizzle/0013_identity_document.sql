CREATE TABLE "identity_document" (
	"learner_id" uuid PRIMARY KEY NOT NULL,
	"home_institution_id" uuid,
	"kind" text NOT NULL,
	"key_id" text NOT NULL,
	"nonce" "bytea" NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"lookup_key_id" text,
	"lookup" "bytea",
	"masked" text,
	CONSTRAINT "identity_document_number_whole" CHECK (num_nonnulls(lookup_key_id, lookup, masked) in (0, 3))
);
--> statement-breakpoint
CREATE INDEX "identity_document_lookup_idx" ON "identity_document" USING btree ("lookup");