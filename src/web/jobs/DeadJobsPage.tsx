import { Button } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Moment } from "../components/field.tsx";
import { Page } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import { DeadJobsDocument, type DeadJobsQuery, RetryJobDocument } from "../generated/documents.ts";

type Job = DeadJobsQuery["deadJobs"]["edges"][number]["node"];
const JOBS = { additionalTypenames: ["DeadJob"] };

/** Background work that has failed for good, for an administrator to let begin anew once its cause is mended. */
export function DeadJobsPage() {
  const { say } = useWords();
  const place = usePlace();
  const [state, again] = useQuery({
    query: DeadJobsDocument,
    variables: { first: 20, after: place.after },
    context: JOBS,
    requestPolicy: "cache-and-network",
  });
  return (
    <Page title={say("jobs.title")} lead={say("jobs.lead")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ deadJobs: { edges, pageInfo } }) => (
          <>
            {edges.length === 0 ? (
              <Empty>{say("jobs.none")}</Empty>
            ) : (
              <div className="sheet">
                <table className="rows">
                  <thead>
                    <tr>
                      <th scope="col">{say("jobs.kind")}</th>
                      <th scope="col">{say("jobs.failure")}</th>
                      <th scope="col">{say("jobs.attempts")}</th>
                      <th scope="col">{say("jobs.failedAt")}</th>
                      <th scope="col">{say("jobs.act")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {edges.map(({ node }) => (
                      <JobRow key={node.id} job={node} />
                    ))}
                  </tbody>
                </table>
              </div>
            )}
            <Pager place={place} marks={pageInfo} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function JobRow({ job: { id, kind, about, failure, attempts, failedAt } }: { readonly job: Job }) {
  const { say } = useWords();
  const [{ fetching }, retry] = useMutation(RetryJobDocument);
  const [fault, setFault] = useState<Fault | null>(null);
  async function act() {
    setFault(null);
    const { data, error } = await retry({ id }, JOBS);
    const result = data?.retryJob;
    if (result?.__typename !== "RetryJobSuccess") setFault(result ?? (error === undefined ? {} : { error }));
  }
  return (
    <tr>
      <th scope="row" data-label={say("jobs.kind")}>
        <code>{kind}</code>
        {about.map(({ name, value }) => (
          <span key={name} className="code">
            {name}: {value}
          </span>
        ))}
      </th>
      <td data-label={say("jobs.failure")}>
        <code>{failure ?? "—"}</code>
      </td>
      <td data-label={say("jobs.attempts")}>{attempts}</td>
      <td data-label={say("jobs.failedAt")}>
        <Moment at={failedAt} />
      </td>
      <td data-label={say("jobs.act")}>
        <div>
          <Button size="xs" loading={fetching} aria-label={say("jobs.retryOf", { kind })} onClick={() => void act()}>
            {say("jobs.retry")}
          </Button>
          {fault === null ? null : <ErrorNote {...fault} />}
        </div>
      </td>
    </tr>
  );
}
