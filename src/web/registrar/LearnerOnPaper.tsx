import { Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { type CombinedError, useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Sheet } from "../components/Page.tsx";
import { Answer, Empty, ErrorNote } from "../components/states.tsx";
import { LearnerOnPaperDocument, RevealIdNumberDocument } from "../generated/documents.ts";

/** Who a learner is on paper: the end of the number, and all of it for whoever says why. */
export function LearnerOnPaper({ learnerId }: { readonly learnerId: string }) {
  const { say } = useWords();
  const [state, again] = useQuery({ query: LearnerOnPaperDocument, variables: { learnerId } });
  const [asking, setAsking] = useState(false);
  return (
    <Sheet title={say("paper.title")} note={say("paper.note")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ learner }) => {
          const document = learner?.identityDocument;
          if (!document?.maskedNumber) return <Empty>{say("paper.none")}</Empty>;
          return (
            <Group justify="space-between">
              <Text>
                {say(`paper.kind.${document.kind}`)} <code>{document.maskedNumber}</code>
              </Text>
              <Button size="xs" variant="default" onClick={() => setAsking(true)}>
                {say("paper.show")}
              </Button>
            </Group>
          );
        }}
      </Answer>
      {/* closed, it is gone, and the number with it */}
      {asking ? <Reveal learnerId={learnerId} onClose={() => setAsking(false)} /> : null}
    </Sheet>
  );
}

function Reveal({ learnerId, onClose }: { readonly learnerId: string; readonly onClose: () => void }) {
  const { say } = useWords();
  const [{ fetching }, reveal] = useMutation(RevealIdNumberDocument);
  const [reason, setReason] = useState("");
  const [number, setNumber] = useState<string | null>(null);
  const [fault, setFault] = useState<{ message?: string; code?: string; error?: CombinedError } | null>(null);

  async function ask() {
    setFault(null);
    const { data, error } = await reveal({ learnerId, reason });
    const answer = data?.revealIdNumber;
    if (answer?.__typename === "RevealIdNumberSuccess") setNumber(answer.number);
    else setFault(answer ?? (error === undefined ? {} : { error }));
  }

  return (
    <Modal opened onClose={onClose} title={say("paper.show")} closeButtonProps={{ "aria-label": say("paper.close") }}>
      {fault === null ? null : <ErrorNote {...fault} />}
      {number === null ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void ask();
          }}
        >
          <TextInput
            label={say("paper.reason")}
            description={say("paper.reasonNote")}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            minLength={5}
            maxLength={200}
            autoComplete="off"
            data-autofocus
            required
          />
          <Button type="submit" mt="md" loading={fetching}>
            {say("paper.show")}
          </Button>
        </form>
      ) : (
        <Text role="status">
          {say("paper.number")} <code>{number}</code>
        </Text>
      )}
    </Modal>
  );
}
