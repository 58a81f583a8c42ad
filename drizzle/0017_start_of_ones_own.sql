CREATE TABLE "age_of_majority" (
	"valid_from" date PRIMARY KEY NOT NULL,
	"years" integer NOT NULL,
	"document" text NOT NULL,
	"clause" text NOT NULL
);
