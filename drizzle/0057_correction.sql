CREATE TABLE "review_case" (
	"learner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"achievement_id" uuid NOT NULL,
	"title_zh" text NOT NULL,
	"title_en" text NOT NULL,
	"unit" text NOT NULL,
	"credits" integer NOT NULL,
	"registration_id" uuid NOT NULL,
	"programme_id" uuid NOT NULL,
	"institution_id" uuid NOT NULL,
	"corrected_by" uuid NOT NULL,
	"kind" text NOT NULL,
	"reason" text,
	"opened_at" timestamp with time zone NOT NULL,
	"finding" text,
	"closed_by" uuid,
	"closed_by_name" text,
	"closed_at" timestamp with time zone,
	CONSTRAINT "review_case_learner_id_id_pk" PRIMARY KEY("learner_id","id"),
	CONSTRAINT "review_case_closed" CHECK ((closed_at is null) = (closed_by is null) and (closed_at is null) = (finding is null))
);
--> statement-breakpoint
ALTER TABLE "notice" DROP CONSTRAINT "notice_kind_known";--> statement-breakpoint
ALTER TABLE "notice_copy" DROP CONSTRAINT "copy_kind_known";--> statement-breakpoint
ALTER TABLE "notice_event" DROP CONSTRAINT "notice_event_kind_known";--> statement-breakpoint
ALTER TABLE "batch_row" ADD COLUMN "corrects" jsonb;--> statement-breakpoint
CREATE UNIQUE INDEX "review_case_once" ON "review_case" USING btree ("learner_id","achievement_id","registration_id");--> statement-breakpoint
CREATE INDEX "review_case_institution_idx" ON "review_case" USING btree ("institution_id","opened_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'CREDITS_CORRECTED', 'REVIEW_OPENED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED', 'PUBLIC_NOTICE_OPENED', 'OBJECTION_RECEIVED', 'OBJECTION_UPHELD', 'OBJECTION_DISMISSED', 'OBJECTIONS_DUE', 'ACHIEVEMENTS_EXPIRING', 'ACHIEVEMENTS_EXPIRED'));--> statement-breakpoint
ALTER TABLE "notice_copy" ADD CONSTRAINT "copy_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'CREDITS_CORRECTED', 'REVIEW_OPENED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED', 'PUBLIC_NOTICE_OPENED', 'OBJECTION_RECEIVED', 'OBJECTION_UPHELD', 'OBJECTION_DISMISSED', 'OBJECTIONS_DUE', 'ACHIEVEMENTS_EXPIRING', 'ACHIEVEMENTS_EXPIRED'));--> statement-breakpoint
ALTER TABLE "notice_event" ADD CONSTRAINT "notice_event_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'CREDITS_CORRECTED', 'REVIEW_OPENED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED', 'PUBLIC_NOTICE_OPENED', 'OBJECTION_RECEIVED', 'OBJECTION_UPHELD', 'OBJECTION_DISMISSED', 'OBJECTIONS_DUE', 'ACHIEVEMENTS_EXPIRING', 'ACHIEVEMENTS_EXPIRED'));