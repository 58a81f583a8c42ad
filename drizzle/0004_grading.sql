CREATE TABLE "grading_scale" (
	"institution_key" text NOT NULL,
	"effective_from" date NOT NULL,
	"scale" jsonb NOT NULL,
	"citation" jsonb NOT NULL,
	CONSTRAINT "grading_scale_institution_key_effective_from_pk" PRIMARY KEY("institution_key","effective_from")
);
--> statement-breakpoint
GRANT SELECT ON grading_scale TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
