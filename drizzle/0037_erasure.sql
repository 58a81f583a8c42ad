CREATE TABLE "erasure_request" (
	"learner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"institution_id" uuid NOT NULL,
	"requested_by" uuid NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"reason" text,
	"withdrawn_at" timestamp with time zone,
	"carried_out_by" uuid,
	"carried_out_at" timestamp with time zone,
	CONSTRAINT "erasure_request_learner_id_id_pk" PRIMARY KEY("learner_id","id"),
	CONSTRAINT "erasure_by_two" CHECK (carried_out_by is null or carried_out_by <> requested_by),
	CONSTRAINT "erasure_carried_out_whole" CHECK ((carried_out_by is null) = (carried_out_at is null)),
	CONSTRAINT "erasure_withdrawn_or_done" CHECK (withdrawn_at is null or carried_out_at is null)
);
--> statement-breakpoint
ALTER TABLE "retention_period" DROP CONSTRAINT "retention_kind_known";--> statement-breakpoint
ALTER TABLE "deposit_batch" ADD COLUMN "discarded_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "learner" ADD COLUMN "erased_at" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "erasure_request_open_key" ON "erasure_request" USING btree ("learner_id") WHERE withdrawn_at is null and carried_out_at is null;--> statement-breakpoint
CREATE INDEX "erasure_request_institution_idx" ON "erasure_request" USING btree ("institution_id","requested_at");--> statement-breakpoint
ALTER TABLE "retention_period" ADD CONSTRAINT "retention_kind_known" CHECK (kind in ('SESSION', 'ONE_TIME_CODE', 'NOTICE', 'NOTICE_DELIVERY', 'AUDIT_DETAIL', 'NOTICE_EVENT', 'CREDENTIAL', 'BATCH_ROW', 'LEARNER_RECORD', 'FILE', 'FILE_IDENTITY'));