CREATE TABLE "bell_season" (
	"institution_id" uuid NOT NULL,
	"season" text NOT NULL,
	"starts_on" text NOT NULL,
	CONSTRAINT "bell_season_institution_id_season_pk" PRIMARY KEY("institution_id","season"),
	CONSTRAINT "season_changing" CHECK (season in ('SUMMER', 'WINTER')),
	CONSTRAINT "month_and_day" CHECK (starts_on ~ '^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$')
);
--> statement-breakpoint
CREATE TABLE "calendar_window" (
	"institution_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"term_code" text NOT NULL,
	"opens_at" timestamp with time zone NOT NULL,
	"closes_at" timestamp with time zone NOT NULL,
	"citation" jsonb NOT NULL,
	"set_by" uuid NOT NULL,
	"set_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "calendar_window_institution_id_kind_term_code_pk" PRIMARY KEY("institution_id","kind","term_code"),
	CONSTRAINT "window_kind_known" CHECK (kind in ('APPLICATION', 'SELECTION', 'TRANSFER')),
	CONSTRAINT "window_opens_first" CHECK (opens_at < closes_at)
);
--> statement-breakpoint
CREATE TABLE "school_day" (
	"institution_id" uuid NOT NULL,
	"date" date NOT NULL,
	"kind" text NOT NULL,
	"taught_as" date,
	"citation" jsonb NOT NULL,
	"set_by" uuid NOT NULL,
	"set_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "school_day_institution_id_date_pk" PRIMARY KEY("institution_id","date"),
	CONSTRAINT "school_day_taught_as_key" UNIQUE("institution_id","taught_as"),
	CONSTRAINT "kind_known" CHECK (kind in ('OFF', 'TAUGHT', 'ORDINARY')),
	CONSTRAINT "taught_as_of_kind" CHECK ((kind = 'TAUGHT') = (taught_as is not null))
);
--> statement-breakpoint
ALTER TABLE "bell" DROP CONSTRAINT "bell_institution_id_period_pk";--> statement-breakpoint
ALTER TABLE "bell" ADD COLUMN "campus_id" uuid DEFAULT '00000000-0000-0000-0000-000000000000' NOT NULL;--> statement-breakpoint
ALTER TABLE "bell" ADD COLUMN "season" text DEFAULT 'YEAR' NOT NULL;--> statement-breakpoint
ALTER TABLE "bell" ADD CONSTRAINT "bell_pk" PRIMARY KEY("institution_id","campus_id","season","period");--> statement-breakpoint
ALTER TABLE "term" ADD COLUMN "exam_weeks" integer[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "bell_season" ADD CONSTRAINT "bell_season_institution_id_institution_id_fk" FOREIGN KEY ("institution_id") REFERENCES "public"."institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calendar_window" ADD CONSTRAINT "calendar_window_institution_id_institution_id_fk" FOREIGN KEY ("institution_id") REFERENCES "public"."institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "school_day" ADD CONSTRAINT "school_day_institution_id_institution_id_fk" FOREIGN KEY ("institution_id") REFERENCES "public"."institution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bell" ADD CONSTRAINT "season_known" CHECK (season in ('YEAR', 'SUMMER', 'WINTER'));