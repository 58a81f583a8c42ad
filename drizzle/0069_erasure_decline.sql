ALTER TABLE "erasure_request" DROP CONSTRAINT "erasure_withdrawn_or_done";--> statement-breakpoint
DROP INDEX "erasure_request_open_key";--> statement-breakpoint
ALTER TABLE "erasure_request" ADD COLUMN "declined_by" uuid;--> statement-breakpoint
ALTER TABLE "erasure_request" ADD COLUMN "declined_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "erasure_request" ADD COLUMN "decline_reason" text;--> statement-breakpoint
ALTER TABLE "erasure_request" ADD COLUMN "decline_document" text;--> statement-breakpoint
ALTER TABLE "erasure_request" ADD COLUMN "decline_clause" text;--> statement-breakpoint
CREATE UNIQUE INDEX "erasure_request_waiting_key" ON "erasure_request" USING btree ("learner_id") WHERE withdrawn_at is null and carried_out_at is null and declined_at is null;--> statement-breakpoint
ALTER TABLE "erasure_request" ADD CONSTRAINT "erasure_ended_once" CHECK (num_nonnulls(withdrawn_at, carried_out_at, declined_at) <= 1);--> statement-breakpoint
ALTER TABLE "erasure_request" ADD CONSTRAINT "erasure_declined_whole" CHECK (num_nonnulls(declined_by, declined_at, decline_reason, decline_document, decline_clause) in (0, 5));