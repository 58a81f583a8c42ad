CREATE TABLE "programme_norm" (
	"key" text NOT NULL,
	"effective_from" date NOT NULL,
	"document" jsonb NOT NULL,
	CONSTRAINT "programme_norm_key_effective_from_pk" PRIMARY KEY("key","effective_from")
);
--> statement-breakpoint
GRANT SELECT ON programme_norm TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
