ALTER TABLE "ledger_transaction" ADD COLUMN "xact" "xid8" DEFAULT pg_current_xact_id() NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_transaction" ADD COLUMN "reason_salt" text;--> statement-breakpoint
ALTER TABLE "ledger_transaction" ADD COLUMN "reason_digest" text;--> statement-breakpoint
CREATE INDEX "ledger_transaction_xact_idx" ON "ledger_transaction" USING btree ("xact","learner_id","id");