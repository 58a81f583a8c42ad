-- Several results of one course: one counts, and the others stay on record. What makes two results those of one course is the
-- course itself; where a school keeps none for it (taken elsewhere, or online), its code or else its title, and who gave it.
CREATE FUNCTION course_key(kind text, institution uuid, course uuid, title text, detail jsonb) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(course::text, detail ->> 'courseId', concat_ws('/', institution::text, kind, coalesce(detail ->> 'provider', ''),
    coalesce(nullif(detail ->> 'code', ''), title)))
$$;
--> statement-breakpoint
CREATE INDEX achievement_course_idx ON achievement (learner_id, course_key(kind, institution_id, course_id, title_zh, detail))
  WHERE kind IN ('COURSE', 'EXTERNAL_COURSE', 'ONLINE_COURSE') AND credits > 0;
