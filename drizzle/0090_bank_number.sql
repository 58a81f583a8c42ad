CREATE TABLE "bank_number" (
	"learner_id" uuid PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"home_institution_id" uuid,
	"institution_id" uuid NOT NULL,
	"ground" text NOT NULL,
	"remark" text,
	"opened_by" uuid NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	CONSTRAINT "bank_number_ground_known" CHECK (ground in ('WORKER', 'JOB_SEEKER', 'OLDER_LEARNER', 'OTHER')),
	CONSTRAINT "bank_number_other_explained" CHECK (ground <> 'OTHER' or remark is not null)
);
--> statement-breakpoint
CREATE UNIQUE INDEX "bank_number_key" ON "bank_number" USING btree ("number");--> statement-breakpoint
CREATE INDEX "bank_number_home_idx" ON "bank_number" USING btree ("home_institution_id","number");