import { Badge, Button } from "@mantine/core";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Moment } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty, ErrorNote } from "../components/states.tsx";
import { type OpenActRowFragment, OpenActsOfClassDocument, RemindOfOpenActsDocument } from "../generated/documents.ts";

const OPEN_ACTS = { additionalTypenames: ["OpenAct", "GuardianConsent", "Application"] };

/** For a class teacher: who of the class, or whose guardian, has not acted, since when and until when. */
export function OpenActsPage() {
  const { say } = useWords();
  const place = usePlace();
  const [state, again] = useQuery({
    query: OpenActsOfClassDocument,
    variables: { first: 50, after: place.after },
    context: OPEN_ACTS,
    requestPolicy: "cache-and-network",
  });
  return (
    <Page title={say("openAct.title")} lead={say("openAct.lead")}>
      <Sheet title={say("openAct.list")} note={say("openAct.note")} aside={<Remind />}>
        <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
          {({ openActsOfClass: open }) =>
            open.edges.length === 0 ? (
              <Empty>{say("openAct.none")}</Empty>
            ) : (
              <>
                <OpenActTable acts={open.edges} />
                <Pager place={place} marks={open.pageInfo} />
              </>
            )
          }
        </Answer>
      </Sheet>
    </Page>
  );
}

/** Reminds everyone who has something left undone that is expected of them. */
function Remind() {
  const { say } = useWords();
  const [reminding, remind] = useMutation(RemindOfOpenActsDocument);
  const answer = reminding.data?.remindOfOpenActs;
  return (
    <div className="remind">
      <Button variant="default" loading={reminding.fetching} onClick={() => void remind({}, OPEN_ACTS)}>
        {say("openAct.remind")}
      </Button>
      {reminding.error === undefined ? null : <ErrorNote error={reminding.error} />}
      {answer === undefined ? null : (
        <p role="status" className="quiet">
          {answer.__typename === "RemindOfOpenActsSuccess"
            ? say(answer.reminded === 0 ? "openAct.remindedNone" : "openAct.reminded", { count: answer.reminded })
            : answer.message}
        </p>
      )}
    </div>
  );
}

interface OpenActTableProps {
  readonly acts: readonly { readonly cursor: string; readonly node: OpenActRowFragment }[];
}

function OpenActTable({ acts }: OpenActTableProps) {
  const { say } = useWords();
  return (
    <table className="rows">
      <caption className="visually-hidden">{say("openAct.list")}</caption>
      <thead>
        <tr>
          <th scope="col">{say("openAct.learner")}</th>
          <th scope="col">{say("openAct.what")}</th>
          <th scope="col">{say("openAct.by")}</th>
          <th scope="col">{say("openAct.since")}</th>
          <th scope="col">{say("openAct.until")}</th>
        </tr>
      </thead>
      <tbody>
        {acts.map(({ cursor, node: act }) => (
          <tr key={cursor}>
            <th scope="row" data-label={say("openAct.learner")}>
              {act.learnerName}
            </th>
            <td data-label={say("openAct.what")}>
              {act.text} {act.expected ? null : <Badge color="gray">{say("openAct.optional")}</Badge>}
            </td>
            <td data-label={say("openAct.by")}>{say(`openAct.by.${act.by}`)}</td>
            <td data-label={say("openAct.since")}>
              <Moment at={act.since} />
            </td>
            <td data-label={say("openAct.until")}>
              {act.until === null ? say("openAct.noEnd") : <Moment at={act.until} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
