CREATE TABLE "consent_requirement" (
	"institution_key" text NOT NULL,
	"act" text NOT NULL,
	"effective_from" date NOT NULL,
	"effective_until" date,
	"below_age" integer NOT NULL,
	"citation" jsonb NOT NULL,
	"certainty" text NOT NULL,
	CONSTRAINT "consent_requirement_institution_key_act_effective_from_pk" PRIMARY KEY("institution_key","act","effective_from"),
	CONSTRAINT "consent_requirement_act" CHECK (act in ('INTERNSHIP', 'LEAVE', 'WITHDRAWAL', 'JOIN_PATHWAY', 'DECLINE_PATHWAY', 'CHANGE_OF_TRACK', 'SELECTION_OFF_CAMPUS'))
);
--> statement-breakpoint
CREATE TABLE "guardian_consent" (
	"learner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"act" text NOT NULL,
	"event" text NOT NULL,
	"form" text NOT NULL,
	"institution_id" uuid,
	"guardian_name" text NOT NULL,
	"paper_reference" text,
	"on_day" date NOT NULL,
	"valid_until" date,
	"recorded_by" uuid NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	CONSTRAINT "guardian_consent_learner_id_id_pk" PRIMARY KEY("learner_id","id"),
	CONSTRAINT "guardian_consent_act" CHECK (act in ('INTERNSHIP', 'LEAVE', 'WITHDRAWAL', 'JOIN_PATHWAY', 'DECLINE_PATHWAY', 'CHANGE_OF_TRACK', 'SELECTION_OFF_CAMPUS')),
	CONSTRAINT "guardian_consent_event" CHECK (event in ('GIVEN', 'REVOKED')),
	CONSTRAINT "guardian_consent_form" CHECK (form = 'ACCOUNT' or (form = 'PAPER' and paper_reference is not null and institution_id is not null)),
	CONSTRAINT "guardian_consent_ends_after_it_begins" CHECK (valid_until is null or valid_until >= on_day)
);
--> statement-breakpoint
CREATE INDEX "guardian_consent_institution_idx" ON "guardian_consent" USING btree ("institution_id","on_day");