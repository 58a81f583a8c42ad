import { Alert, Anchor, Badge, Button } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { formatCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { Moment, useGradeText } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import {
  BatchRowsDocument,
  type BatchRowsQuery,
  ConfirmBatchDocument,
  DiscardBatchDocument,
} from "../generated/documents.ts";
import { BATCH_COLOURS } from "./BatchesPage.tsx";
import { BatchTotals } from "./BatchTotals.tsx";
import { CellFaults } from "./faults.tsx";

type Batch = NonNullable<BatchRowsQuery["depositBatch"]>;
type Row = Batch["rows"]["edges"][number]["node"];
const BATCHES = { additionalTypenames: ["DepositBatch", "Achievement"] };

/** One batch: its sums and warnings, its rows, and the second registrar's word. */
export function BatchPage() {
  const { say } = useWords();
  const { batchId } = useParams({ from: "/registrar/batches/$batchId" });
  const place = usePlace();
  const [state, again] = useQuery({
    query: BatchRowsDocument,
    variables: { id: batchId, first: 50, after: place.after },
    context: BATCHES,
    requestPolicy: "cache-and-network",
  });
  const number = state.data?.depositBatch?.number;
  return (
    <Page
      title={number === undefined ? say("batch.title") : say("batch.titleOf", { number })}
      lead={
        <Anchor component={Link} to="/registrar/batches" underline="always">
          {say("batch.back")}
        </Anchor>
      }
    >
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ depositBatch }) =>
          depositBatch === null ? (
            <ErrorNote message={say("batch.hidden")} />
          ) : (
            <>
              <Decide batch={depositBatch} />
              <Rows batch={depositBatch} />
              <Pager place={place} marks={depositBatch.rows.pageInfo} />
            </>
          )
        }
      </Answer>
    </Page>
  );
}

function Decide({ batch }: { readonly batch: Batch }) {
  const { say } = useWords();
  const [confirming, confirm] = useMutation(ConfirmBatchDocument);
  const [discarding, discard] = useMutation(DiscardBatchDocument);
  const [fault, setFault] = useState<Fault | null>(null);
  const [posted, setPosted] = useState<number | null>(null);

  async function doConfirm() {
    setFault(null);
    const { data, error } = await confirm({ batchId: batch.id }, BATCHES);
    const result = data?.confirmBatch;
    if (error !== undefined) setFault({ error });
    else if (result?.__typename === "ConfirmBatchSuccess") setPosted(result.postedRows);
    else if (result !== undefined) setFault(result);
  }

  async function doDiscard() {
    setFault(null);
    const { data, error } = await discard({ batchId: batch.id }, BATCHES);
    const result = data?.discardBatch;
    if (error !== undefined) setFault({ error });
    else if (result !== undefined && result.__typename !== "ConfirmBatchSuccess") setFault(result);
  }

  return (
    <Sheet
      title={
        <>
          {say("batch.sums")}{" "}
          <Badge color={BATCH_COLOURS[batch.status]} component="span">
            {say(`batches.${batch.status}`)}
          </Badge>
        </>
      }
      note={
        <>
          {batch.sourceName} · {say("batch.recordedBy", { name: batch.recordedBy })} · <Moment at={batch.recordedAt} />
          {batch.confirmedBy === null ? null : ` · ${say("batch.confirmedBy", { name: batch.confirmedBy })}`}
        </>
      }
    >
      <BatchTotals totals={batch.totals} />
      {batch.badRowCount === 0 ? null : <p>{say("batch.asideNote", { count: batch.badRowCount })}</p>}
      {fault === null ? null : <ErrorNote {...fault} />}
      {posted === null ? null : (
        <Alert color="teal" role="status" my="md">
          {say("batch.posted", { count: posted })}
        </Alert>
      )}
      {batch.status === "OPEN" || batch.status === "RECORDING" ? (
        <>
          {batch.status === "RECORDING" ? <p>{say("batch.recording", { count: batch.rowCount })}</p> : null}
          {batch.confirmable || batch.status === "RECORDING" ? null : (
            <p className="refused-note">{say("batch.notYours")}</p>
          )}
          <div className="record-acts">
            <Button disabled={!batch.confirmable} loading={confirming.fetching} onClick={() => void doConfirm()}>
              {say("batch.confirm")}
            </Button>
            <Button variant="default" loading={discarding.fetching} onClick={() => void doDiscard()}>
              {say("batch.discard")}
            </Button>
          </div>
        </>
      ) : null}
    </Sheet>
  );
}

function Rows({ batch }: { readonly batch: Batch }) {
  const { say } = useWords();
  const gradeText = useGradeText();
  const rows = batch.rows.edges.map(({ node }) => node);
  const bad = rows.flatMap(({ problems }) => problems);
  const warnings = rows.flatMap((row) => row.warnings);
  return (
    <>
      {bad.length === 0 ? null : (
        <Sheet title={say("batch.problems")} note={say("batch.problemsNote")}>
          <CellFaults faults={bad} caption={say("batch.problems")} />
        </Sheet>
      )}
      {warnings.length === 0 ? null : (
        <Sheet title={say("batch.warnings")} note={say("batch.warningsNote")}>
          <CellFaults faults={warnings} caption={say("batch.warnings")} />
        </Sheet>
      )}
      <Sheet title={say("batch.rowsTitle")}>
        {rows.length === 0 ? (
          <Empty>{say("batch.noRows")}</Empty>
        ) : (
          <table className="rows">
            <caption className="visually-hidden">{say("batch.rowsTitle")}</caption>
            <thead>
              <tr>
                <th scope="col">{say("batch.rowNo")}</th>
                <th scope="col">{say("column.learner")}</th>
                <th scope="col">{say("column.achievement")}</th>
                <th scope="col">{say("column.grade")}</th>
                <th scope="col" className="number">
                  {say("column.credits")}
                </th>
                <th scope="col">{say("batch.state")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.sheet}/${row.rowNo}`}>
                  <td data-label={say("batch.rowNo")}>{row.rowNo}</td>
                  <td data-label={say("column.learner")}>{row.learnerName ?? "—"}</td>
                  <th scope="row" data-label={say("column.achievement")}>
                    {row.title ?? "—"}
                    {row.corrects === null ? null : <Corrects correction={row.corrects} />}
                  </th>
                  <td data-label={say("column.grade")}>{gradeText(row.grade)}</td>
                  <td data-label={say("column.credits")} className="number">
                    {row.credits === null ? "—" : formatCredits(row.credits)}
                  </td>
                  <td data-label={say("batch.state")}>{say(`row.${row.status}`)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Sheet>
    </>
  );
}

/** What a row takes back or replaces, and why. */
function Corrects({ correction }: { readonly correction: NonNullable<Row["corrects"]> }) {
  const { say } = useWords();
  const gradeText = useGradeText();
  const { achievement, kind, reason, formNumber } = correction;
  return (
    <span className="code">
      {say(`correction.kind.${kind}`)}
      {achievement === null
        ? null
        : say("correction.was", { grade: gradeText(achievement.grade), credits: formatCredits(achievement.credits) })}
      {say("correction.because", { formNumber, reason })}
    </span>
  );
}
