ALTER TABLE "capacity" ADD COLUMN "relation" text;--> statement-breakpoint
ALTER TABLE "capacity" ADD COLUMN "evidence" text;--> statement-breakpoint
ALTER TABLE "capacity" ADD CONSTRAINT "relation_of_guardian" CHECK (role = 'GUARDIAN' or num_nonnulls(relation, evidence) = 0);