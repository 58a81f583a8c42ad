/** A set of teaching weeks at a weekday and a run of periods, as the host school writes its timetable. */
export interface Meeting {
  /** Teaching weeks of the term, counted from 1, each once, in order. */
  readonly weeks: readonly number[];
  /** 1 = Monday ... 7 = Sunday; null for weeks of block practice, which belong to the section whole. */
  readonly weekday: number | null;
  /** Periods of the day, counted from 1, both included; 0 and 0 for block practice. */
  readonly startPeriod: number;
  readonly endPeriod: number;
}

/** Weeks of block practice: the learner is away from the classroom all week (教学进程表中的整周实践). */
export function blockPractice(weeks: readonly number[]): Meeting {
  return { weeks, weekday: null, startPeriod: 0, endPeriod: 0 };
}

/** Weeks as a set: each once, in order. */
export function weekSet(weeks: Iterable<number>): readonly number[] {
  return [...new Set(weeks)].sort((a, b) => a - b);
}
