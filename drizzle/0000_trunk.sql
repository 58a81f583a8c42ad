CREATE TABLE "agreement" (
	"id" uuid PRIMARY KEY NOT NULL,
	"alliance_id" uuid NOT NULL,
	"key" text NOT NULL,
	"version" integer NOT NULL,
	"title_zh" text NOT NULL,
	"title_en" text NOT NULL,
	"status" text NOT NULL,
	"cohort_from" integer NOT NULL,
	"cohort_until" integer,
	"content_hash" text,
	"filing_number" text,
	"invented" boolean NOT NULL,
	CONSTRAINT "agreement_version_key" UNIQUE("key","version")
);
--> statement-breakpoint
CREATE TABLE "agreement_party" (
	"agreement_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"institution_id" uuid,
	"enterprise_id" uuid,
	"signed_on" date,
	"signatory" text,
	CONSTRAINT "agreement_party_agreement_id_id_pk" PRIMARY KEY("agreement_id","id")
);
--> statement-breakpoint
CREATE TABLE "alignment" (
	"alliance_id" uuid NOT NULL,
	"dimension" text NOT NULL,
	"stage" text NOT NULL,
	"evidence_zh" text NOT NULL,
	"evidence_en" text NOT NULL,
	"assessed_on" date NOT NULL,
	CONSTRAINT "alignment_alliance_id_dimension_pk" PRIMARY KEY("alliance_id","dimension")
);
--> statement-breakpoint
CREATE TABLE "alliance" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"title_zh" text NOT NULL,
	"title_en" text NOT NULL,
	"lead_institution_id" uuid NOT NULL,
	"citation" jsonb NOT NULL,
	CONSTRAINT "alliance_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "alliance_member" (
	"alliance_id" uuid NOT NULL,
	"institution_id" uuid NOT NULL,
	"role" text NOT NULL,
	CONSTRAINT "alliance_member_alliance_id_institution_id_pk" PRIMARY KEY("alliance_id","institution_id")
);
--> statement-breakpoint
CREATE TABLE "pathway" (
	"id" uuid PRIMARY KEY NOT NULL,
	"agreement_id" uuid NOT NULL,
	"key" text NOT NULL,
	"title_zh" text NOT NULL,
	"title_en" text NOT NULL,
	CONSTRAINT "pathway_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "stage" (
	"pathway_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"programme_id" uuid NOT NULL,
	"years" integer NOT NULL,
	"confers" jsonb NOT NULL,
	"leaver" jsonb NOT NULL,
	"gate" jsonb,
	CONSTRAINT "stage_pathway_id_ordinal_pk" PRIMARY KEY("pathway_id","ordinal")
);
--> statement-breakpoint
CREATE TABLE "achievement" (
	"learner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"institution_id" uuid NOT NULL,
	"home_institution_id" uuid,
	"kind" text NOT NULL,
	"title_zh" text NOT NULL,
	"title_en" text NOT NULL,
	"level" text,
	"unit" text NOT NULL,
	"credits" integer NOT NULL,
	"grade" jsonb,
	"attempt" text DEFAULT 'FIRST' NOT NULL,
	"completed_on" date NOT NULL,
	"term_code" text,
	"course_id" uuid,
	"detail" jsonb NOT NULL,
	"status" text NOT NULL,
	"batch_id" uuid,
	"recorded_by" uuid NOT NULL,
	"confirmed_by" uuid NOT NULL,
	"deposited_at" timestamp with time zone NOT NULL,
	CONSTRAINT "achievement_learner_id_id_pk" PRIMARY KEY("learner_id","id"),
	CONSTRAINT "credits_not_negative" CHECK (credits >= 0),
	CONSTRAINT "deposited_by_two" CHECK (batch_id is null or recorded_by <> confirmed_by)
);
--> statement-breakpoint
CREATE TABLE "batch_row" (
	"institution_id" uuid NOT NULL,
	"batch_id" uuid NOT NULL,
	"row_no" integer NOT NULL,
	"sheet" text NOT NULL,
	"status" text NOT NULL,
	"learner_id" uuid,
	"cells" jsonb NOT NULL,
	"deposit" jsonb,
	"problems" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"warnings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "batch_row_institution_id_batch_id_row_no_pk" PRIMARY KEY("institution_id","batch_id","row_no")
);
--> statement-breakpoint
CREATE TABLE "deposit_batch" (
	"institution_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"number" text NOT NULL,
	"source_name" text NOT NULL,
	"source_hash" text NOT NULL,
	"status" text NOT NULL,
	"row_count" integer NOT NULL,
	"bad_row_count" integer NOT NULL,
	"recorded_by" uuid NOT NULL,
	"recorded_by_name" text NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"confirmed_by" uuid,
	"confirmed_by_name" text,
	"confirmed_at" timestamp with time zone,
	CONSTRAINT "deposit_batch_institution_id_id_pk" PRIMARY KEY("institution_id","id"),
	CONSTRAINT "two_people" CHECK (confirmed_by is null or confirmed_by <> recorded_by)
);
--> statement-breakpoint
CREATE TABLE "ledger_account" (
	"learner_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"ref" uuid NOT NULL,
	"unit" text NOT NULL,
	"home_institution_id" uuid,
	"version" integer NOT NULL,
	"balance" integer NOT NULL,
	CONSTRAINT "ledger_account_learner_id_kind_ref_unit_pk" PRIMARY KEY("learner_id","kind","ref","unit"),
	CONSTRAINT "only_sources_run_negative" CHECK (balance >= 0 or kind in ('ISSUED', 'CLAIM', 'CONVERTED'))
);
--> statement-breakpoint
CREATE TABLE "ledger_movement" (
	"learner_id" uuid NOT NULL,
	"transaction_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"unit" text NOT NULL,
	"amount" integer NOT NULL,
	"debit_kind" text NOT NULL,
	"debit_ref" uuid NOT NULL,
	"debit_version" integer NOT NULL,
	"debit_balance" integer NOT NULL,
	"credit_kind" text NOT NULL,
	"credit_ref" uuid NOT NULL,
	"credit_version" integer NOT NULL,
	"credit_balance" integer NOT NULL,
	"achievement_id" uuid,
	"decision_id" uuid,
	"decision_line" integer,
	"home_institution_id" uuid,
	"institution_id" uuid NOT NULL,
	CONSTRAINT "ledger_movement_learner_id_transaction_id_line_pk" PRIMARY KEY("learner_id","transaction_id","line"),
	CONSTRAINT "amount_positive" CHECK (amount > 0)
);
--> statement-breakpoint
CREATE TABLE "ledger_transaction" (
	"learner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"content_hash" text NOT NULL,
	"institution_id" uuid NOT NULL,
	"home_institution_id" uuid,
	"actor_id" uuid NOT NULL,
	"reason" text,
	"effective_on" date NOT NULL,
	"posted_at" timestamp with time zone NOT NULL,
	"reverses_id" uuid,
	CONSTRAINT "ledger_transaction_learner_id_id_pk" PRIMARY KEY("learner_id","id")
);
--> statement-breakpoint
CREATE TABLE "bell" (
	"institution_id" uuid NOT NULL,
	"period" integer NOT NULL,
	"starts_at" time NOT NULL,
	"ends_at" time NOT NULL,
	CONSTRAINT "bell_institution_id_period_pk" PRIMARY KEY("institution_id","period")
);
--> statement-breakpoint
CREATE TABLE "term" (
	"id" uuid PRIMARY KEY NOT NULL,
	"institution_id" uuid NOT NULL,
	"code" text NOT NULL,
	"first_monday" date NOT NULL,
	"teaching_weeks" integer NOT NULL,
	CONSTRAINT "term_code_key" UNIQUE("institution_id","code")
);
--> statement-breakpoint
CREATE TABLE "campus" (
	"id" uuid PRIMARY KEY NOT NULL,
	"institution_id" uuid NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "catalogue_edition" (
	"edition" text PRIMARY KEY NOT NULL,
	"title_zh" text NOT NULL,
	"title_en" text NOT NULL,
	"published" integer,
	"note_zh" text,
	"note_en" text
);
--> statement-breakpoint
CREATE TABLE "certificate" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"title_zh" text NOT NULL,
	"title_en" text NOT NULL,
	"family" text NOT NULL,
	"issuer_zh" text NOT NULL,
	"issuer_en" text NOT NULL,
	"supervised_by" text NOT NULL,
	"levels" jsonb NOT NULL,
	"fictitious" boolean NOT NULL,
	CONSTRAINT "certificate_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "competition" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"title_zh" text NOT NULL,
	"title_en" text NOT NULL,
	"series" text NOT NULL,
	"tier" text NOT NULL,
	"organiser_zh" text NOT NULL,
	"fictitious" boolean NOT NULL,
	CONSTRAINT "competition_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "course" (
	"id" uuid PRIMARY KEY NOT NULL,
	"institution_id" uuid NOT NULL,
	"code" text NOT NULL,
	"title_zh" text NOT NULL,
	"title_en" text NOT NULL,
	"credits" integer NOT NULL,
	"theory_hours" integer NOT NULL,
	"practice_hours" integer NOT NULL,
	"course_group" text NOT NULL,
	"requirement" text NOT NULL,
	"subject" text NOT NULL,
	"grading_mode" text NOT NULL,
	"outcomes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "course_code_key" UNIQUE("institution_id","code")
);
--> statement-breakpoint
CREATE TABLE "course_prerequisite" (
	"course_id" uuid NOT NULL,
	"prerequisite_id" uuid NOT NULL,
	CONSTRAINT "course_prerequisite_course_id_prerequisite_id_pk" PRIMARY KEY("course_id","prerequisite_id")
);
--> statement-breakpoint
CREATE TABLE "department" (
	"id" uuid PRIMARY KEY NOT NULL,
	"institution_id" uuid NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "enterprise" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	"assessor" boolean NOT NULL,
	"fictitious" boolean NOT NULL,
	CONSTRAINT "enterprise_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "institution" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL,
	"kind" text NOT NULL,
	"supervised_by" text NOT NULL,
	"moe_id" text,
	"national_code" text,
	"fictitious" boolean NOT NULL,
	"founded_on" date,
	"closed_on" date,
	"successor_id" uuid,
	"note" text,
	CONSTRAINT "institution_key_key" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "institution_event" (
	"institution_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"happened_on" date NOT NULL,
	"successor_id" uuid,
	"former_name_zh" text,
	"former_name_en" text,
	"document" text NOT NULL,
	CONSTRAINT "institution_event_institution_id_id_pk" PRIMARY KEY("institution_id","id")
);
--> statement-breakpoint
CREATE TABLE "major" (
	"id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"edition" text NOT NULL,
	"level" text NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text,
	"category_index" integer,
	"class_index" integer,
	"state_controlled" boolean DEFAULT false NOT NULL,
	"certainty" text NOT NULL,
	"source" text NOT NULL,
	CONSTRAINT "major_code_key" UNIQUE("edition","code")
);
--> statement-breakpoint
CREATE TABLE "major_class" (
	"edition" text NOT NULL,
	"category_index" integer NOT NULL,
	"class_index" integer NOT NULL,
	"category_zh" text NOT NULL,
	"class_zh" text NOT NULL,
	"certainty" text NOT NULL,
	CONSTRAINT "major_class_edition_category_index_class_index_pk" PRIMARY KEY("edition","category_index","class_index")
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
CREATE TABLE "programme" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"institution_id" uuid NOT NULL,
	"department_id" uuid,
	"major_id" uuid NOT NULL,
	"level" text NOT NULL,
	"kind" text NOT NULL,
	"years" integer NOT NULL,
	"phases" jsonb NOT NULL,
	"title_zh" text NOT NULL,
	"title_en" text NOT NULL,
	CONSTRAINT "programme_key_key" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "grading_scale" (
	"institution_key" text NOT NULL,
	"effective_from" date NOT NULL,
	"scale" jsonb NOT NULL,
	"citation" jsonb NOT NULL,
	CONSTRAINT "grading_scale_institution_key_effective_from_pk" PRIMARY KEY("institution_key","effective_from")
);
--> statement-breakpoint
CREATE TABLE "plan" (
	"id" uuid PRIMARY KEY NOT NULL,
	"programme_id" uuid NOT NULL,
	"institution_id" uuid NOT NULL,
	"cohort" integer NOT NULL,
	"norm" text NOT NULL,
	"tree" jsonb NOT NULL,
	"invented" boolean NOT NULL,
	"note" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "plan_cohort_key" UNIQUE("programme_id","cohort")
);
--> statement-breakpoint
CREATE TABLE "plan_course" (
	"plan_id" uuid NOT NULL,
	"institution_id" uuid NOT NULL,
	"course_id" uuid NOT NULL,
	"node_key" text NOT NULL,
	"term" integer NOT NULL,
	"requirement" text NOT NULL,
	CONSTRAINT "plan_course_plan_id_course_id_node_key_pk" PRIMARY KEY("plan_id","course_id","node_key")
);
--> statement-breakpoint
CREATE TABLE "programme_norm" (
	"key" text NOT NULL,
	"effective_from" date NOT NULL,
	"document" jsonb NOT NULL,
	CONSTRAINT "programme_norm_key_effective_from_pk" PRIMARY KEY("key","effective_from")
);
--> statement-breakpoint
CREATE TABLE "account" (
	"id" uuid PRIMARY KEY NOT NULL,
	"login" text NOT NULL,
	"display_name" text NOT NULL,
	"language" text DEFAULT 'zh' NOT NULL,
	"demo" text DEFAULT 'no' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "account_login_key" UNIQUE("login")
);
--> statement-breakpoint
CREATE TABLE "capacity" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"role" text NOT NULL,
	"institution_id" uuid,
	"alliance_id" uuid,
	"learner_id" uuid,
	"valid_from" date NOT NULL,
	"valid_until" date,
	CONSTRAINT "capacity_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "decision" (
	"learner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"registration_id" uuid NOT NULL,
	"programme_id" uuid NOT NULL,
	"institution_id" uuid NOT NULL,
	"decided_on" date NOT NULL,
	"decided_by" uuid NOT NULL,
	"decided_at" timestamp with time zone NOT NULL,
	"engine_version" text NOT NULL,
	"input" text NOT NULL,
	"input_hash" text NOT NULL,
	"outcome" jsonb NOT NULL,
	CONSTRAINT "decision_learner_id_id_pk" PRIMARY KEY("learner_id","id")
);
--> statement-breakpoint
CREATE TABLE "decision_line" (
	"learner_id" uuid NOT NULL,
	"decision_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"institution_id" uuid NOT NULL,
	"registration_id" uuid NOT NULL,
	"rule_id" uuid NOT NULL,
	"rule_version" integer NOT NULL,
	"achievement_ids" jsonb NOT NULL,
	"target_course_ids" jsonb NOT NULL,
	"node_key" text,
	"credits" integer NOT NULL,
	"recorded_grade" jsonb,
	"status" text NOT NULL,
	CONSTRAINT "decision_line_learner_id_decision_id_line_pk" PRIMARY KEY("learner_id","decision_id","line")
);
--> statement-breakpoint
CREATE TABLE "rule" (
	"rule_set_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"key" text NOT NULL,
	"version" integer NOT NULL,
	"document" jsonb NOT NULL,
	CONSTRAINT "rule_rule_set_id_id_pk" PRIMARY KEY("rule_set_id","id"),
	CONSTRAINT "rule_version_key" UNIQUE("rule_set_id","key","version")
);
--> statement-breakpoint
CREATE TABLE "rule_set" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"version" integer NOT NULL,
	"title_zh" text NOT NULL,
	"title_en" text NOT NULL,
	"owner" text NOT NULL,
	"institution_id" uuid,
	"agreement_id" uuid,
	"effective_from" date NOT NULL,
	"effective_until" date,
	"cohort_from" integer,
	"cohort_until" integer,
	"document" jsonb NOT NULL,
	CONSTRAINT "rule_set_version_key" UNIQUE("key","version")
);
--> statement-breakpoint
CREATE TABLE "class_group" (
	"id" uuid PRIMARY KEY NOT NULL,
	"institution_id" uuid NOT NULL,
	"programme_id" uuid NOT NULL,
	"name" text NOT NULL,
	"entry_year" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "learner" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"registry_no" text,
	"home_institution_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "registration" (
	"learner_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"institution_id" uuid NOT NULL,
	"programme_id" uuid NOT NULL,
	"pathway_id" uuid,
	"class_id" uuid,
	"cohort" integer NOT NULL,
	"phase" integer DEFAULT 1 NOT NULL,
	"student_no" text NOT NULL,
	"status" text NOT NULL,
	"entered_on" date NOT NULL,
	"left_on" date,
	CONSTRAINT "registration_learner_id_id_pk" PRIMARY KEY("learner_id","id")
);
--> statement-breakpoint
CREATE TABLE "seat" (
	"section_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"learner_id" uuid NOT NULL,
	"host_institution_id" uuid NOT NULL,
	"home_institution_id" uuid NOT NULL,
	"learner_name" text NOT NULL,
	"student_no" text NOT NULL,
	"pool" text NOT NULL,
	"host_state" text NOT NULL,
	"home_state" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"actor_id" uuid NOT NULL,
	"taken_at" timestamp with time zone NOT NULL,
	"dropped_at" timestamp with time zone,
	"grade" jsonb,
	"graded_by" uuid,
	"grade_confirmed_by" uuid,
	"graded_on" date,
	CONSTRAINT "seat_section_id_id_pk" PRIMARY KEY("section_id","id"),
	CONSTRAINT "grade_two_people" CHECK (grade_confirmed_by is null or grade_confirmed_by <> graded_by)
);
--> statement-breakpoint
CREATE TABLE "seat_meeting" (
	"learner_id" uuid NOT NULL,
	"section_id" uuid NOT NULL,
	"seat_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"during" "tstzrange" NOT NULL,
	CONSTRAINT "seat_meeting_learner_id_section_id_seat_id_ordinal_pk" PRIMARY KEY("learner_id","section_id","seat_id","ordinal")
);
--> statement-breakpoint
CREATE TABLE "section" (
	"id" uuid PRIMARY KEY NOT NULL,
	"host_institution_id" uuid NOT NULL,
	"course_id" uuid NOT NULL,
	"term_code" text NOT NULL,
	"number" text NOT NULL,
	"campus_id" uuid,
	"teacher_account_id" uuid,
	"capacity" integer NOT NULL,
	"reserved" integer NOT NULL,
	"open_taken" integer DEFAULT 0 NOT NULL,
	"status" text NOT NULL,
	"opens_at" timestamp with time zone NOT NULL,
	"closes_at" timestamp with time zone NOT NULL,
	CONSTRAINT "never_oversold" CHECK (open_taken between 0 and capacity - reserved),
	CONSTRAINT "reserved_within_capacity" CHECK (reserved between 0 and capacity)
);
--> statement-breakpoint
CREATE TABLE "section_meeting" (
	"section_id" uuid NOT NULL,
	"host_institution_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"weeks" jsonb NOT NULL,
	"weekday" integer,
	"start_period" integer NOT NULL,
	"end_period" integer NOT NULL,
	CONSTRAINT "section_meeting_section_id_ordinal_pk" PRIMARY KEY("section_id","ordinal")
);
--> statement-breakpoint
CREATE TABLE "section_reservation" (
	"section_id" uuid NOT NULL,
	"host_institution_id" uuid NOT NULL,
	"institution_id" uuid NOT NULL,
	"reserved" integer NOT NULL,
	"taken" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "section_reservation_section_id_institution_id_pk" PRIMARY KEY("section_id","institution_id"),
	CONSTRAINT "reservation_never_oversold" CHECK (taken between 0 and reserved)
);
--> statement-breakpoint
ALTER TABLE "agreement" ADD CONSTRAINT "agreement_alliance_id_alliance_id_fk" FOREIGN KEY ("alliance_id") REFERENCES "public"."alliance"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreement_party" ADD CONSTRAINT "agreement_party_agreement_id_agreement_id_fk" FOREIGN KEY ("agreement_id") REFERENCES "public"."agreement"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreement_party" ADD CONSTRAINT "agreement_party_institution_id_institution_id_fk" FOREIGN KEY ("institution_id") REFERENCES "public"."institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreement_party" ADD CONSTRAINT "agreement_party_enterprise_id_enterprise_id_fk" FOREIGN KEY ("enterprise_id") REFERENCES "public"."enterprise"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alignment" ADD CONSTRAINT "alignment_alliance_id_alliance_id_fk" FOREIGN KEY ("alliance_id") REFERENCES "public"."alliance"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance" ADD CONSTRAINT "alliance_lead_institution_id_institution_id_fk" FOREIGN KEY ("lead_institution_id") REFERENCES "public"."institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance_member" ADD CONSTRAINT "alliance_member_alliance_id_alliance_id_fk" FOREIGN KEY ("alliance_id") REFERENCES "public"."alliance"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance_member" ADD CONSTRAINT "alliance_member_institution_id_institution_id_fk" FOREIGN KEY ("institution_id") REFERENCES "public"."institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pathway" ADD CONSTRAINT "pathway_agreement_id_agreement_id_fk" FOREIGN KEY ("agreement_id") REFERENCES "public"."agreement"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stage" ADD CONSTRAINT "stage_pathway_id_pathway_id_fk" FOREIGN KEY ("pathway_id") REFERENCES "public"."pathway"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stage" ADD CONSTRAINT "stage_programme_id_programme_id_fk" FOREIGN KEY ("programme_id") REFERENCES "public"."programme"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bell" ADD CONSTRAINT "bell_institution_id_institution_id_fk" FOREIGN KEY ("institution_id") REFERENCES "public"."institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "term" ADD CONSTRAINT "term_institution_id_institution_id_fk" FOREIGN KEY ("institution_id") REFERENCES "public"."institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campus" ADD CONSTRAINT "campus_institution_id_institution_id_fk" FOREIGN KEY ("institution_id") REFERENCES "public"."institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "course" ADD CONSTRAINT "course_institution_id_institution_id_fk" FOREIGN KEY ("institution_id") REFERENCES "public"."institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "course_prerequisite" ADD CONSTRAINT "course_prerequisite_course_id_course_id_fk" FOREIGN KEY ("course_id") REFERENCES "public"."course"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "course_prerequisite" ADD CONSTRAINT "course_prerequisite_prerequisite_id_course_id_fk" FOREIGN KEY ("prerequisite_id") REFERENCES "public"."course"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "department" ADD CONSTRAINT "department_institution_id_institution_id_fk" FOREIGN KEY ("institution_id") REFERENCES "public"."institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "institution_event" ADD CONSTRAINT "institution_event_institution_id_institution_id_fk" FOREIGN KEY ("institution_id") REFERENCES "public"."institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "programme" ADD CONSTRAINT "programme_institution_id_institution_id_fk" FOREIGN KEY ("institution_id") REFERENCES "public"."institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "programme" ADD CONSTRAINT "programme_major_id_major_id_fk" FOREIGN KEY ("major_id") REFERENCES "public"."major"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan" ADD CONSTRAINT "plan_programme_id_programme_id_fk" FOREIGN KEY ("programme_id") REFERENCES "public"."programme"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan" ADD CONSTRAINT "plan_institution_id_institution_id_fk" FOREIGN KEY ("institution_id") REFERENCES "public"."institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_course" ADD CONSTRAINT "plan_course_plan_id_plan_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plan"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_course" ADD CONSTRAINT "plan_course_course_id_course_id_fk" FOREIGN KEY ("course_id") REFERENCES "public"."course"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rule" ADD CONSTRAINT "rule_rule_set_id_rule_set_id_fk" FOREIGN KEY ("rule_set_id") REFERENCES "public"."rule_set"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seat" ADD CONSTRAINT "seat_section_id_section_id_fk" FOREIGN KEY ("section_id") REFERENCES "public"."section"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "section_meeting" ADD CONSTRAINT "section_meeting_section_id_section_id_fk" FOREIGN KEY ("section_id") REFERENCES "public"."section"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "section_reservation" ADD CONSTRAINT "section_reservation_section_id_section_id_fk" FOREIGN KEY ("section_id") REFERENCES "public"."section"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "achievement_institution_idx" ON "achievement" USING btree ("institution_id","completed_on" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "achievement_home_idx" ON "achievement" USING btree ("home_institution_id","completed_on" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "deposit_batch_number_key" ON "deposit_batch" USING btree ("institution_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_movement_debit_version" ON "ledger_movement" USING btree ("learner_id","debit_kind","debit_ref","unit","debit_version");--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_movement_credit_version" ON "ledger_movement" USING btree ("learner_id","credit_kind","credit_ref","unit","credit_version");--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_transaction_idempotency_key" ON "ledger_transaction" USING btree ("learner_id","idempotency_key");--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_transaction_reversed_once" ON "ledger_transaction" USING btree ("learner_id","reverses_id") WHERE reverses_id is not null;--> statement-breakpoint
CREATE INDEX "major_class_idx" ON "major" USING btree ("category_index","class_index");--> statement-breakpoint
CREATE INDEX "programme_institution_idx" ON "programme" USING btree ("institution_id");--> statement-breakpoint
CREATE INDEX "capacity_institution_idx" ON "capacity" USING btree ("institution_id","role");--> statement-breakpoint
CREATE INDEX "decision_registration_idx" ON "decision" USING btree ("learner_id","registration_id");--> statement-breakpoint
CREATE INDEX "rule_set_institution_idx" ON "rule_set" USING btree ("institution_id");--> statement-breakpoint
CREATE UNIQUE INDEX "class_group_name_key" ON "class_group" USING btree ("institution_id","name");--> statement-breakpoint
CREATE INDEX "learner_home_idx" ON "learner" USING btree ("home_institution_id","id");--> statement-breakpoint
CREATE INDEX "learner_registry_no_idx" ON "learner" USING btree ("registry_no");--> statement-breakpoint
CREATE INDEX "registration_student_no_idx" ON "registration" USING btree ("institution_id","student_no");--> statement-breakpoint
CREATE INDEX "registration_programme_idx" ON "registration" USING btree ("programme_id","cohort");--> statement-breakpoint
CREATE UNIQUE INDEX "registration_active_key" ON "registration" USING btree ("learner_id","programme_id","phase") WHERE status = 'ACTIVE';--> statement-breakpoint
CREATE UNIQUE INDEX "seat_once" ON "seat" USING btree ("section_id","learner_id") WHERE host_state <> 'DROPPED';--> statement-breakpoint
CREATE UNIQUE INDEX "seat_idempotency_key" ON "seat" USING btree ("section_id","learner_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "seat_learner_idx" ON "seat" USING btree ("learner_id");--> statement-breakpoint
CREATE INDEX "seat_home_idx" ON "seat" USING btree ("home_institution_id");--> statement-breakpoint
CREATE INDEX "section_number_idx" ON "section" USING btree ("host_institution_id","term_code","course_id","number");--> statement-breakpoint
CREATE INDEX "section_term_idx" ON "section" USING btree ("term_code","status");