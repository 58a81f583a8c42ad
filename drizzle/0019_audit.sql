CREATE TABLE "audit_entry" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"xact" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"account_id" uuid,
	"role" text NOT NULL,
	"institution_id" uuid,
	"action" text NOT NULL,
	"outcome" text NOT NULL,
	"problem" text,
	"learner_ids" uuid[] NOT NULL,
	"learner_count" integer NOT NULL,
	"resource_type" text,
	"resource_id" uuid,
	"request_id" text NOT NULL,
	"times" integer NOT NULL,
	"detail" jsonb,
	"detail_salt" text,
	"detail_digest" text,
	CONSTRAINT "audit_outcome" CHECK (outcome in ('DONE', 'REFUSED', 'FAILED'))
);
--> statement-breakpoint
CREATE INDEX "audit_entry_xact_idx" ON "audit_entry" USING btree ("xact","id");--> statement-breakpoint
CREATE INDEX "audit_entry_at_idx" ON "audit_entry" USING btree ("at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "audit_entry_account_idx" ON "audit_entry" USING btree ("account_id","at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "audit_entry_action_idx" ON "audit_entry" USING btree ("action","at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "audit_entry_learner_idx" ON "audit_entry" USING gin ("learner_ids");