/** Hears how far a long work is. */
export type Progress = (done: number, total: number) => void;

/** After how many rows it is told again. */
export const PROGRESS_ROWS = 500;
