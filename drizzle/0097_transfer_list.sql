CREATE TABLE "transfer_list" (
	"institution_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"to_institution_id" uuid NOT NULL,
	"pathway_id" uuid NOT NULL,
	"programme_before" uuid NOT NULL,
	"programme_after" uuid NOT NULL,
	"cohort_before" integer NOT NULL,
	"class_name" text,
	"effective_on" date NOT NULL,
	"decided_on" date NOT NULL,
	"decision_no" text NOT NULL,
	"conditions" jsonb NOT NULL,
	"state" text NOT NULL,
	"late_reason" text,
	"recorded_by" uuid NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"settled_by" uuid,
	"settled_at" timestamp with time zone,
	"notice_id" uuid,
	"withdrawal" text,
	CONSTRAINT "transfer_list_institution_id_id_pk" PRIMARY KEY("institution_id","id"),
	CONSTRAINT "transfer_list_state_known" CHECK (state in ('RECORDED', 'PUBLISHED', 'WITHDRAWN')),
	CONSTRAINT "transfer_list_settled_whole" CHECK ((state = 'RECORDED') = (settled_by is null) and (settled_by is null) = (settled_at is null)
        and (state = 'PUBLISHED') = (notice_id is not null) and (state = 'WITHDRAWN') = (withdrawal is not null)),
	CONSTRAINT "transfer_list_by_two" CHECK (state <> 'PUBLISHED' or settled_by <> recorded_by)
);
--> statement-breakpoint
ALTER TABLE "notice" DROP CONSTRAINT "notice_kind_known";--> statement-breakpoint
ALTER TABLE "notice_copy" DROP CONSTRAINT "copy_kind_known";--> statement-breakpoint
ALTER TABLE "notice_event" DROP CONSTRAINT "notice_event_kind_known";--> statement-breakpoint
ALTER TABLE "status_change" ADD COLUMN "list_id" uuid;--> statement-breakpoint
ALTER TABLE "status_change" ADD COLUMN "findings" jsonb;--> statement-breakpoint
ALTER TABLE "status_change" ADD COLUMN "phase_after" integer;--> statement-breakpoint
ALTER TABLE "status_change" ADD COLUMN "published" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "status_change" ADD COLUMN "late_reason" text;--> statement-breakpoint
ALTER TABLE "status_change" ADD COLUMN "settled_late_reason" text;--> statement-breakpoint
CREATE INDEX "transfer_list_sent_idx" ON "transfer_list" USING btree ("institution_id","recorded_at","id");--> statement-breakpoint
CREATE INDEX "transfer_list_taken_idx" ON "transfer_list" USING btree ("to_institution_id","recorded_at","id");--> statement-breakpoint
CREATE INDEX "status_change_list_idx" ON "status_change" USING btree ("list_id","learner_id");--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'CREDITS_CORRECTED', 'REVIEW_OPENED', 'APPLICATION_WAITING', 'APPLICATION_RETURNED', 'APPLICATION_DECIDED', 'APPLICATION_RECORDED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED', 'ACTS_OPEN', 'STILL_UNREAD', 'PUBLIC_NOTICE_OPENED', 'OBJECTION_RECEIVED', 'OBJECTION_UPHELD', 'OBJECTION_DISMISSED', 'OBJECTIONS_DUE', 'ACHIEVEMENTS_EXPIRING', 'ACHIEVEMENTS_EXPIRED', 'CONSENT_ASKED', 'CONSENT_WAITING', 'STATUS_CHANGED', 'TRANSFER_NOT_LISTED', 'TRANSFER_LIST_WAITING'));--> statement-breakpoint
ALTER TABLE "notice_copy" ADD CONSTRAINT "copy_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'CREDITS_CORRECTED', 'REVIEW_OPENED', 'APPLICATION_WAITING', 'APPLICATION_RETURNED', 'APPLICATION_DECIDED', 'APPLICATION_RECORDED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED', 'ACTS_OPEN', 'STILL_UNREAD', 'PUBLIC_NOTICE_OPENED', 'OBJECTION_RECEIVED', 'OBJECTION_UPHELD', 'OBJECTION_DISMISSED', 'OBJECTIONS_DUE', 'ACHIEVEMENTS_EXPIRING', 'ACHIEVEMENTS_EXPIRED', 'CONSENT_ASKED', 'CONSENT_WAITING', 'STATUS_CHANGED', 'TRANSFER_NOT_LISTED', 'TRANSFER_LIST_WAITING'));--> statement-breakpoint
ALTER TABLE "notice_event" ADD CONSTRAINT "notice_event_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'CREDITS_CORRECTED', 'REVIEW_OPENED', 'APPLICATION_WAITING', 'APPLICATION_RETURNED', 'APPLICATION_DECIDED', 'APPLICATION_RECORDED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED', 'ACTS_OPEN', 'STILL_UNREAD', 'PUBLIC_NOTICE_OPENED', 'OBJECTION_RECEIVED', 'OBJECTION_UPHELD', 'OBJECTION_DISMISSED', 'OBJECTIONS_DUE', 'ACHIEVEMENTS_EXPIRING', 'ACHIEVEMENTS_EXPIRED', 'CONSENT_ASKED', 'CONSENT_WAITING', 'STATUS_CHANGED', 'TRANSFER_NOT_LISTED', 'TRANSFER_LIST_WAITING'));--> statement-breakpoint
ALTER TABLE "status_change" ADD CONSTRAINT "status_change_listed_whole" CHECK (num_nonnulls(list_id, findings, phase_after) in (0, 3));--> statement-breakpoint
ALTER TABLE "status_change" ADD CONSTRAINT "status_change_listed" CHECK ((kind = 'STAGE_TRANSFER') = (list_id is not null));