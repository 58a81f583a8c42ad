import { Badge, Button, Checkbox, Textarea } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Amount, Moment, School } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty, ErrorNote } from "../components/states.tsx";
import { CloseReviewCaseDocument, type ReviewCaseRowFragment, ReviewCasesDocument } from "../generated/documents.ts";

/** A case closed changes the list. */
const CASES = { additionalTypenames: ["ReviewCase"] };

/** What was recognised on the strength of something corrected since: the school decides what becomes of it. */
export function ReviewCasesPage() {
  const { say } = useWords();
  const [all, setAll] = useState(false);
  const place = usePlace();
  const [state, again] = useQuery({
    query: ReviewCasesDocument,
    variables: { open: all ? null : true, first: 20, after: place.after },
    context: CASES,
    requestPolicy: "cache-and-network",
  });
  return (
    <Page title={say("review.title")} lead={say("review.lead")}>
      <Checkbox
        label={say("review.all")}
        checked={all}
        onChange={(event) => setAll(event.currentTarget.checked)}
        mb="md"
      />
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ reviewCases }) =>
          reviewCases.edges.length === 0 ? (
            <Empty>{say("review.none")}</Empty>
          ) : (
            <>
              {reviewCases.edges.map(({ node }) => (
                <CaseSheet key={node.id} row={node} />
              ))}
              <Pager place={place} marks={reviewCases.pageInfo} />
            </>
          )
        }
      </Answer>
    </Page>
  );
}

function CaseSheet({ row }: { readonly row: ReviewCaseRowFragment }) {
  const { say, name } = useWords();
  const { capacity } = useViewer();
  return (
    <Sheet
      title={
        <>
          {row.learner.name} · {name(row.title)}{" "}
          <Badge color={row.closedAt === null ? "seal" : "gray"} component="span">
            {say(row.closedAt === null ? "review.open" : "review.closed")}
          </Badge>
        </>
      }
      note={<Moment at={row.openedAt} />}
    >
      <dl className="case-facts">
        <dt>{say("review.what")}</dt>
        <dd>
          {say(`correction.kind.${row.kind}`)} · <School of={row.correctedBy} />
        </dd>
        <dt>{say("review.why")}</dt>
        <dd>{row.reason ?? "—"}</dd>
        <dt>{say("review.rests")}</dt>
        <dd>
          <Amount credits={row.credits} unit={row.unit} />
          {row.programme === null ? null : ` · ${name(row.programme.title)}`}
        </dd>
        {row.finding === null ? null : (
          <>
            <dt>{say("review.finding")}</dt>
            <dd>
              {row.finding} — {row.closedBy} {row.closedAt === null ? null : <Moment at={row.closedAt} />}
            </dd>
          </>
        )}
      </dl>
      {row.closedAt === null && capacity.role === "REGISTRAR" ? <CloseForm id={row.id} /> : null}
    </Sheet>
  );
}

function CloseForm({ id }: { readonly id: string }) {
  const { say } = useWords();
  const [finding, setFinding] = useState("");
  const [{ fetching, data, error }, close] = useMutation(CloseReviewCaseDocument);
  const refused = data?.closeReviewCase;

  async function send(event: SubmitEvent) {
    event.preventDefault();
    await close({ id, finding }, CASES);
  }
  return (
    <form className="record-form" onSubmit={(event) => void send(event)}>
      <Textarea
        label={say("review.finding")}
        description={say("review.findingNote")}
        required
        minLength={5}
        maxLength={500}
        value={finding}
        onChange={(event) => setFinding(event.currentTarget.value)}
      />
      <div className="record-acts">
        <Button type="submit" loading={fetching}>
          {say("review.close")}
        </Button>
      </div>
      {error === undefined ? null : <ErrorNote error={error} />}
      {refused === undefined || refused.__typename === "CloseReviewCaseSuccess" ? null : (
        <ErrorNote message={refused.message} code={refused.code} />
      )}
    </form>
  );
}
