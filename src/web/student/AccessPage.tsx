import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Moment, School } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { ErasureSheet } from "../erasure/ErasureSheet.tsx";
import { AccessLogDocument, type AccessLogQuery } from "../generated/documents.ts";
import { SharingSheet } from "../sharing/SharingSheet.tsx";

/** Who looked at, or changed, the learner's record; which schools may read it; and how to have it erased. */
export function AccessPage() {
  const { say } = useWords();
  const { capacity } = useViewer();
  const place = usePlace();
  const [state, again] = useQuery({
    query: AccessLogDocument,
    variables: { first: 20, after: place.after },
    requestPolicy: "cache-and-network",
  });
  return (
    <Page title={say("looks.title")} lead={say("looks.lead")}>
      <Sheet title={say("looks.list")}>
        <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
          {({ accessLog }) =>
            accessLog.edges.length === 0 ? (
              <Empty>{say("looks.none")}</Empty>
            ) : (
              <>
                <LookTable looks={accessLog.edges.map(({ node }) => node)} />
                <Pager place={place} marks={accessLog.pageInfo} />
              </>
            )
          }
        </Answer>
      </Sheet>
      <SharingSheet />
      {capacity.learner === null ? null : <ErasureSheet learnerId={capacity.learner.id} />}
    </Page>
  );
}

interface LookTableProps {
  readonly looks: readonly AccessLogQuery["accessLog"]["edges"][number]["node"][];
}

function LookTable({ looks }: LookTableProps) {
  const { say } = useWords();
  return (
    <table className="rows">
      <caption className="visually-hidden">{say("looks.list")}</caption>
      <thead>
        <tr>
          <th scope="col">{say("looks.what")}</th>
          <th scope="col">{say("looks.who")}</th>
          <th scope="col">{say("looks.school")}</th>
          <th scope="col">{say("looks.at")}</th>
        </tr>
      </thead>
      <tbody>
        {looks.map((look) => (
          <tr key={look.id}>
            <th scope="row" data-label={say("looks.what")}>
              {look.actionText}
              {look.times > 1 ? ` × ${look.times}` : ""}
            </th>
            <td data-label={say("looks.who")}>{say(look.role === null ? "looks.service" : `role.${look.role}`)}</td>
            <td data-label={say("looks.school")}>
              {look.institution === null ? "—" : <School of={look.institution} />}
            </td>
            <td data-label={say("looks.at")}>
              <Moment at={look.at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
