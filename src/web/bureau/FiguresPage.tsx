import { Button } from "@mantine/core";
import { useQuery } from "urql";
import { formatCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { Cite } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { saveSheet } from "../components/save-sheet.ts";
import { Answer, Empty } from "../components/states.tsx";
import { type FigureLineFragment, FiguresDocument, type FiguresQuery } from "../generated/documents.ts";

type AllianceLine = FiguresQuery["allianceFigures"][number];
type Limit = FiguresQuery["figureLimit"];
type Column = "measure" | "alliance" | "institution" | "programme" | "phase" | "value";
/** Figures by alliance and by school for the education bureau, and the same as sheets. */
export function FiguresPage() {
  const { say } = useWords();
  const [state, again] = useQuery({ query: FiguresDocument, requestPolicy: "cache-and-network" });
  return (
    <Page title={say("figures.title")} lead={say("figures.lead")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ figures, allianceFigures, figureLimit }) =>
          figures.length === 0 ? (
            <Empty>{say("figures.none")}</Empty>
          ) : (
            <>
              <LimitNote limit={figureLimit} />
              {allianceFigures.length === 0 ? null : <AllianceTable figures={allianceFigures} />}
              <SchoolTable figures={figures} />
            </>
          )
        }
      </Answer>
    </Page>
  );
}

/** Of how many learners a figure is told at least, and what that rests on. */
function LimitNote({ limit }: { readonly limit: Limit }) {
  const { say } = useWords();
  if (limit === null) return <p className="page-note">{say("figures.noLimit")}</p>;
  return (
    <p className="page-note">
      {say("figures.limit", { count: limit.learners })} <Cite citation={limit.citation} />
      {limit.isSetting ? ` (${say("figures.setting")})` : null}
    </p>
  );
}

/** How a figure is written: what it counts, and how much. */
function useFigureWords() {
  const { say } = useWords();
  return {
    measureText: ({ measure, unit }: Pick<AllianceLine, "measure" | "unit">) =>
      unit === null ? say(`figures.${measure}`) : `${say(`figures.${measure}`)} · ${say(`unit.${unit}`)}`,
    valueText: ({ unit, value }: Pick<AllianceLine, "unit" | "value">) =>
      value === null ? say("figures.few") : unit === null ? String(value) : formatCredits(value),
  };
}

function AllianceTable({ figures }: { readonly figures: readonly AllianceLine[] }) {
  const { say, name } = useWords();
  const { measureText, valueText } = useFigureWords();
  const lines = figures
    .map((each) => [name(each.alliance.title), measureText(each), valueText(each)])
    .sort(([one = ""], [other = ""]) => one.localeCompare(other));
  return (
    <FigureTable
      title={say("figures.byAlliance")}
      note={say("figures.byAllianceNote")}
      file="alliances"
      columns={["alliance", "measure", "value"]}
      lines={lines}
    />
  );
}

function SchoolTable({ figures }: { readonly figures: readonly FigureLineFragment[] }) {
  const { say, name } = useWords();
  const { measureText, valueText } = useFigureWords();
  const lines = figures.map((each) => [
    measureText(each),
    name(each.institution.name),
    each.programme === null ? "" : name(each.programme.title),
    each.phase === null ? "" : String(each.phase),
    valueText(each),
  ]);
  return (
    <FigureTable
      title={say("figures.list")}
      note={say("figures.note")}
      file="figures"
      columns={["measure", "institution", "programme", "phase", "value"]}
      lines={lines}
    />
  );
}

interface FigureTableProps {
  readonly title: string;
  readonly note: string;
  readonly file: string;
  readonly columns: readonly Column[];
  readonly lines: readonly (readonly string[])[];
}

function FigureTable({ title, note, file, columns, lines }: FigureTableProps) {
  const { say } = useWords();
  const head = columns.map((column) => say(`figures.${column}`));
  const download = (
    <Button
      variant="default"
      aria-label={`${say("figures.save")}: ${title}`}
      onClick={() => saveSheet(file, [head, ...lines])}
    >
      {say("figures.save")}
    </Button>
  );
  return (
    <Sheet title={title} note={note} aside={download}>
      <table className="rows">
        <caption className="visually-hidden">{title}</caption>
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
