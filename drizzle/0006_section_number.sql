DROP INDEX "section_number_key";--> statement-breakpoint
CREATE UNIQUE INDEX "section_number_key" ON "section" USING btree ("host_institution_id","term_code","course_id","number");