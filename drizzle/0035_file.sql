CREATE TABLE "file" (
	"learner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"institution_id" uuid,
	"kind" text NOT NULL,
	"sha256" text NOT NULL,
	"media_type" text NOT NULL,
	"size" integer NOT NULL,
	"name" text,
	"uploaded_by" uuid NOT NULL,
	"uploaded_at" timestamp with time zone NOT NULL,
	"key_id" text,
	"nonce" "bytea",
	"ciphertext" "bytea",
	CONSTRAINT "file_learner_id_id_pk" PRIMARY KEY("learner_id","id"),
	CONSTRAINT "file_kind" CHECK (kind in ('PAPER_CONSENT', 'STATUS_CHANGE', 'IDENTITY_CHECK', 'CERTIFICATE')),
	CONSTRAINT "file_media_type" CHECK (media_type in ('application/pdf', 'image/jpeg', 'image/png')),
	CONSTRAINT "file_size" CHECK (size > 0 and size <= 10485760),
	CONSTRAINT "file_content" CHECK (num_nonnulls(key_id, nonce, ciphertext) in (0, 3) and (ciphertext is null or octet_length(ciphertext) = size + 16))
);
--> statement-breakpoint
ALTER TABLE "retention_period" DROP CONSTRAINT "retention_kind_known";--> statement-breakpoint
ALTER TABLE "guardian_consent" ADD COLUMN "scan_id" uuid;--> statement-breakpoint
CREATE UNIQUE INDEX "file_content_key" ON "file" USING btree ("learner_id","uploaded_by","kind","sha256") WHERE ciphertext is not null;--> statement-breakpoint
CREATE INDEX "file_institution_idx" ON "file" USING btree ("institution_id","uploaded_at");--> statement-breakpoint
ALTER TABLE "retention_period" ADD CONSTRAINT "retention_kind_known" CHECK (kind in ('SESSION', 'ONE_TIME_CODE', 'NOTICE', 'NOTICE_DELIVERY', 'AUDIT_DETAIL', 'FILE', 'FILE_IDENTITY'));