ALTER TABLE "notice" DROP CONSTRAINT "notice_kind_known";--> statement-breakpoint
ALTER TABLE "notice_copy" DROP CONSTRAINT "copy_kind_known";--> statement-breakpoint
ALTER TABLE "notice_event" DROP CONSTRAINT "notice_event_kind_known";--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED'));--> statement-breakpoint
ALTER TABLE "notice_copy" ADD CONSTRAINT "copy_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED'));--> statement-breakpoint
ALTER TABLE "notice_event" ADD CONSTRAINT "notice_event_kind_known" CHECK (kind in ('CREDITS_DEPOSITED', 'GRADES_RETURNED', 'SEAT_TAKEN', 'SEAT_DROPPED', 'REMINDED'));