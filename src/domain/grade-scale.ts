import type { GradeScale } from "./grade.ts";

/**
 * The scale in general use, until a school states its own: pass mark 60, five levels at 90 / 80 / 70 / 60, read back as
 * 95 / 85 / 75 / 65 / 0. In tenths of a point.
 * Source: domain facts, "Grades" [V-], as registrar systems (OpenURP) ship it.
 */
export const GENERAL_SCALE: GradeScale = {
  passTenths: 600,
  bands: { EXCELLENT: 900, GOOD: 800, MEDIUM: 700, PASS: 600, FAIL: 0 },
  reverse: { EXCELLENT: 950, GOOD: 850, MEDIUM: 750, PASS: 650, FAIL: 0 },
};
