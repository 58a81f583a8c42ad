ALTER TABLE "consent_requirement" ALTER COLUMN "below_age" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "class_group" ADD COLUMN "campus_id" uuid;