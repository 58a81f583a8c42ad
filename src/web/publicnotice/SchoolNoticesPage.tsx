import { Badge, Button, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Dialog } from "../components/Dialog.tsx";
import { Day } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import {
  type PublicNoticeStanding,
  type SchoolNoticeFragment,
  SchoolNoticesDocument,
  WithdrawNoticeDocument,
} from "../generated/documents.ts";
import { OpenForm } from "./OpenForm.tsx";
import { Objections } from "./Objections.tsx";

/** What an act on public notices makes old. */
export const NOTICES = { additionalTypenames: ["SchoolPublicNotice"] };

const COLOURS: Readonly<Record<PublicNoticeStanding, string>> = {
  OPEN: "ink",
  OBJECTED: "amber",
  UPHELD: "seal",
  WITHDRAWN: "gray",
  CLEAR: "teal",
};

/** The public notices of a school: opened here, withdrawn here, and objections to them answered. */
export function SchoolNoticesPage() {
  const { say } = useWords();
  const { capacity } = useViewer();
  const place = usePlace();
  const [state, again] = useQuery({
    query: SchoolNoticesDocument,
    variables: { first: 20, after: place.after },
    context: NOTICES,
    requestPolicy: "cache-and-network",
  });
  return (
    <Page title={say("schoolNotices.title")} lead={say("schoolNotices.lead")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ schoolPublicNotices: { edges, pageInfo } }) => (
          <>
            {edges.length === 0 ? <Empty>{say("schoolNotices.none")}</Empty> : null}
            {edges.map(({ node }) => (
              <NoticeSheet key={node.notice.id} of={node} />
            ))}
            <Pager place={place} marks={pageInfo} />
          </>
        )}
      </Answer>
      {capacity.role === "REGISTRAR" ? <OpenForm /> : null}
    </Page>
  );
}

function NoticeSheet({ of }: { readonly of: SchoolNoticeFragment }) {
  const { say } = useWords();
  const { capacity } = useViewer();
  const { notice, standing, withdrawalReason, objections } = of;
  const [asking, setAsking] = useState(false);
  const mayWithdraw = capacity.role === "REGISTRAR" && (standing === "OPEN" || standing === "OBJECTED");
  const first = notice.items.edges.map(({ node: { name, item } }) => `${name} ${item}`).join("；");
  return (
    <Sheet
      title={notice.title}
      note={
        <>
          {say(`publicNotices.${notice.kind}`)} · {say("publicNotices.until")} <Day date={notice.closesOn} />
        </>
      }
      aside={<Badge color={COLOURS[standing]}>{say(`schoolNotices.${standing}`)}</Badge>}
    >
      <Text>{first}</Text>
      {withdrawalReason === null ? null : (
        <p className="sheet-note">{say("schoolNotices.withdrawnFor", { reason: withdrawalReason })}</p>
      )}
      <Objections objections={objections} />
      {mayWithdraw ? (
        <div className="record-acts">
          <Button variant="default" onClick={() => setAsking(true)}>
            {say("schoolNotices.withdraw")}
          </Button>
        </div>
      ) : null}
      {asking ? <Withdraw id={notice.id} title={notice.title} onClose={() => setAsking(false)} /> : null}
    </Sheet>
  );
}

interface WithdrawProps {
  readonly id: string;
  readonly title: string;
  readonly onClose: () => void;
}

function Withdraw({ id, title, onClose }: WithdrawProps) {
  const { say } = useWords();
  const [{ fetching }, withdraw] = useMutation(WithdrawNoticeDocument);
  const [reason, setReason] = useState("");
  const [fault, setFault] = useState<Fault | null>(null);
  async function act() {
    setFault(null);
    const { data, error } = await withdraw({ id, reason }, NOTICES);
    const result = data?.withdrawPublicNotice;
    if (result?.__typename === "PublicNoticeSuccess") onClose();
    else setFault(result ?? (error === undefined ? {} : { error }));
  }
  return (
    <Dialog title={say("schoolNotices.withdrawOf", { title })} onClose={onClose}>
      <form
        className="record-form"
        onSubmit={(event) => {
          event.preventDefault();
          void act();
        }}
      >
        {fault === null ? null : <ErrorNote {...fault} />}
        <TextInput
          label={say("schoolNotices.reason")}
          required
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <div className="record-acts">
          <Button type="submit" loading={fetching} disabled={reason.trim() === ""}>
            {say("schoolNotices.withdraw")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
