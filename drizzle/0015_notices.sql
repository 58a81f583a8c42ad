CREATE TABLE "notice" (
	"account_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"learner_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"regard" text NOT NULL,
	"params" jsonb NOT NULL,
	"happened_at" timestamp with time zone NOT NULL,
	"read_at" timestamp with time zone,
	CONSTRAINT "notice_account_id_event_id_learner_id_pk" PRIMARY KEY("account_id","event_id","learner_id"),
	CONSTRAINT "notice_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED')),
	CONSTRAINT "notice_regard_known" CHECK (regard in ('SELF', 'GUARDIAN', 'CLASS_TEACHER', 'SCHOOL'))
);
--> statement-breakpoint
CREATE TABLE "notice_address" (
	"account_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"address" text,
	"frequency" text NOT NULL,
	CONSTRAINT "notice_address_account_id_channel_pk" PRIMARY KEY("account_id","channel"),
	CONSTRAINT "address_channel_known" CHECK (channel in ('EMAIL', 'SMS', 'WECOM')),
	CONSTRAINT "frequency_known" CHECK (frequency in ('EACH', 'DAILY'))
);
--> statement-breakpoint
CREATE TABLE "notice_copy" (
	"kind" text NOT NULL,
	"audience" text NOT NULL,
	"of" text NOT NULL,
	"citation" jsonb NOT NULL,
	CONSTRAINT "notice_copy_kind_audience_pk" PRIMARY KEY("kind","audience"),
	CONSTRAINT "copy_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED')),
	CONSTRAINT "audience_known" CHECK (audience in ('GUARDIAN', 'CLASS_TEACHER')),
	CONSTRAINT "copy_of_known" CHECK ("of" in ('MINORS', 'ALL'))
);
--> statement-breakpoint
CREATE TABLE "notice_delivery" (
	"account_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"learner_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"frequency" text NOT NULL,
	"status" text DEFAULT 'WAITING' NOT NULL,
	"settled_at" timestamp with time zone,
	CONSTRAINT "notice_delivery_account_id_event_id_learner_id_channel_pk" PRIMARY KEY("account_id","event_id","learner_id","channel"),
	CONSTRAINT "delivery_channel_known" CHECK (channel in ('EMAIL', 'SMS', 'WECOM')),
	CONSTRAINT "delivery_status_known" CHECK (status in ('WAITING', 'SENT', 'DROPPED'))
);
--> statement-breakpoint
CREATE TABLE "notice_event" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"facts" jsonb NOT NULL,
	"happened_at" timestamp with time zone NOT NULL,
	"spread_at" timestamp with time zone,
	CONSTRAINT "notice_event_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED'))
);
--> statement-breakpoint
CREATE INDEX "notice_inbox_idx" ON "notice" USING btree ("account_id","happened_at","event_id","learner_id");--> statement-breakpoint
CREATE INDEX "notice_unread_idx" ON "notice" USING btree ("account_id") WHERE read_at is null;--> statement-breakpoint
CREATE INDEX "notice_learner_idx" ON "notice" USING btree ("learner_id") WHERE read_at is null and regard = 'SELF';--> statement-breakpoint
CREATE INDEX "notice_delivery_waiting_idx" ON "notice_delivery" USING btree ("account_id","channel") WHERE status = 'WAITING';--> statement-breakpoint
CREATE INDEX "notice_event_waiting_idx" ON "notice_event" USING btree ("happened_at") WHERE spread_at is null;