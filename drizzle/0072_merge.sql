CREATE TABLE "merge_case" (
	"learner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"other_id" uuid NOT NULL,
	"institution_id" uuid NOT NULL,
	"other_institution_id" uuid,
	"found_by" text NOT NULL,
	"state" text NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"agreed_institution_id" uuid,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	"reason" text,
	CONSTRAINT "merge_case_learner_id_id_pk" PRIMARY KEY("learner_id","id"),
	CONSTRAINT "merge_case_state_known" CHECK (state in ('OPEN', 'AGREED', 'MERGED', 'TWO_PEOPLE', 'PARTED')),
	CONSTRAINT "merge_case_of_two" CHECK (learner_id <> other_id),
	CONSTRAINT "merge_case_decided_whole" CHECK ((state = 'OPEN') = (decided_by is null) and (decided_by is null) = (decided_at is null))
);
--> statement-breakpoint
ALTER TABLE "learner" ADD COLUMN "merged_into" uuid;--> statement-breakpoint
CREATE UNIQUE INDEX "merge_case_pair_key" ON "merge_case" USING btree ("learner_id","other_id");--> statement-breakpoint
CREATE INDEX "merge_case_institution_idx" ON "merge_case" USING btree ("institution_id","opened_at");--> statement-breakpoint
CREATE INDEX "merge_case_other_institution_idx" ON "merge_case" USING btree ("other_institution_id","opened_at");--> statement-breakpoint
CREATE INDEX "learner_merged_idx" ON "learner" USING btree ("merged_into") WHERE merged_into is not null;--> statement-breakpoint
ALTER TABLE "learner" ADD CONSTRAINT "learner_not_merged_into_itself" CHECK (merged_into <> id);