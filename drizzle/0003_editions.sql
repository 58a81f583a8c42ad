CREATE TABLE "catalogue_edition" (
	"edition" text PRIMARY KEY NOT NULL,
	"title_zh" text NOT NULL,
	"title_en" text NOT NULL,
	"published" integer,
	"note_zh" text,
	"note_en" text
);
--> statement-breakpoint
CREATE TABLE "major_family" (
	"family" text NOT NULL,
	"family_zh" text NOT NULL,
	"edition" text NOT NULL,
	"code" text NOT NULL,
	"basis" text NOT NULL,
	CONSTRAINT "major_family_family_edition_code_pk" PRIMARY KEY("family","edition","code")
);
--> statement-breakpoint
GRANT SELECT ON catalogue_edition, major_family TO guantong_app, guantong_writer, guantong_job, guantong_auditor;
