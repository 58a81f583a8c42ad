import { Button, Group, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { type CombinedError, useMutation } from "urql";
import { useWords } from "../app/language.tsx";
import { Dialog } from "../components/Dialog.tsx";
import { ErrorNote, type Fault } from "../components/states.tsx";
import {
  PublishTransferListDocument,
  type TransferListAnswerFragment,
  WithdrawTransferListDocument,
} from "../generated/documents.ts";
import { TRANSFERS } from "./transfers.ts";

interface ActProps {
  readonly listId: string;
  readonly onClose: () => void;
}
interface Sent {
  readonly result: TransferListAnswerFragment | undefined;
  readonly error: CombinedError | undefined;
}

/** Another person confirms the list; it is given public notice of at once. */
export function PublishDialog({ listId, onClose }: ActProps) {
  const { say } = useWords();
  const [{ fetching }, publish] = useMutation(PublishTransferListDocument);
  const [texts, setTexts] = useState({ title: say("transfers.noticeTitle"), contactName: "", contactHow: "" });
  const field = (key: keyof typeof texts) => ({
    value: texts[key],
    required: true,
    maxLength: 100,
    autoComplete: "off",
    onChange: ({ currentTarget: { value } }: { readonly currentTarget: { readonly value: string } }) =>
      setTexts((before) => ({ ...before, [key]: value })),
  });
  const send = async (): Promise<Sent> => {
    const { data, error } = await publish({ input: { listId, ...texts } }, TRANSFERS);
    return { result: data?.publishTransferList, error };
  };
  return (
    <ActDialog title={say("transfers.publish")} fetching={fetching} send={send} onClose={onClose}>
      <p>{say("transfers.publishNote")}</p>
      <TextInput label={say("schoolNotices.heading")} {...field("title")} />
      <TextInput label={say("schoolNotices.contactName")} {...field("contactName")} />
      <TextInput label={say("schoolNotices.contactHow")} {...field("contactHow")} />
    </ActDialog>
  );
}

export function WithdrawDialog({ listId, onClose }: ActProps) {
  const { say } = useWords();
  const [{ fetching }, withdraw] = useMutation(WithdrawTransferListDocument);
  const [reason, setReason] = useState("");
  const send = async (): Promise<Sent> => {
    const { data, error } = await withdraw({ listId, reason }, TRANSFERS);
    return { result: data?.withdrawTransferList, error };
  };
  return (
    <ActDialog title={say("transfers.withdraw")} fetching={fetching} send={send} onClose={onClose}>
      <TextInput
        label={say("changes.why")}
        value={reason}
        maxLength={300}
        autoComplete="off"
        required
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ActDialog>
  );
}

function ActDialog({
  title,
  fetching,
  send,
  onClose,
  children,
}: {
  readonly title: string;
  readonly fetching: boolean;
  readonly send: () => Promise<Sent>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { say } = useWords();
  const [fault, setFault] = useState<Fault | null>(null);
  async function settle() {
    setFault(null);
    const { result, error } = await send();
    if (result?.__typename === "TransferListSuccess") onClose();
    else setFault(result ?? (error === undefined ? {} : { error }));
  }
  return (
    <Dialog title={title} onClose={onClose}>
      {fault === null ? null : <ErrorNote {...fault} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void settle();
        }}
      >
        {children}
        <Group mt="md">
          <Button type="submit" loading={fetching}>
            {title}
          </Button>
          <Button variant="default" onClick={onClose}>
            {say("accounts.cancel")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
