CREATE TABLE "disclosure_limit" (
	"kind" text PRIMARY KEY NOT NULL,
	"learners" integer NOT NULL,
	"document" text NOT NULL,
	"clause" text NOT NULL,
	"certainty" text NOT NULL,
	CONSTRAINT "disclosure_kind_known" CHECK (kind in ('BUREAU_FIGURES')),
	CONSTRAINT "disclosure_learners" CHECK (learners > 1),
	CONSTRAINT "disclosure_certainty_known" CHECK (certainty in ('VERIFIED', 'UNVERIFIED', 'SETTING'))
);
