-- who proves the ledger proves the decisions that it posts
GRANT SELECT ON decision, decision_line, rule_set, rule TO guantong_job;
--> statement-breakpoint
CREATE POLICY decision_job ON decision FOR SELECT TO guantong_job USING (true);
--> statement-breakpoint
CREATE POLICY decision_line_job ON decision_line FOR SELECT TO guantong_job USING (true);
