CREATE TABLE "sharing_consent" (
	"learner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"institution_id" uuid NOT NULL,
	"given_by" uuid NOT NULL,
	"given_at" timestamp with time zone NOT NULL,
	"until" date,
	"revoked_at" timestamp with time zone,
	"revoked_by" uuid,
	CONSTRAINT "sharing_consent_learner_id_id_pk" PRIMARY KEY("learner_id","id"),
	CONSTRAINT "sharing_consent_revoked" CHECK ((revoked_at is null) = (revoked_by is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX "sharing_consent_in_force_key" ON "sharing_consent" USING btree ("learner_id","institution_id") WHERE revoked_at is null;