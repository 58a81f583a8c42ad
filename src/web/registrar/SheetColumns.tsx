import { Button } from "@mantine/core";
import { useState } from "react";
import { ACHIEVEMENTS } from "../../domain/sheet/kinds/achievements.ts";
import { useWords } from "../app/language.tsx";

const COLUMNS = Object.entries(ACHIEVEMENTS.columns);
/** So that spreadsheet programs read the file as UTF-8. */
const BYTE_ORDER_MARK = "\uFEFF";

/** What each column of the sheet means, and an empty sheet to begin with; both are what the check itself goes by. */
export function SheetColumns() {
  const { say, name } = useWords();
  const [open, setOpen] = useState(false);

  function download() {
    const header = COLUMNS.map(([, { title }]) => name(title)).join(",");
    const url = URL.createObjectURL(new Blob([`${BYTE_ORDER_MARK}${header}\r\n`], { type: "text/csv" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `${name(ACHIEVEMENTS.title)}.csv`;
    link.click();
    URL.revokeObjectURL(url);
  }

  return (
    <div className="sheet-columns">
      <div className="record-acts">
        <Button variant="default" onClick={download}>
          {say("record.template")}
        </Button>
        <button type="button" className="disclosure" aria-expanded={open} onClick={() => setOpen(!open)}>
          {say("record.columns")}
        </button>
      </div>
      {open ? (
        <table className="rows">
          <caption className="visually-hidden">{say("record.columns")}</caption>
          <thead>
            <tr>
              <th scope="col">{say("record.column")}</th>
              <th scope="col">{say("record.columnNote")}</th>
              <th scope="col">{say("record.columnExample")}</th>
            </tr>
          </thead>
          <tbody>
            {COLUMNS.map(([key, { title, note, example, required }]) => (
              <tr key={key}>
                <th scope="row" data-label={say("record.column")}>
                  {name(title)}
                  {required ? <span className="code">{say("record.required")}</span> : null}
                </th>
                <td data-label={say("record.columnNote")}>{name(note)}</td>
                <td data-label={say("record.columnExample")}>{example}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </div>
  );
}
