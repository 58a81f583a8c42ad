CREATE TABLE "status_change" (
	"learner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"registration_id" uuid NOT NULL,
	"institution_id" uuid NOT NULL,
	"to_institution_id" uuid,
	"learner_name" text NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"effective_on" date NOT NULL,
	"decided_on" date NOT NULL,
	"decision_no" text NOT NULL,
	"reason" text NOT NULL,
	"consent_id" uuid,
	"status_before" text NOT NULL,
	"status_after" text NOT NULL,
	"cohort_before" integer NOT NULL,
	"cohort_after" integer NOT NULL,
	"programme_before" uuid NOT NULL,
	"programme_after" uuid NOT NULL,
	"class_after" uuid,
	"to_school_name" text,
	"effects" jsonb NOT NULL,
	"recorded_by" uuid NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"settled_by" uuid,
	"settled_at" timestamp with time zone,
	"rejection" text,
	"filing" text,
	"filed_on" date,
	"filing_note" text,
	CONSTRAINT "status_change_learner_id_id_pk" PRIMARY KEY("learner_id","id"),
	CONSTRAINT "status_change_state_known" CHECK (state in ('RECORDED', 'CONFIRMED', 'REJECTED')),
	CONSTRAINT "status_change_filing_known" CHECK (filing in ('TO_FILE', 'FILED', 'RETURNED')),
	CONSTRAINT "status_change_settled_whole" CHECK ((state = 'RECORDED') = (settled_by is null) and (settled_by is null) = (settled_at is null)),
	CONSTRAINT "status_change_by_two" CHECK (state <> 'CONFIRMED' or settled_by <> recorded_by),
	CONSTRAINT "status_change_filed_once_confirmed" CHECK ((filing is not null) = (state = 'CONFIRMED'))
);
--> statement-breakpoint
ALTER TABLE "notice" DROP CONSTRAINT "notice_kind_known";--> statement-breakpoint
ALTER TABLE "notice_copy" DROP CONSTRAINT "copy_kind_known";--> statement-breakpoint
ALTER TABLE "notice_event" DROP CONSTRAINT "notice_event_kind_known";--> statement-breakpoint
CREATE UNIQUE INDEX "status_change_open_key" ON "status_change" USING btree ("learner_id","registration_id") WHERE state = 'RECORDED';--> statement-breakpoint
CREATE INDEX "status_change_institution_idx" ON "status_change" USING btree ("institution_id","recorded_at","id");--> statement-breakpoint
CREATE INDEX "status_change_to_institution_idx" ON "status_change" USING btree ("to_institution_id","recorded_at","id");--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'CREDITS_CORRECTED', 'REVIEW_OPENED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED', 'PUBLIC_NOTICE_OPENED', 'OBJECTION_RECEIVED', 'OBJECTION_UPHELD', 'OBJECTION_DISMISSED', 'OBJECTIONS_DUE', 'ACHIEVEMENTS_EXPIRING', 'ACHIEVEMENTS_EXPIRED', 'STATUS_CHANGED'));--> statement-breakpoint
ALTER TABLE "notice_copy" ADD CONSTRAINT "copy_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'CREDITS_CORRECTED', 'REVIEW_OPENED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED', 'PUBLIC_NOTICE_OPENED', 'OBJECTION_RECEIVED', 'OBJECTION_UPHELD', 'OBJECTION_DISMISSED', 'OBJECTIONS_DUE', 'ACHIEVEMENTS_EXPIRING', 'ACHIEVEMENTS_EXPIRED', 'STATUS_CHANGED'));--> statement-breakpoint
ALTER TABLE "notice_event" ADD CONSTRAINT "notice_event_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'CREDITS_CORRECTED', 'REVIEW_OPENED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED', 'PUBLIC_NOTICE_OPENED', 'OBJECTION_RECEIVED', 'OBJECTION_UPHELD', 'OBJECTION_DISMISSED', 'OBJECTIONS_DUE', 'ACHIEVEMENTS_EXPIRING', 'ACHIEVEMENTS_EXPIRED', 'STATUS_CHANGED'));