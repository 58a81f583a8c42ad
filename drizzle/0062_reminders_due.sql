CREATE TABLE "reminder_lead" (
	"kind" text NOT NULL,
	"days" integer NOT NULL,
	"citation" jsonb NOT NULL,
	"certainty" text NOT NULL,
	CONSTRAINT "reminder_lead_kind_days_pk" PRIMARY KEY("kind","days"),
	CONSTRAINT "reminder_lead_kind_known" CHECK (kind in ('ACHIEVEMENT_EXPIRY', 'OBJECTION_DUE')),
	CONSTRAINT "reminder_lead_days" CHECK (days >= 0)
);
--> statement-breakpoint
ALTER TABLE "retention_period" DROP CONSTRAINT "retention_kind_known";--> statement-breakpoint
CREATE INDEX "achievement_expiry_idx" ON "achievement" USING btree ((detail ->> 'validUntil')) WHERE status = 'DEPOSITED';--> statement-breakpoint
ALTER TABLE "retention_period" ADD CONSTRAINT "retention_kind_known" CHECK (kind in ('SESSION', 'ONE_TIME_CODE', 'NOTICE', 'NOTICE_DELIVERY', 'AUDIT_DETAIL', 'NOTICE_EVENT', 'CREDENTIAL', 'BATCH_ROW', 'LEARNER_RECORD', 'FILE', 'FILE_IDENTITY', 'PUBLIC_NOTICE'));