import { writeCsv, writeXlsx } from "hucre";

export type Cell = string | number | Date | null;

/** The same table as .xlsx and as .csv. */
export async function xlsx(rows: readonly (readonly Cell[])[], sheet = "成绩"): Promise<Buffer> {
  return Buffer.from(await writeXlsx({ sheets: [{ name: sheet, rows: rows.map((row) => [...row]) }] }));
}
export function csv(rows: readonly (readonly Cell[])[]): Buffer {
  const texts = rows.map((row) => row.map((cell) => (cell instanceof Date ? cell.toISOString().slice(0, 10) : cell)));
  return Buffer.from(writeCsv(texts));
}

export const HEADER = ["学号", "姓名", "课程代码", "学期", "成绩", "完成日期"];
/** A result in mathematics; the date is real. */
export const result = (studentNo: string, grade: Cell, code = "MATH1", term = "2025-2026-1"): Cell[] => [
  studentNo,
  null,
  code,
  term,
  grade,
  "2026-01-10",
];
