CREATE TABLE "logout_token" (
	"digest" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "password_try" (
	"who" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	"open_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rate_count" (
	"who" text PRIMARY KEY NOT NULL,
	"minute" timestamp with time zone NOT NULL,
	"taken" integer NOT NULL,
	"granted" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "password" DROP COLUMN "failures";--> statement-breakpoint
ALTER TABLE "password" DROP COLUMN "locked_until";