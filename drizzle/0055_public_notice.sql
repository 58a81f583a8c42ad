CREATE TABLE "public_notice" (
	"institution_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"words" text,
	"opened_at" timestamp with time zone NOT NULL,
	"opened_by" uuid NOT NULL,
	"closes_on" date NOT NULL,
	"closes_at" timestamp with time zone NOT NULL,
	"working_days" integer NOT NULL,
	"answer_working_days" integer NOT NULL,
	"citation" jsonb NOT NULL,
	"certainty" text NOT NULL,
	"contact_name" text NOT NULL,
	"contact_how" text NOT NULL,
	"withdrawn_at" timestamp with time zone,
	"withdrawn_by" uuid,
	"withdrawal_reason" text,
	CONSTRAINT "public_notice_institution_id_id_pk" PRIMARY KEY("institution_id","id"),
	CONSTRAINT "public_notice_kind_known" CHECK (kind in ('DECISION', 'EXEMPTION', 'TRANSFER_LIST', 'STATUS_CHANGE', 'AWARD')),
	CONSTRAINT "public_notice_withdrawn_whole" CHECK (num_nonnulls(withdrawn_at, withdrawn_by, withdrawal_reason) in (0, 3))
);
--> statement-breakpoint
CREATE TABLE "public_notice_item" (
	"institution_id" uuid NOT NULL,
	"notice_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"learner_id" uuid NOT NULL,
	"about_id" uuid,
	"name" text NOT NULL,
	"school_id" uuid,
	"department_id" uuid,
	"class_name" text,
	"item" text NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"closes_at" timestamp with time zone NOT NULL,
	CONSTRAINT "public_notice_item_institution_id_notice_id_position_pk" PRIMARY KEY("institution_id","notice_id","position")
);
--> statement-breakpoint
CREATE TABLE "public_notice_objection" (
	"institution_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"notice_id" uuid NOT NULL,
	"position" integer,
	"code_hash" text NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"due_on" date NOT NULL,
	"state" text NOT NULL,
	"named" boolean NOT NULL,
	"key_id" text NOT NULL,
	"nonce" "bytea" NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"taken_up_by" uuid,
	"taken_up_at" timestamp with time zone,
	"outcome" text,
	"answer" text,
	"answered_by" uuid,
	"answered_at" timestamp with time zone,
	CONSTRAINT "public_notice_objection_institution_id_id_pk" PRIMARY KEY("institution_id","id"),
	CONSTRAINT "public_notice_objection_state" CHECK (state in ('RECEIVED', 'UNDER_REVIEW', 'ANSWERED')),
	CONSTRAINT "public_notice_objection_answered_whole" CHECK (num_nonnulls(outcome, answer, answered_by, answered_at) = case when state = 'ANSWERED' then 4 else 0 end),
	CONSTRAINT "public_notice_objection_outcome" CHECK (outcome in ('UPHELD', 'DISMISSED'))
);
--> statement-breakpoint
CREATE TABLE "public_notice_period" (
	"institution_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"working_days" integer NOT NULL,
	"answer_working_days" integer NOT NULL,
	"citation" jsonb NOT NULL,
	"certainty" text NOT NULL,
	"set_by" uuid,
	"set_at" timestamp with time zone,
	CONSTRAINT "public_notice_period_institution_id_kind_pk" PRIMARY KEY("institution_id","kind"),
	CONSTRAINT "public_notice_period_kind" CHECK (kind in ('DECISION', 'EXEMPTION', 'TRANSFER_LIST', 'STATUS_CHANGE', 'AWARD')),
	CONSTRAINT "public_notice_period_days" CHECK (working_days > 0 and answer_working_days > 0)
);
--> statement-breakpoint
ALTER TABLE "notice" DROP CONSTRAINT "notice_kind_known";--> statement-breakpoint
ALTER TABLE "notice_copy" DROP CONSTRAINT "copy_kind_known";--> statement-breakpoint
ALTER TABLE "notice_event" DROP CONSTRAINT "notice_event_kind_known";--> statement-breakpoint
ALTER TABLE "public_notice_item" ADD CONSTRAINT "public_notice_item_notice_fk" FOREIGN KEY ("institution_id","notice_id") REFERENCES "public"."public_notice"("institution_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "public_notice_objection" ADD CONSTRAINT "public_notice_objection_notice_fk" FOREIGN KEY ("institution_id","notice_id") REFERENCES "public"."public_notice"("institution_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "public_notice_open_idx" ON "public_notice" USING btree ("closes_at");--> statement-breakpoint
CREATE INDEX "public_notice_school_idx" ON "public_notice" USING btree ("institution_id","opened_at","id");--> statement-breakpoint
CREATE INDEX "public_notice_item_about_idx" ON "public_notice_item" USING btree ("institution_id","about_id");--> statement-breakpoint
CREATE INDEX "public_notice_item_learner_idx" ON "public_notice_item" USING btree ("learner_id");--> statement-breakpoint
CREATE INDEX "public_notice_objection_notice_idx" ON "public_notice_objection" USING btree ("institution_id","notice_id");--> statement-breakpoint
CREATE INDEX "public_notice_objection_code_idx" ON "public_notice_objection" USING btree ("code_hash");--> statement-breakpoint
CREATE INDEX "public_notice_objection_due_idx" ON "public_notice_objection" USING btree ("due_on") WHERE state <> 'ANSWERED';--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED', 'PUBLIC_NOTICE_OPENED', 'OBJECTION_RECEIVED', 'OBJECTION_UPHELD', 'OBJECTION_DISMISSED', 'OBJECTIONS_DUE', 'ACHIEVEMENTS_EXPIRING', 'ACHIEVEMENTS_EXPIRED'));--> statement-breakpoint
ALTER TABLE "notice_copy" ADD CONSTRAINT "copy_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED', 'PUBLIC_NOTICE_OPENED', 'OBJECTION_RECEIVED', 'OBJECTION_UPHELD', 'OBJECTION_DISMISSED', 'OBJECTIONS_DUE', 'ACHIEVEMENTS_EXPIRING', 'ACHIEVEMENTS_EXPIRED'));--> statement-breakpoint
ALTER TABLE "notice_event" ADD CONSTRAINT "notice_event_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED', 'PUBLIC_NOTICE_OPENED', 'OBJECTION_RECEIVED', 'OBJECTION_UPHELD', 'OBJECTION_DISMISSED', 'OBJECTIONS_DUE', 'ACHIEVEMENTS_EXPIRING', 'ACHIEVEMENTS_EXPIRED'));