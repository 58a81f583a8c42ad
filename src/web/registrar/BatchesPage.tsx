import { Anchor, Badge, SegmentedControl } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Amount, Moment } from "../components/field.tsx";
import { Page } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { BatchesDocument, type BatchHeadFragment, type BatchStatus } from "../generated/documents.ts";

const SHOWN = ["OPEN", "RECORDING", "CONFIRMED", "DISCARDED", "ALL"] as const;
type Shown = (typeof SHOWN)[number];
export const BATCH_COLOURS: Readonly<Record<BatchStatus, string>> = {
  RECORDING: "blue",
  OPEN: "amber",
  CONFIRMED: "teal",
  DISCARDED: "gray",
};

const BATCHES = { additionalTypenames: ["DepositBatch"] };

/** What was recorded and waits for another registrar. */
export function BatchesPage() {
  const { say } = useWords();
  const [shown, setShown] = useState<Shown>("OPEN");
  return (
    <Page
      title={say("batches.title")}
      lead={say("batches.lead")}
      actions={
        <SegmentedControl
          aria-label={say("batches.filter")}
          value={shown}
          onChange={(value) => setShown(SHOWN.find((known) => known === value) ?? "OPEN")}
          data={SHOWN.map((value) => ({ value, label: say(`batches.${value}`) }))}
        />
      }
    >
      <BatchList key={shown} status={shown === "ALL" ? null : shown} />
    </Page>
  );
}

function BatchList({ status }: { readonly status: BatchStatus | null }) {
  const { say } = useWords();
  const place = usePlace();
  const [state, again] = useQuery({
    query: BatchesDocument,
    variables: { status, first: 20, after: place.after },
    context: BATCHES,
    requestPolicy: "cache-and-network",
  });
  return (
    <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
      {({ depositBatches }) =>
        depositBatches.edges.length === 0 ? (
          <Empty>{say("batches.none")}</Empty>
        ) : (
          <>
            <ul className="batches">
              {depositBatches.edges.map(({ node }) => (
                <BatchCard key={node.id} batch={node} />
              ))}
            </ul>
            <Pager place={place} marks={depositBatches.pageInfo} />
          </>
        )
      }
    </Answer>
  );
}

function BatchCard({ batch }: { readonly batch: BatchHeadFragment }) {
  const { say } = useWords();
  return (
    <li className="batch-card">
      <div>
        <h2>
          <Anchor component={Link} to={`/registrar/batches/${encodeURIComponent(batch.id)}`} inherit underline="always">
            {batch.number}
          </Anchor>{" "}
          <Badge color={BATCH_COLOURS[batch.status]} component="span">
            {say(`batches.${batch.status}`)}
          </Badge>
        </h2>
        <p className="quiet">
          {batch.sourceName} · {say("batch.recordedBy", { name: batch.recordedBy })} · <Moment at={batch.recordedAt} />
        </p>
      </div>
      <div className="batch-sums">
        {batch.totals.map(({ unit, credits }) => (
          <Amount key={unit} credits={credits} unit={unit} />
        ))}
        <span className="quiet">
          {say("batch.rows", { count: batch.rowCount })}
          {batch.badRowCount === 0 ? null : ` · ${say("batch.badRows", { count: batch.badRowCount })}`}
        </span>
      </div>
    </li>
  );
}
