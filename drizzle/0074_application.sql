CREATE TABLE "application" (
	"learner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"version" integer NOT NULL,
	"registration_id" uuid NOT NULL,
	"programme_id" uuid NOT NULL,
	"institution_id" uuid NOT NULL,
	"department_id" uuid,
	"home_institution_id" uuid NOT NULL,
	"learner_name" text NOT NULL,
	"status" text NOT NULL,
	"submitted_by" uuid NOT NULL,
	"submitted_at" timestamp with time zone NOT NULL,
	"waiting_since" timestamp with time zone NOT NULL,
	"engine_version" text NOT NULL,
	"input" text NOT NULL,
	"outcome" jsonb NOT NULL,
	"amounts" jsonb NOT NULL,
	"verdicts" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"reviewed_by" uuid[] DEFAULT '{}' NOT NULL,
	"appealed_from" uuid[],
	"decided_by" uuid,
	"notice_id" uuid,
	"decision_id" uuid,
	"closed_at" timestamp with time zone,
	CONSTRAINT "application_learner_id_id_pk" PRIMARY KEY("learner_id","id"),
	CONSTRAINT "application_status_known" CHECK (status in ('SUBMITTED', 'CONFIRMED', 'REVIEWED', 'DECIDED', 'RECORDED', 'RETURNED', 'WITHDRAWN'))
);
--> statement-breakpoint
CREATE TABLE "application_event" (
	"learner_id" uuid NOT NULL,
	"application_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"institution_id" uuid NOT NULL,
	"department_id" uuid,
	"home_institution_id" uuid NOT NULL,
	"step" text NOT NULL,
	"status" text NOT NULL,
	"by_account" uuid,
	"by_name" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"reason" text,
	CONSTRAINT "application_event_learner_id_application_id_version_pk" PRIMARY KEY("learner_id","application_id","version")
);
--> statement-breakpoint
ALTER TABLE "notice" DROP CONSTRAINT "notice_kind_known";--> statement-breakpoint
ALTER TABLE "notice_copy" DROP CONSTRAINT "copy_kind_known";--> statement-breakpoint
ALTER TABLE "notice_event" DROP CONSTRAINT "notice_event_kind_known";--> statement-breakpoint
CREATE UNIQUE INDEX "application_open_key" ON "application" USING btree ("learner_id","registration_id") WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX "application_institution_idx" ON "application" USING btree ("institution_id","waiting_since","id");--> statement-breakpoint
CREATE INDEX "application_home_idx" ON "application" USING btree ("home_institution_id","waiting_since","id");--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'CREDITS_CORRECTED', 'REVIEW_OPENED', 'APPLICATION_WAITING', 'APPLICATION_RETURNED', 'APPLICATION_DECIDED', 'APPLICATION_RECORDED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED', 'STILL_UNREAD', 'PUBLIC_NOTICE_OPENED', 'OBJECTION_RECEIVED', 'OBJECTION_UPHELD', 'OBJECTION_DISMISSED', 'OBJECTIONS_DUE', 'ACHIEVEMENTS_EXPIRING', 'ACHIEVEMENTS_EXPIRED', 'STATUS_CHANGED'));--> statement-breakpoint
ALTER TABLE "notice_copy" ADD CONSTRAINT "copy_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'CREDITS_CORRECTED', 'REVIEW_OPENED', 'APPLICATION_WAITING', 'APPLICATION_RETURNED', 'APPLICATION_DECIDED', 'APPLICATION_RECORDED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED', 'STILL_UNREAD', 'PUBLIC_NOTICE_OPENED', 'OBJECTION_RECEIVED', 'OBJECTION_UPHELD', 'OBJECTION_DISMISSED', 'OBJECTIONS_DUE', 'ACHIEVEMENTS_EXPIRING', 'ACHIEVEMENTS_EXPIRED', 'STATUS_CHANGED'));--> statement-breakpoint
ALTER TABLE "notice_event" ADD CONSTRAINT "notice_event_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'CREDITS_CORRECTED', 'REVIEW_OPENED', 'APPLICATION_WAITING', 'APPLICATION_RETURNED', 'APPLICATION_DECIDED', 'APPLICATION_RECORDED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED', 'STILL_UNREAD', 'PUBLIC_NOTICE_OPENED', 'OBJECTION_RECEIVED', 'OBJECTION_UPHELD', 'OBJECTION_DISMISSED', 'OBJECTIONS_DUE', 'ACHIEVEMENTS_EXPIRING', 'ACHIEVEMENTS_EXPIRED', 'STATUS_CHANGED'));