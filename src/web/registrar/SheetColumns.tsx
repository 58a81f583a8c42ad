import { Button } from "@mantine/core";
import { useState } from "react";
import { ACHIEVEMENTS } from "../../domain/sheet/kinds/achievements.ts";
import { useWords } from "../app/language.tsx";
import { saveSheet } from "../components/save-sheet.ts";

const COLUMNS = Object.entries(ACHIEVEMENTS.columns);

/** What each column of the sheet means, and an empty sheet to begin with; both are what the check itself goes by. */
export function SheetColumns() {
  const { say, name } = useWords();
  const [open, setOpen] = useState(false);

  function download() {
    saveSheet(name(ACHIEVEMENTS.title), [COLUMNS.map(([, { title }]) => name(title))]);
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
