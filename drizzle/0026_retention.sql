CREATE TABLE "retention_period" (
	"kind" text PRIMARY KEY NOT NULL,
	"months" integer NOT NULL,
	"document" text NOT NULL,
	"clause" text NOT NULL,
	"certainty" text NOT NULL,
	CONSTRAINT "retention_kind_known" CHECK (kind in ('SESSION', 'ONE_TIME_CODE', 'NOTICE', 'NOTICE_DELIVERY', 'AUDIT_DETAIL')),
	CONSTRAINT "retention_months" CHECK (months > 0),
	CONSTRAINT "retention_certainty_known" CHECK (certainty in ('VERIFIED', 'UNVERIFIED', 'SETTING'))
);
