CREATE TABLE "public_name_policy" (
	"institution_id" uuid PRIMARY KEY NOT NULL,
	"masked" boolean NOT NULL,
	"citation" jsonb NOT NULL,
	"set_by" uuid NOT NULL,
	"set_at" timestamp with time zone NOT NULL
);
