import { useWords } from "../app/language.tsx";
import type { CellFaultFragment } from "../generated/documents.ts";

/** As one reads a sheet: row by row, and in a row from the left; Z comes before AA. */
function bySheetOrder(a: CellFaultFragment, b: CellFaultFragment): number {
  return a.rowNo - b.rowNo || a.cell.length - b.cell.length || (a.cell < b.cell ? -1 : 1);
}

/** What is wrong with which cell, in the order of the sheet. */
export function CellFaults({
  faults,
  caption,
}: {
  readonly faults: readonly CellFaultFragment[];
  readonly caption: string;
}) {
  const { say } = useWords();
  return (
    <table className="rows">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{say("fault.cell")}</th>
          <th scope="col">{say("fault.column")}</th>
          <th scope="col">{say("fault.message")}</th>
          <th scope="col">{say("fault.code")}</th>
        </tr>
      </thead>
      <tbody>
        {[...faults].sort(bySheetOrder).map((fault) => (
          <tr key={`${fault.sheet}!${fault.cell}/${fault.code}`}>
            <th scope="row" data-label={say("fault.cell")}>
              {fault.cell}
              {fault.sheet === "" ? null : <span className="code">{fault.sheet}</span>}
            </th>
            <td data-label={say("fault.column")}>{fault.column ?? "—"}</td>
            <td data-label={say("fault.message")}>{fault.message}</td>
            <td data-label={say("fault.code")}>
              <code>{fault.code}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
