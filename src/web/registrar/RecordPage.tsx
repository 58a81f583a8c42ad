import { Alert, Anchor, Button, Checkbox, FileInput, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type CombinedError, useMutation } from "urql";
import { useWords } from "../app/language.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { saveWorkbook } from "../components/save-sheet.ts";
import { ErrorNote } from "../components/states.tsx";
import { RecordAchievementsDocument, type RecordAchievementsMutation } from "../generated/documents.ts";
import { BatchTotals } from "./BatchTotals.tsx";
import { CellFaults } from "./faults.tsx";
import { SheetColumns } from "./SheetColumns.tsx";

type Recorded = RecordAchievementsMutation["recordAchievements"];

/** Record achievements by a sheet: everything is checked before anything is written. */
export function RecordPage() {
  const { say } = useWords();
  const [file, setFile] = useState<File | null>(null);
  const [aside, setAside] = useState(false);
  const [corrects, setCorrects] = useState(false);
  const [grounds, setGrounds] = useState({ reason: "", formNumber: "" });
  const [{ fetching }, record] = useMutation(RecordAchievementsDocument);
  const [result, setResult] = useState<Recorded | null>(null);
  const [error, setError] = useState<CombinedError | null>(null);

  async function send() {
    if (file === null) return;
    setResult(null);
    setError(null);
    const input = {
      fileName: file.name,
      contentBase64: await base64Of(file),
      setBadRowsAside: aside,
      corrections: corrects ? grounds : null,
    };
    const answer = await record({ input }, { additionalTypenames: ["DepositBatch"] });
    if (answer.error !== undefined) setError(answer.error);
    setResult(answer.data?.recordAchievements ?? null);
  }

  return (
    <Page title={say("record.title")} lead={say("record.lead")}>
      <Sheet title={say("record.sheet")} note={say("record.sheetNote")}>
        <form
          className="record-form"
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <FileInput
            label={say("record.file")}
            description={say("record.fileNote")}
            placeholder={say("record.filePlaceholder")}
            accept=".xlsx,.csv"
            value={file}
            onChange={setFile}
            clearable
            clearButtonProps={{ "aria-label": say("record.clear") }}
          />
          <Checkbox
            label={say("record.aside")}
            description={say("record.asideNote")}
            checked={aside}
            onChange={(event) => setAside(event.currentTarget.checked)}
          />
          <Checkbox
            label={say("record.corrects")}
            description={say("record.correctsNote")}
            checked={corrects}
            onChange={(event) => setCorrects(event.currentTarget.checked)}
          />
          {corrects ? (
            <>
              <TextInput
                label={say("correction.reason")}
                description={say("correction.reasonNote")}
                required
                minLength={5}
                maxLength={200}
                value={grounds.reason}
                onChange={(event) => setGrounds({ ...grounds, reason: event.currentTarget.value })}
              />
              <TextInput
                label={say("correction.formNumber")}
                required
                maxLength={60}
                autoComplete="off"
                value={grounds.formNumber}
                onChange={(event) => setGrounds({ ...grounds, formNumber: event.currentTarget.value })}
              />
            </>
          ) : null}
          <div className="record-acts">
            <Button type="submit" loading={fetching} disabled={file === null}>
              {say("record.send")}
            </Button>
          </div>
        </form>
        <SheetColumns />
      </Sheet>
      {error === null ? null : <ErrorNote error={error} />}
      {result === null ? null : <RecordResult result={result} fileName={file?.name ?? ""} />}
    </Page>
  );
}

function RecordResult({ result, fileName }: { readonly result: Recorded; readonly fileName: string }) {
  const { say } = useWords();
  switch (result.__typename) {
    case "RecordAchievementsSuccess":
      return <RecordDone result={result} />;
    case "SheetProblem":
      return (
        <>
          <ErrorNote message={result.message} code={result.code} />
          <Sheet title={say("record.badRows", { count: result.cellCount })} note={say("record.badRowsNote")}>
            <CellFaults faults={result.rows} caption={say("record.badRows", { count: result.cellCount })} />
            {result.cellCount === result.rows.length ? null : (
              <p>{say("record.moreBadRows", { shown: result.rows.length, count: result.cellCount })}</p>
            )}
            {result.annotatedCopy === null ? null : (
              <AnnotatedCopy base64={result.annotatedCopy} name={fileName.replace(/\.[^.]*$/, "")} />
            )}
          </Sheet>
        </>
      );
    case "ConflictProblem":
    case "ForbiddenProblem":
    case "InvalidInputProblem":
      return <ErrorNote message={result.message} code={result.code} />;
  }
}

/** The sheet with its bad cells marked, to be corrected and sent in again. */
function AnnotatedCopy({ base64, name }: { readonly base64: string; readonly name: string }) {
  const { say } = useWords();
  return (
    <div className="record-acts">
      <Button variant="default" onClick={() => saveWorkbook(say("record.copyName", { name }), base64)}>
        {say("record.copy")}
      </Button>
    </div>
  );
}

function RecordDone({ result }: { readonly result: Extract<Recorded, { __typename: "RecordAchievementsSuccess" }> }) {
  const { say } = useWords();
  const { batch } = result;
  return (
    <Sheet title={batch === null ? say("record.nothingNew") : say("record.done", { number: batch.number })}>
      <Alert color={batch === null ? "gray" : "teal"} role="status" mb="md">
        {say("record.counts", {
          ready: result.readyRows,
          already: result.alreadyRecordedRows,
          aside: result.setAsideRows,
        })}
      </Alert>
      {batch === null ? (
        <p>{say("record.nothingNewNote")}</p>
      ) : (
        <>
          <BatchTotals totals={batch.totals} />
          <p>{say("record.doneNote")}</p>
          <Anchor component={Link} to={`/registrar/batches/${encodeURIComponent(batch.id)}`} underline="always">
            {say("record.openBatch")}
          </Anchor>
        </>
      )}
    </Sheet>
  );
}

/** How many bytes are turned into text at a time: a function takes only so many arguments. */
const CHUNK_BYTES = 32_768;

/** A file's content as base64. */
async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK_BYTES));
  }
  return btoa(text);
}
