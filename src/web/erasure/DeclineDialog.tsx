import { Button, Group, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "urql";
import { useWords } from "../app/language.tsx";
import { Dialog } from "../components/Dialog.tsx";
import { ErrorNote, type Fault } from "../components/states.tsx";
import { DeclineErasureDocument, type ErasureRequestRowFragment } from "../generated/documents.ts";

interface DeclineDialogProps {
  readonly request: ErasureRequestRowFragment;
  readonly onClose: () => void;
  readonly onDone: (what: "erasures.declined") => void;
}

/** Why a request is not carried out, and by which clause: the learner reads both. */
export function DeclineDialog({ request, onClose, onDone }: DeclineDialogProps) {
  const { say } = useWords();
  const [{ fetching }, decline] = useMutation(DeclineErasureDocument);
  const [form, setForm] = useState({ reason: "", document: "", clause: "" });
  const [fault, setFault] = useState<Fault | null>(null);
  const field = (name: keyof typeof form) => ({
    value: form[name],
    required: true,
    maxLength: 200,
    autoComplete: "off",
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      setForm({ ...form, [name]: event.currentTarget.value }),
  });

  async function act() {
    setFault(null);
    const { reason, ...citation } = form;
    const { data, error } = await decline({ id: request.id, reason, citation });
    const answer = data?.declineErasure;
    if (answer?.__typename === "ErasureSuccess") {
      onClose();
      onDone("erasures.declined");
    } else setFault(answer ?? (error === undefined ? {} : { error }));
  }

  return (
    <Dialog title={say("erasures.decline")} onClose={onClose}>
      {fault === null ? null : <ErrorNote {...fault} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void act();
        }}
      >
        <TextInput
          label={say("erasures.declineReason")}
          description={say("erasures.declineNote")}
          minLength={5}
          {...field("reason")}
        />
        <TextInput
          mt="sm"
          label={say("erasures.declineDocument")}
          placeholder={say("erasures.declineExample")}
          {...field("document")}
        />
        <TextInput mt="sm" label={say("erasures.declineClause")} {...field("clause")} />
        <Group mt="md">
          <Button type="submit" loading={fetching}>
            {say("erasures.decline")}
          </Button>
          <Button variant="default" onClick={onClose}>
            {say("accounts.cancel")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
