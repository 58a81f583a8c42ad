DROP INDEX "registration_active_key";--> statement-breakpoint
-- Where older versions let two go on in one phase, the later one is what the learner left the earlier one for.
UPDATE registration r SET status = 'TRANSFERRED', left_on = coalesce(r.left_on, greatest(r.entered_on, later.entered_on))
FROM registration later
WHERE later.learner_id = r.learner_id AND later.phase = r.phase AND r.status IN ('ACTIVE', 'ON_LEAVE')
  AND later.status IN ('ACTIVE', 'ON_LEAVE') AND (later.entered_on, later.id) > (r.entered_on, r.id);--> statement-breakpoint
CREATE UNIQUE INDEX "registration_active_key" ON "registration" USING btree ("learner_id","phase") WHERE status in ('ACTIVE', 'ON_LEAVE');--> statement-breakpoint
ALTER TABLE "registration" ADD CONSTRAINT "registration_status_known" CHECK (status in ('ACTIVE', 'ON_LEAVE', 'GRADUATED', 'COMPLETED', 'WITHDRAWN', 'TRANSFERRED'));
