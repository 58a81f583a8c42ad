/** What an act on transfer lists makes old. */
export const TRANSFERS = { additionalTypenames: ["TransferList", "StatusChange", "Registration"] };

/** A line of what the registrar types: a student number, and points of a hundred. */
const LINE = /^(\S+)[\s,，]+(\d{1,3}(?:\.\d)?)$/;

/** Results of the assessment as they are typed or pasted, a line each; the first line that is none of that. */
export function readResults(
  text: string,
): { readonly results: { studentNo: string; scoreTenths: number }[] } | { readonly unread: string } {
  const results: { studentNo: string; scoreTenths: number }[] = [];
  for (const line of linesOf(text)) {
    const [, studentNo, points] = LINE.exec(line) ?? [];
    if (studentNo === undefined || points === undefined) return { unread: line };
    results.push({ studentNo, scoreTenths: Math.round(Number(points) * 10) });
  }
  return { results };
}

/** The lines of a text that say something. */
export function linesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
