import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Moment } from "../components/field.tsx";
import { Dialog } from "../components/Dialog.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import {
  CarryOutErasureDocument,
  ErasurePreviewDocument,
  type ErasureRequestRowFragment,
  WaitingErasuresDocument,
} from "../generated/documents.ts";
import { DeclineDialog } from "./DeclineDialog.tsx";
import { PreviewTable } from "./PreviewTable.tsx";

/** Requests to erase that wait at the school, for whoever did not ask to carry out. */
export function ErasuresPage() {
  const { say } = useWords();
  const [state, again] = useQuery({ query: WaitingErasuresDocument, requestPolicy: "cache-and-network" });
  const [done, setDone] = useState<"erasures.done" | "erasures.declined" | null>(null);
  const refresh = () => again({ requestPolicy: "network-only" });
  return (
    <Page title={say("erasures.title")} lead={say("erasures.lead")}>
      {done === null ? null : (
        <Text role="status" mb="md">
          {say(done)}
        </Text>
      )}
      <Answer state={state} onRetry={refresh}>
        {({ erasureRequests }) =>
          erasureRequests.length === 0 ? (
            <Empty>{say("erasures.none")}</Empty>
          ) : (
            erasureRequests.map((request) => (
              <Waiting
                key={request.id}
                request={request}
                onDone={(what) => {
                  setDone(what);
                  refresh();
                }}
              />
            ))
          )
        }
      </Answer>
    </Page>
  );
}

interface WaitingProps {
  readonly request: ErasureRequestRowFragment;
  readonly onDone: (what: "erasures.done" | "erasures.declined") => void;
}

function Waiting({ request, onDone }: WaitingProps) {
  const { say } = useWords();
  const { learnerId, learner, requestedAt, reason, requestedByCaller } = request;
  const [state, again] = useQuery({ query: ErasurePreviewDocument, variables: { learnerId } });
  const [asking, setAsking] = useState<"carryOut" | "decline" | null>(null);
  return (
    <Sheet
      title={learner?.name ?? "—"}
      note={
        <>
          {say("erasures.asked")} <Moment at={requestedAt} />
          {reason === null ? null : <> · {reason}</>}
        </>
      }
    >
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ erasurePreview }) => (
          <>
            <PreviewTable preview={erasurePreview} />
            {requestedByCaller ? <Text mt="md">{say("erasures.another")}</Text> : null}
            <Group mt="md">
              {requestedByCaller ? null : (
                <Button color="seal" disabled={erasurePreview.holds.length > 0} onClick={() => setAsking("carryOut")}>
                  {say("erasures.carryOut")}
                </Button>
              )}
              <Button variant="default" onClick={() => setAsking("decline")}>
                {say("erasures.decline")}
              </Button>
            </Group>
          </>
        )}
      </Answer>
      {asking === "carryOut" ? <Confirm request={request} onClose={() => setAsking(null)} onDone={onDone} /> : null}
      {asking === "decline" ? (
        <DeclineDialog request={request} onClose={() => setAsking(null)} onDone={onDone} />
      ) : null}
    </Sheet>
  );
}

/** It cannot be taken back, so it is asked once more. */
function Confirm({ request, onClose, onDone }: WaitingProps & { readonly onClose: () => void }) {
  const { say } = useWords();
  const [{ fetching }, carryOut] = useMutation(CarryOutErasureDocument);
  const [fault, setFault] = useState<Fault | null>(null);
  async function act() {
    setFault(null);
    const { data, error } = await carryOut({ id: request.id });
    const answer = data?.carryOutErasure;
    if (answer?.__typename === "ErasureSuccess") {
      onClose();
      onDone("erasures.done");
    } else setFault(answer ?? (error === undefined ? {} : { error }));
  }
  return (
    <Dialog title={say("erasures.carryOut")} onClose={onClose}>
      {fault === null ? null : <ErrorNote {...fault} />}
      <Text>{say("erasures.sure")}</Text>
      <Group mt="md">
        <Button color="seal" loading={fetching} onClick={() => void act()}>
          {say("erasures.forGood")}
        </Button>
        <Button variant="default" onClick={onClose}>
          {say("accounts.cancel")}
        </Button>
      </Group>
    </Dialog>
  );
}
