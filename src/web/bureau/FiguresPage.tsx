import { Button } from "@mantine/core";
import { useQuery } from "urql";
import { formatCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { saveSheet } from "../components/save-sheet.ts";
import { Answer, Empty } from "../components/states.tsx";
import { type FigureLineFragment, FiguresDocument } from "../generated/documents.ts";

/** Figures by school for the education bureau, and the same as a sheet. */
export function FiguresPage() {
  const { say } = useWords();
  const [state, again] = useQuery({ query: FiguresDocument, requestPolicy: "cache-and-network" });
  return (
    <Page title={say("figures.title")} lead={say("figures.lead")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ figures }) =>
          figures.length === 0 ? <Empty>{say("figures.none")}</Empty> : <FigureTable figures={figures} />
        }
      </Answer>
    </Page>
  );
}

function FigureTable({ figures }: { readonly figures: readonly FigureLineFragment[] }) {
  const { say, name } = useWords();
  const columns = ["measure", "institution", "programme", "phase", "value"] as const;
  const head = columns.map((column) => say(`figures.${column}`));
  const lines = figures.map(({ measure, institution, programme, phase, unit, value }) => [
    unit === null ? say(`figures.${measure}`) : `${say(`figures.${measure}`)} · ${say(`unit.${unit}`)}`,
    name(institution.name),
    programme === null ? "" : name(programme.title),
    phase === null ? "" : String(phase),
    value === null ? say("figures.few") : unit !== null ? formatCredits(value) : String(value),
  ]);
  return (
    <Sheet
      title={say("figures.list")}
      note={say("figures.note")}
      aside={
        <Button variant="default" onClick={() => saveSheet("figures", [head, ...lines])}>
          {say("figures.save")}
        </Button>
      }
    >
      <table className="rows">
        <caption className="visually-hidden">{say("figures.list")}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" {...(column === "value" ? { className: "number" } : {})}>
                {say(`figures.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.join("|")}>
              {columns.map((column, at) => (
                <td key={column} data-label={head[at]} {...(column === "value" ? { className: "number" } : {})}>
                  {line[at] === "" ? "—" : line[at]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Sheet>
  );
}
