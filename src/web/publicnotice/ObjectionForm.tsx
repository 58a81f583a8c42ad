import { Alert, Button, NativeSelect, Text, TextInput, Textarea } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "urql";
import { useWords } from "../app/language.tsx";
import { Day } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import { ErrorNote, type Fault } from "../components/states.tsx";
import { ObjectToNoticeDocument } from "../generated/documents.ts";

interface ObjectionFormProps {
  readonly noticeId: string;
  readonly items: readonly { readonly position: number; readonly name: string; readonly item: string }[];
}

const NOTHING = { position: "", name: "", contact: "", words: "" };

/** Objects to a notice or a line of it, with a name or without; the code for the answer is told once. */
export function ObjectionForm({ noticeId, items }: ObjectionFormProps) {
  const { say } = useWords();
  const [{ fetching }, object] = useMutation(ObjectToNoticeDocument);
  const [form, setForm] = useState(NOTHING);
  const [fault, setFault] = useState<Fault | null>(null);
  const [filed, setFiled] = useState<{ readonly code: string; readonly dueOn: string } | null>(null);
  const field = (key: keyof typeof form) => ({
    value: form[key],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      setForm({ ...form, [key]: event.currentTarget.value }),
  });

  async function send() {
    setFault(null);
    const { position, name, contact, words } = form;
    const input = { noticeId, position: position === "" ? null : Number(position), name, contact, words };
    const { data, error } = await object({ input });
    const result = data?.objectToPublicNotice;
    if (result?.__typename === "ObjectionSuccess") {
      setFiled(result);
      setForm(NOTHING);
    } else setFault(result ?? (error === undefined ? {} : { error }));
  }

  return (
    <Sheet title={say("objection.title")} note={say("objection.note")}>
      {filed === null ? null : (
        <Alert color="teal" role="status" mb="md">
          <Text fw={600}>
            {say("objection.filed")} <code>{filed.code}</code>
          </Text>
          <Text>
            {say("objection.due")} <Day date={filed.dueOn} />
          </Text>
        </Alert>
      )}
      <form
        className="record-form"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <NativeSelect
          label={say("objection.against")}
          data={[
            { value: "", label: say("objection.whole") },
            ...items.map(({ position, name, item }) => ({
              value: String(position),
              label: `${position} · ${name} · ${item}`,
            })),
          ]}
          {...field("position")}
        />
        <Textarea label={say("objection.words")} required maxLength={2000} autosize minRows={3} {...field("words")} />
        <TextInput
          label={say("objection.name")}
          description={say("objection.nameNote")}
          maxLength={50}
          autoComplete="name"
          {...field("name")}
        />
        <TextInput label={say("objection.contact")} maxLength={100} autoComplete="off" {...field("contact")} />
        {fault === null ? null : <ErrorNote {...fault} />}
        <div className="record-acts">
          <Button type="submit" loading={fetching} disabled={form.words.trim() === ""}>
            {say("objection.send")}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}
