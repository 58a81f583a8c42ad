import { Alert, Box, Button, Checkbox, NativeSelect } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import { type CombinedError, useMutation, useQuery } from "urql";
import { formatCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Answer, Empty, ErrorNote } from "../components/states.tsx";
import {
  AppealApplicationDocument,
  type ApplicationOutcomeFragment,
  ApplicationsDocument,
  type ApplicationSheetFragment,
  OwnRegistrationsDocument,
  SubmitApplicationDocument,
  WhatToApplyForDocument,
  WithdrawApplicationDocument,
} from "../generated/documents.ts";
import { APPLICATIONS, ApplicationCard } from "./ApplicationCard.tsx";
import { ActButton, ReasonForm } from "./acts.tsx";

/** A learner's applications, and a new one. */
export function OwnApplicationsPage() {
  const { say } = useWords();
  const { capacity } = useViewer();
  const [state, again] = useQuery({
    query: ApplicationsDocument,
    variables: { status: null, first: 20, after: null },
    context: APPLICATIONS,
    requestPolicy: "cache-and-network",
  });
  return (
    <Page title={say("application.title")} lead={say("application.lead")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ applications }) => (
          <>
            {applications.edges.map(({ node }) => (
              <ApplicationCard key={node.id} id={node.id} acts={ownActs} />
            ))}
            {applications.edges.length === 0 ? (
              <Box mb="md">
                <Empty>{say("application.none")}</Empty>
              </Box>
            ) : null}
          </>
        )}
      </Answer>
      {capacity.learner === null ? null : <Apply learnerId={capacity.learner.id} />}
    </Page>
  );
}

const ownActs = (application: ApplicationSheetFragment) => <OwnActs application={application} />;

function OwnActs({ application }: { readonly application: ApplicationSheetFragment }) {
  const { say } = useWords();
  const { id, status, appealed } = application;
  const [, withdraw] = useMutation(WithdrawApplicationDocument);
  const [, appeal] = useMutation(AppealApplicationDocument);
  if (application.waitsFor === null) return null;
  return (
    <div className="application-acts">
      {status === "DECIDED" && !appealed ? (
        <ReasonForm
          label={say("application.appeal")}
          send={async (reason) => {
            const { data, error } = await appeal({ id, reason }, APPLICATIONS);
            return { outcome: data?.appealApplication, error };
          }}
        />
      ) : null}
      <ActButton
        label={say("application.withdraw")}
        quiet
        act={async () => {
          const { data, error } = await withdraw({ id }, APPLICATIONS);
          return { outcome: data?.withdrawApplication, error };
        }}
      />
    </div>
  );
}

function Apply({ learnerId }: { readonly learnerId: string }) {
  const { say, name } = useWords();
  const [programmeId, setProgrammeId] = useState("");
  const [state] = useQuery({ query: OwnRegistrationsDocument, variables: { id: learnerId } });
  const { registrations = [], reachableProgrammes = [] } = state.data?.learner ?? {};
  const isRegistered = registrations.length > 0;
  // whoever is registered nowhere applies where they would go
  const programmes = isRegistered
    ? registrations.filter(({ status }) => status === "ACTIVE").map(({ programme }) => programme)
    : reachableProgrammes;
  return (
    <Sheet title={say("application.new")} note={say("application.newNote")}>
      <NativeSelect
        label={say(isRegistered ? "application.programme" : "check.programme")}
        value={programmeId}
        onChange={(event) => setProgrammeId(event.currentTarget.value)}
        data={[
          { value: "", label: say("application.choose") },
          ...programmes.map(({ id, title, institution }) => ({
            value: id,
            label: isRegistered ? name(title) : `${name(title)} · ${name(institution.name)}`,
          })),
        ]}
      />
      {programmeId === "" ? null : <Wish key={programmeId} learnerId={learnerId} programmeId={programmeId} />}
    </Sheet>
  );
}

/** The answer to apply for, line by line; what is not wanted is unticked. */
function Wish({ learnerId, programmeId }: { readonly learnerId: string; readonly programmeId: string }) {
  const { say } = useWords();
  const [state, again] = useQuery({ query: WhatToApplyForDocument, variables: { learnerId, programmeId } });
  const [unwanted, setUnwanted] = useState<ReadonlySet<number>>(new Set());
  const [{ fetching }, submit] = useMutation(SubmitApplicationDocument);
  const [outcome, setOutcome] = useState<ApplicationOutcomeFragment | null>(null);
  const [error, setError] = useState<CombinedError | null>(null);

  async function send(event: SubmitEvent) {
    event.preventDefault();
    const input = { learnerId, programmeId, declined: [...unwanted] };
    const answer = await submit({ input }, APPLICATIONS);
    setError(answer.error ?? null);
    setOutcome(answer.data?.submitApplication ?? null);
  }
  function toggle(number: number) {
    const next = new Set(unwanted);
    if (!next.delete(number)) next.add(number);
    setUnwanted(next);
  }
  return (
    <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
      {({ recognitionCheck }) =>
        recognitionCheck.__typename === "RecognitionCheck" ? (
          <form className="application-wish" onSubmit={(event) => void send(event)}>
            <p>{say("application.offers", { credits: formatCredits(recognitionCheck.recognisedCredits) })}</p>
            {recognitionCheck.lines.map((line, place) => (
              <Checkbox
                key={line.sentence}
                label={line.sentence}
                {...(line.discretion ? { description: say("application.discretion") } : {})}
                checked={!unwanted.has(place + 1)}
                onChange={() => toggle(place + 1)}
              />
            ))}
            <div className="record-acts">
              <Button type="submit" loading={fetching} disabled={recognitionCheck.lines.length === unwanted.size}>
                {say("application.submit")}
              </Button>
            </div>
            {error === null ? null : <ErrorNote error={error} />}
            {outcome === null ? null : outcome.__typename === "ApplicationSuccess" ? (
              <Alert color="teal" role="status">
                {say("application.sent")}
              </Alert>
            ) : (
              <ErrorNote message={outcome.message} code={outcome.code} />
            )}
          </form>
        ) : (
          <ErrorNote message={recognitionCheck.message} code={recognitionCheck.code} />
        )
      }
    </Answer>
  );
}
