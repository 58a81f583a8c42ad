import { Badge, Button, Switch } from "@mantine/core";
import { useId, useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Moment } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty, ErrorNote } from "../components/states.tsx";
import {
  InboxDocument,
  type InboxLineFragment,
  ReadNoticesDocument,
  RemindClassDocument,
  UnreadCountDocument,
  UnreadOfClassDocument,
} from "../generated/documents.ts";
import { Addresses } from "./Addresses.tsx";
import { NOTICES } from "./notices.ts";

/** What the reader is told: their inbox, for a class teacher who has not read what, and where else they are told. */
export function InboxPage() {
  const { say } = useWords();
  const { capacity } = useViewer();
  const [unreadOnly, setUnreadOnly] = useState(false);
  return (
    <Page title={say("inbox.title")} lead={say("inbox.lead")} actions={<ReadAll />}>
      <Sheet
        title={say("inbox.list")}
        aside={
          <Switch
            label={say("inbox.unreadOnly")}
            checked={unreadOnly}
            onChange={(event) => setUnreadOnly(event.currentTarget.checked)}
          />
        }
      >
        <Lines key={String(unreadOnly)} unreadOnly={unreadOnly} />
      </Sheet>
      {capacity.role === "CLASS_TEACHER" ? <UnreadOfClass /> : null}
      <Addresses />
    </Page>
  );
}

function ReadAll() {
  const { say } = useWords();
  const [{ data }] = useQuery({ query: UnreadCountDocument, context: NOTICES });
  const [reading, read] = useMutation(ReadNoticesDocument);
  if ((data?.unreadNotices ?? 0) === 0) return null;
  return (
    <Button variant="default" loading={reading.fetching} onClick={() => void read({ ids: null }, NOTICES)}>
      {say("inbox.readAll")}
    </Button>
  );
}

function Lines({ unreadOnly }: { readonly unreadOnly: boolean }) {
  const { say } = useWords();
  const place = usePlace();
  const [state, again] = useQuery({
    query: InboxDocument,
    variables: { first: 20, after: place.after, unreadOnly },
    context: NOTICES,
    requestPolicy: "cache-and-network",
  });
  return (
    <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
      {({ notices }) =>
        notices.edges.length === 0 ? (
          <Empty>{say(unreadOnly ? "inbox.allRead" : "inbox.none")}</Empty>
        ) : (
          <>
            <ul className="inbox">
              {notices.edges.map(({ node }) => (
                <Line key={node.id} notice={node} />
              ))}
            </ul>
            <Pager place={place} marks={notices.pageInfo} />
          </>
        )
      }
    </Answer>
  );
}

function Line({ notice }: { readonly notice: InboxLineFragment }) {
  const { say } = useWords();
  const [reading, read] = useMutation(ReadNoticesDocument);
  const titleId = useId();
  const unread = notice.readAt === null;
  const { error } = reading;
  return (
    <li className="inbox-line" data-unread={unread}>
      <div className="inbox-words">
        <h3 id={titleId}>
          {notice.title}
          {unread ? <Badge>{say("inbox.unread")}</Badge> : null}
          {notice.regard === "GUARDIAN" || notice.regard === "CLASS_TEACHER" ? (
            <Badge color="gray">{say(`inbox.copy.${notice.regard}`)}</Badge>
          ) : null}
        </h3>
        <p>{notice.text}</p>
        <p className="quiet">
          <Moment at={notice.happenedAt} />
        </p>
        {error === undefined ? null : <ErrorNote error={error} />}
      </div>
      {unread ? (
        <Button
          variant="default"
          size="xs"
          loading={reading.fetching}
          aria-describedby={titleId}
          onClick={() => void read({ ids: [notice.id] }, NOTICES)}
        >
          {say("inbox.read")}
        </Button>
      ) : null}
    </li>
  );
}

/** Reminds everyone of the class who has something unread. */
function Remind() {
  const { say } = useWords();
  const [reminding, remind] = useMutation(RemindClassDocument);
  const answer = reminding.data?.remindClass;
  return (
    <div className="remind">
      <Button variant="default" loading={reminding.fetching} onClick={() => void remind({}, NOTICES)}>
        {say("inbox.remind")}
      </Button>
      {reminding.error === undefined ? null : <ErrorNote error={reminding.error} />}
      {answer === undefined ? null : (
        <p role="status" className="quiet">
          {answer.__typename === "RemindClassSuccess"
            ? say(answer.reminded === 0 ? "inbox.remindedNone" : "inbox.reminded", { count: answer.reminded })
            : answer.message}
        </p>
      )}
    </div>
  );
}

function UnreadOfClass() {
  const { say } = useWords();
  const place = usePlace();
  const [state, again] = useQuery({
    query: UnreadOfClassDocument,
    variables: { first: 20, after: place.after },
    context: NOTICES,
    requestPolicy: "cache-and-network",
  });
  return (
    <Sheet title={say("inbox.class")} note={say("inbox.classNote")} aside={<Remind />}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ unreadNoticesOfClass: unread }) =>
          unread.edges.length === 0 ? (
            <Empty>{say("inbox.classNone")}</Empty>
          ) : (
            <>
              <ul className="inbox">
                {unread.edges.map(({ node, cursor }) => (
                  <li key={cursor} className="inbox-line">
                    <div className="inbox-words">
                      <h3>
                        {node.learnerName} · {node.title}
                      </h3>
                      <p>{node.text}</p>
                      <p className="quiet">
                        <Moment at={node.happenedAt} />
                      </p>
                    </div>
                  </li>
                ))}
              </ul>
              <Pager place={place} marks={unread.pageInfo} />
            </>
          )
        }
      </Answer>
    </Sheet>
  );
}
