import { Alert, Button, Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Cite, Moment } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import { Answer, ErrorNote, type Fault } from "../components/states.tsx";
import {
  ErasureOfDocument,
  type ErasureRequestRowFragment,
  RequestErasureDocument,
  WithdrawErasureDocument,
} from "../generated/documents.ts";
import { PreviewTable } from "./PreviewTable.tsx";

/** Asks for a learner to be erased, or takes that back; says before what it would do. */
export function ErasureSheet({ learnerId }: { readonly learnerId: string }) {
  const { say } = useWords();
  const [state, again] = useQuery({
    query: ErasureOfDocument,
    variables: { learnerId },
    requestPolicy: "cache-and-network",
  });
  const refresh = () => again({ requestPolicy: "network-only" });
  return (
    <Sheet title={say("erasure.title")} note={say("erasure.note")}>
      <Answer state={state} onRetry={refresh}>
        {({ erasurePreview, erasureRequests }) => {
          const ofLearner = erasureRequests.filter((request) => request.learnerId === learnerId);
          const open = ofLearner.find(
            ({ withdrawnAt, carriedOutAt, declined }) =>
              withdrawnAt === null && carriedOutAt === null && declined === null,
          );
          const [newest] = ofLearner;
          return (
            <>
              {newest === undefined || newest.declined === null ? null : <Declined declined={newest.declined} />}
              <PreviewTable preview={erasurePreview} />
              {open === undefined ? (
                <AskForm learnerId={learnerId} onDone={refresh} />
              ) : (
                <OpenRequest request={open} onDone={refresh} />
              )}
            </>
          );
        }}
      </Answer>
    </Sheet>
  );
}

/** What the school answered to the last request: it is not carried out, why, and by which clause. */
function Declined({ declined }: { readonly declined: NonNullable<ErasureRequestRowFragment["declined"]> }) {
  const { say } = useWords();
  return (
    <Alert color="amber" mb="md" title={say("erasure.declined")}>
      <Text size="sm">
        {declined.reason} · <Moment at={declined.at} />
      </Text>
      <Cite citation={declined.citation} />
    </Alert>
  );
}

function AskForm({ learnerId, onDone }: { readonly learnerId: string; readonly onDone: () => void }) {
  const { say } = useWords();
  const [{ fetching }, ask] = useMutation(RequestErasureDocument);
  const [reason, setReason] = useState("");
  const [fault, setFault] = useState<Fault | null>(null);
  async function submit() {
    setFault(null);
    const { data, error } = await ask({ learnerId, reason });
    const answer = data?.requestErasure;
    if (answer?.__typename === "ErasureSuccess") onDone();
    else setFault(answer ?? (error === undefined ? {} : { error }));
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {fault === null ? null : <ErrorNote {...fault} />}
      <TextInput
        mt="md"
        maw={480}
        label={say("erasure.reason")}
        description={say("erasure.reasonNote")}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        minLength={5}
        maxLength={200}
        autoComplete="off"
        required
      />
      <Button type="submit" mt="md" variant="default" loading={fetching}>
        {say("erasure.request")}
      </Button>
    </form>
  );
}

interface OpenRequestProps {
  readonly request: ErasureRequestRowFragment;
  readonly onDone: () => void;
}

function OpenRequest({ request, onDone }: OpenRequestProps) {
  const { say } = useWords();
  const { capacity } = useViewer();
  const [{ fetching }, withdraw] = useMutation(WithdrawErasureDocument);
  const [fault, setFault] = useState<Fault | null>(null);
  const mine = request.requestedByCaller || capacity.role === "STUDENT" || capacity.role === "GUARDIAN";
  async function takeBack() {
    setFault(null);
    const { data, error } = await withdraw({ id: request.id });
    const answer = data?.withdrawErasure;
    if (answer?.__typename === "ErasureSuccess") onDone();
    else setFault(answer ?? (error === undefined ? {} : { error }));
  }
  return (
    <>
      {fault === null ? null : <ErrorNote {...fault} />}
      <Group justify="space-between" mt="md" role="status">
        <Text>
          {say("erasure.waits")} <Moment at={request.requestedAt} />
        </Text>
        {mine ? (
          <Button size="xs" variant="default" loading={fetching} onClick={() => void takeBack()}>
            {say("erasure.withdraw")}
          </Button>
        ) : null}
      </Group>
    </>
  );
}
