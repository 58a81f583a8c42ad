import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { APPLICATION_STATUSES } from "../../domain/application/step.ts";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Page } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty } from "../components/states.tsx";
import {
  ApplicationsDocument,
  type ApplicationSheetFragment,
  type ApplicationStatus,
  ConfirmApplicationDocument,
  DecideApplicationDocument,
  RecordApplicationDocument,
  ReopenApplicationDocument,
  ReturnApplicationDocument,
  ReviewApplicationDocument,
} from "../generated/documents.ts";
import { APPLICATIONS, ApplicationCard } from "./ApplicationCard.tsx";
import { ActButton, DecideForm, ReasonForm, ReviewForm } from "./acts.tsx";

/** The queue of applications that wait for a school or a department, those that wait longest first. */
export function ApplicationsPage() {
  const { say } = useWords();
  const { capacity } = useViewer();
  const [status, setStatus] = useState<ApplicationStatus | null>(
    capacity.role === "DEPARTMENT_REVIEWER" ? "CONFIRMED" : null,
  );
  const place = usePlace();
  const [state, again] = useQuery({
    query: ApplicationsDocument,
    variables: { status, first: 10, after: place.after },
    context: APPLICATIONS,
    requestPolicy: "cache-and-network",
  });
  return (
    <Page title={say("application.queue")} lead={say("application.queueLead")}>
      <NativeSelect
        className="application-filter"
        label={say("application.where")}
        value={status ?? ""}
        onChange={(event) => setStatus(APPLICATION_STATUSES.find((each) => each === event.currentTarget.value) ?? null)}
        data={[
          { value: "", label: say("application.all") },
          ...APPLICATION_STATUSES.map((value) => ({ value, label: say(`application.status.${value}`) })),
        ]}
      />
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ applications }) =>
          applications.edges.length === 0 ? (
            <Empty>{say("application.noneWaits")}</Empty>
          ) : (
            <>
              {applications.edges.map(({ node }) => (
                <ApplicationCard key={node.id} id={node.id} acts={staffActs} />
              ))}
              <Pager place={place} marks={applications.pageInfo} />
            </>
          )
        }
      </Answer>
    </Page>
  );
}

const staffActs = (application: ApplicationSheetFragment) => (
  <div className="application-acts">
    <StaffActs application={application} />
  </div>
);

/** What whoever looks can do now; that they may is for the service to say. */
function StaffActs({ application }: { readonly application: ApplicationSheetFragment }) {
  const { capacity } = useViewer();
  const registrar = capacity.role === "REGISTRAR" || capacity.role === "REGISTRAR_CONFIRMER";
  const at = (school: { readonly id: string }) => capacity.institution?.id === school.id;
  switch (application.status) {
    case "SUBMITTED":
      return registrar && at(application.homeInstitution) ? <FactsActs application={application} /> : null;
    case "CONFIRMED":
      return at(application.institution) && capacity.role !== "REGISTRAR_CONFIRMER" ? (
        <ReviewActs application={application} />
      ) : null;
    case "REVIEWED":
      return capacity.role === "REGISTRAR" && at(application.institution) ? (
        <DecideActs application={application} />
      ) : null;
    case "DECIDED":
      return registrar && at(application.institution) ? <RecordActs application={application} /> : null;
    default:
      return null;
  }
}

interface Acting {
  readonly application: ApplicationSheetFragment;
}

function FactsActs({ application: { id } }: Acting) {
  const { say } = useWords();
  const [, confirm] = useMutation(ConfirmApplicationDocument);
  const [, giveBack] = useMutation(ReturnApplicationDocument);
  return (
    <>
      <ActButton
        label={say("application.confirm")}
        act={async () => {
          const { data, error } = await confirm({ id }, APPLICATIONS);
          return { outcome: data?.confirmApplication, error };
        }}
      />
      <ReasonForm
        label={say("application.return")}
        send={async (reason) => {
          const { data, error } = await giveBack({ id, reason }, APPLICATIONS);
          return { outcome: data?.returnApplication, error };
        }}
      />
    </>
  );
}

function ReviewActs({ application }: Acting) {
  const [, review] = useMutation(ReviewApplicationDocument);
  return (
    <ReviewForm
      application={application}
      send={async (lines) => {
        const { data, error } = await review({ input: { applicationId: application.id, lines } }, APPLICATIONS);
        return { outcome: data?.reviewApplication, error };
      }}
    />
  );
}

function DecideActs({ application: { id } }: Acting) {
  const { say } = useWords();
  const [, decide] = useMutation(DecideApplicationDocument);
  const [, reopen] = useMutation(ReopenApplicationDocument);
  return (
    <>
      <DecideForm
        send={async (words) => {
          const { data, error } = await decide({ input: { applicationId: id, ...words } }, APPLICATIONS);
          return { outcome: data?.decideApplication, error };
        }}
      />
      <ReasonForm
        label={say("application.reopen")}
        send={async (reason) => {
          const { data, error } = await reopen({ id, reason }, APPLICATIONS);
          return { outcome: data?.reopenApplication, error };
        }}
      />
    </>
  );
}

function RecordActs({ application: { id } }: Acting) {
  const { say } = useWords();
  const [, record] = useMutation(RecordApplicationDocument);
  return (
    <ActButton
      label={say("application.record")}
      act={async () => {
        const { data, error } = await record({ id }, APPLICATIONS);
        return { outcome: data?.recordApplication, error };
      }}
    />
  );
}
