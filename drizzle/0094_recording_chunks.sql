ALTER TABLE "deposit_batch" ADD COLUMN "recording" text;--> statement-breakpoint
ALTER TABLE "deposit_batch" ADD COLUMN "rows_read" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "deposit_batch" ADD COLUMN "already_rows" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "batch_row_waiting_idx" ON "batch_row" USING btree ("institution_id","learner_id") WHERE status = 'READY';--> statement-breakpoint
CREATE UNIQUE INDEX "deposit_batch_recording_key" ON "deposit_batch" USING btree ("institution_id","recorded_by","recording") WHERE recording is not null;