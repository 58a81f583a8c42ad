import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { dayInChina } from "../../domain/date.ts";
import { useWords } from "../app/language.tsx";
import { Dialog } from "../components/Dialog.tsx";
import { Sheet } from "../components/Page.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import {
  LearnerOnPaperDocument,
  type LearnerOnPaperQuery,
  RevealIdNumberDocument,
  RevealRegistryNumberDocument,
} from "../generated/documents.ts";

/** Which of a learner's numbers is asked for. */
type Asked = "document" | "registry";

/** Who a learner is on paper: the ends of their numbers, and all of one for whoever says why. */
export function LearnerOnPaper({ learnerId }: { readonly learnerId: string }) {
  const { say } = useWords();
  const [state, again] = useQuery({ query: LearnerOnPaperDocument, variables: { learnerId } });
  const [asking, setAsking] = useState<Asked | null>(null);
  return (
    <Sheet title={say("paper.title")} note={say("paper.note")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ learner }) => {
          const document = learner?.identityDocument;
          const registry = learner?.registryNumber;
          const bankNumber = learner?.bankNumber;
          if (!document?.maskedNumber && !registry && !bankNumber) return <Empty>{say("paper.none")}</Empty>;
          return (
            <Stack gap="sm">
              {bankNumber ? <BankNumber of={bankNumber} /> : null}
              {document?.maskedNumber ? (
                <MaskedNumber
                  label={say(`paper.kind.${document.kind}`)}
                  masked={document.maskedNumber}
                  onShow={() => setAsking("document")}
                />
              ) : null}
              {registry ? (
                <MaskedNumber
                  label={say("paper.registryNumber")}
                  masked={registry.masked}
                  onShow={() => setAsking("registry")}
                />
              ) : null}
            </Stack>
          );
        }}
      </Answer>
      {/* closed, it is gone, and the number with it */}
      {asking === null ? null : <Reveal of={asking} learnerId={learnerId} onClose={() => setAsking(null)} />}
    </Sheet>
  );
}

type BankNumberShown = NonNullable<NonNullable<LearnerOnPaperQuery["learner"]>["bankNumber"]>;

/** The number the bank gave, and how the account came to be. */
function BankNumber({ of }: { readonly of: BankNumberShown }) {
  const { say, name } = useWords();
  const { number, ground, remark, openedAt, institution } = of;
  const opened = say("bankNumber.openedBy", { school: name(institution.name), date: dayInChina(new Date(openedAt)) });
  return (
    <Text>
      {say("bankNumber.title")} <code>{number}</code> ·{" "}
      {[say(`bankNumber.ground.${ground}`), remark, opened].filter((part) => part !== null).join(" · ")}
    </Text>
  );
}

function MaskedNumber(props: { readonly label: string; readonly masked: string; readonly onShow: () => void }) {
  const { say } = useWords();
  return (
    <Group justify="space-between">
      <Text>
        {props.label} <code>{props.masked}</code>
      </Text>
      <Button size="xs" variant="default" onClick={props.onShow}>
        {say("paper.show")}
      </Button>
    </Group>
  );
}

/** Asks for a whole number, whichever it is. */
function useReveal(of: Asked) {
  const [document, revealDocument] = useMutation(RevealIdNumberDocument);
  const [registry, revealRegistry] = useMutation(RevealRegistryNumberDocument);
  const fetching = document.fetching || registry.fetching;
  async function reveal(asked: { readonly learnerId: string; readonly reason: string }) {
    if (of === "document") {
      const { data, error } = await revealDocument(asked);
      return { answer: data?.revealIdNumber, error };
    }
    const { data, error } = await revealRegistry(asked);
    return { answer: data?.revealRegistryNumber, error };
  }
  return { fetching, reveal };
}

function Reveal(props: { readonly of: Asked; readonly learnerId: string; readonly onClose: () => void }) {
  const { of, learnerId, onClose } = props;
  const { say } = useWords();
  const { fetching, reveal } = useReveal(of);
  const [reason, setReason] = useState("");
  const [number, setNumber] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);

  async function ask() {
    setFault(null);
    const { answer, error } = await reveal({ learnerId, reason });
    if (answer !== undefined && "number" in answer) setNumber(answer.number);
    else setFault(answer ?? (error === undefined ? {} : { error }));
  }

  return (
    <Dialog title={say("paper.show")} onClose={onClose}>
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
    </Dialog>
  );
}
