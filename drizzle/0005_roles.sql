CREATE TABLE "placement" (
	"learner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"institution_id" uuid NOT NULL,
	"enterprise_id" uuid NOT NULL,
	"mentor_account_id" uuid NOT NULL,
	"post" text NOT NULL,
	"starts_on" date NOT NULL,
	"ends_on" date NOT NULL,
	"grade" jsonb,
	"hours" integer,
	"remark" text,
	"reported_on" date,
	CONSTRAINT "placement_learner_id_id_pk" PRIMARY KEY("learner_id","id"),
	CONSTRAINT "placement_ends_after_it_starts" CHECK (ends_on >= starts_on),
	CONSTRAINT "placement_reported_whole" CHECK ((reported_on is null) = (grade is null)),
	CONSTRAINT "placement_hours_not_negative" CHECK (hours is null or hours >= 0)
);
--> statement-breakpoint
ALTER TABLE "achievement" ADD COLUMN "home_department_id" uuid;--> statement-breakpoint
ALTER TABLE "capacity" ADD COLUMN "department_id" uuid;--> statement-breakpoint
ALTER TABLE "capacity" ADD COLUMN "class_id" uuid;--> statement-breakpoint
ALTER TABLE "capacity" ADD COLUMN "delegated_by" uuid;--> statement-breakpoint
ALTER TABLE "capacity" ADD COLUMN "delegation_reason" text;--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "department_id" uuid;--> statement-breakpoint
ALTER TABLE "decision_line" ADD COLUMN "department_id" uuid;--> statement-breakpoint
ALTER TABLE "learner" ADD COLUMN "home_department_id" uuid;--> statement-breakpoint
ALTER TABLE "registration" ADD COLUMN "department_id" uuid;--> statement-breakpoint
ALTER TABLE "seat" ADD COLUMN "teacher_account_id" uuid;--> statement-breakpoint
CREATE INDEX "placement_institution_idx" ON "placement" USING btree ("institution_id","starts_on");--> statement-breakpoint
CREATE INDEX "placement_mentor_idx" ON "placement" USING btree ("mentor_account_id");--> statement-breakpoint
CREATE INDEX "capacity_delegated_idx" ON "capacity" USING btree ("delegated_by");--> statement-breakpoint
CREATE INDEX "learner_department_idx" ON "learner" USING btree ("home_department_id","id");--> statement-breakpoint
CREATE INDEX "registration_department_idx" ON "registration" USING btree ("department_id","student_no");--> statement-breakpoint
CREATE INDEX "registration_class_idx" ON "registration" USING btree ("class_id");--> statement-breakpoint
ALTER TABLE "capacity" ADD CONSTRAINT "role_known" CHECK (role in ('STUDENT', 'GUARDIAN', 'REGISTRAR', 'REGISTRAR_CONFIRMER', 'DEPARTMENT_REVIEWER', 'CLASS_TEACHER', 'HOST_TEACHER', 'ENTERPRISE_MENTOR', 'PLANNER', 'SIGNATORY', 'BUREAU', 'AUDITOR', 'ADMINISTRATOR'));--> statement-breakpoint
ALTER TABLE "capacity" ADD CONSTRAINT "scope_of_role" CHECK (case role
        when 'STUDENT' then learner_id is not null
        when 'GUARDIAN' then learner_id is not null
        when 'DEPARTMENT_REVIEWER' then institution_id is not null and department_id is not null
        when 'CLASS_TEACHER' then institution_id is not null and class_id is not null
        when 'REGISTRAR' then institution_id is not null
        when 'REGISTRAR_CONFIRMER' then institution_id is not null
        when 'HOST_TEACHER' then institution_id is not null
        when 'SIGNATORY' then institution_id is not null and alliance_id is not null
        else true end) NOT VALID;--> statement-breakpoint
ALTER TABLE "capacity" ADD CONSTRAINT "delegation_ends" CHECK (delegated_by is null or (valid_until is not null and delegated_by <> account_id and delegation_reason is not null));