import { Alert, Anchor, Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { useWords } from "../app/language.tsx";
import { Sheet } from "../components/Page.tsx";
import { ErrorNote, type Fault } from "../components/states.tsx";
import {
  type AccountGround,
  type IdentityDocumentKind,
  OpenLearnerDocument,
  type OpenLearnerInput,
  type OpenLearnerMutation,
} from "../generated/documents.ts";
import { CodeSheet } from "./CodeSheet.tsx";

const GROUNDS: readonly AccountGround[] = ["WORKER", "JOB_SEEKER", "OLDER_LEARNER", "OTHER"];
const KINDS: readonly IdentityDocumentKind[] = [
  "RESIDENT_ID",
  "HMT_RESIDENCE_PERMIT",
  "HMT_TRAVEL_PERMIT",
  "FOREIGN_RESIDENCE_PERMIT",
  "PASSPORT",
  "OTHER",
];
type Opened = Extract<OpenLearnerMutation["openLearner"], { readonly __typename: "OpenLearnerSuccess" }>;

/** Opens an account for somebody without a registration, whose document the registrar has seen. */
export function OpenLearner({ onOpened }: { readonly onOpened: () => void }) {
  const { say } = useWords();
  const [{ fetching }, open] = useMutation(OpenLearnerDocument);
  const [isAsking, setAsking] = useState(false);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);

  async function send(input: OpenLearnerInput) {
    setFault(null);
    setOpened(null);
    const { data, error } = await open({ input });
    const result = data?.openLearner;
    if (result?.__typename !== "OpenLearnerSuccess") {
      // what was written stays, to be mended
      setFault(result ?? (error === undefined ? {} : { error }));
      return;
    }
    setOpened(result);
    setAsking(false);
    onOpened();
  }

  return (
    <Sheet title={say("openLearner.title")} note={say("openLearner.lead")}>
      {fault === null ? null : <ErrorNote {...fault} />}
      {opened === null ? null : <OpenedNote opened={opened} />}
      {isAsking ? (
        <OpenForm isBusy={fetching} onSend={(input) => void send(input)} onCancel={() => setAsking(false)} />
      ) : (
        <Button
          variant="default"
          onClick={() => {
            setOpened(null);
            setFault(null);
            setAsking(true);
          }}
        >
          {say("openLearner.begin")}
        </Button>
      )}
    </Sheet>
  );
}

function OpenedNote({ opened: { learner, known, alike, codes } }: { readonly opened: Opened }) {
  const { say } = useWords();
  return (
    <Stack gap="sm" mb="md">
      <Alert
        color="teal"
        role="status"
        title={say(known ? "openLearner.known" : "openLearner.done", { name: learner.name })}
      >
        <Text>
          {say("openLearner.number.is")} <code>{learner.bankNumber?.number ?? "—"}</code>
          {" · "}
          <Anchor component={Link} to={`/registrar/learners/${encodeURIComponent(learner.id)}`} underline="always">
            {say("openLearner.see")}
          </Anchor>
        </Text>
        {codes.length === 0 ? <Text>{say("openLearner.hasWayIn")}</Text> : null}
      </Alert>
      {alike ? (
        <Alert color="amber" role="status">
          {say("openLearner.alike")}{" "}
          <Anchor component={Link} to="/registrar/alike" inherit underline="always">
            {say("openLearner.alikeLink")}
          </Anchor>
        </Alert>
      ) : null}
      {codes.length === 0 ? null : <CodeSheet codes={codes} title={say("codes.title")} />}
    </Stack>
  );
}

interface FormProps {
  readonly isBusy: boolean;
  readonly onSend: (input: OpenLearnerInput) => void;
  readonly onCancel: () => void;
}

function OpenForm({ isBusy, onSend, onCancel }: FormProps) {
  const { say } = useWords();
  const [ground, setGround] = useState<AccountGround>("WORKER");
  const [documentKind, setKind] = useState<IdentityDocumentKind>("RESIDENT_ID");
  const tellsBirth = documentKind === "RESIDENT_ID" || documentKind === "HMT_RESIDENCE_PERMIT";

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => {
      const value = fields.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    const orNull = (value: string) => (value === "" ? null : value);
    onSend({
      name: text("name"),
      documentKind,
      documentNumber: text("documentNumber"),
      bornOn: orNull(text("bornOn")),
      ground,
      remark: orNull(text("remark")),
    });
  }
  return (
    <form onSubmit={submit} autoComplete="off">
      <Stack gap="xs" maw={480}>
        <TextInput
          name="name"
          label={say("openLearner.name")}
          description={say("openLearner.nameNote")}
          maxLength={36}
          data-autofocus
          required
        />
        <NativeSelect
          label={say("openLearner.kind")}
          data={KINDS.map((value) => ({ value, label: say(`paper.kind.${value}`) }))}
          value={documentKind}
          onChange={(event) => setKind(KINDS.find((each) => each === event.currentTarget.value) ?? "RESIDENT_ID")}
        />
        <TextInput
          name="documentNumber"
          label={say("openLearner.number")}
          description={say("openLearner.numberNote")}
          maxLength={30}
          required
        />
        {tellsBirth ? null : (
          <TextInput
            name="bornOn"
            type="date"
            label={say("openLearner.bornOn")}
            description={say("openLearner.bornOnNote")}
            required
          />
        )}
        <NativeSelect
          label={say("openLearner.ground")}
          data={GROUNDS.map((value) => ({ value, label: say(`bankNumber.ground.${value}`) }))}
          value={ground}
          onChange={(event) => setGround(GROUNDS.find((each) => each === event.currentTarget.value) ?? "OTHER")}
        />
        <TextInput
          name="remark"
          label={say("openLearner.remark")}
          description={say("openLearner.remarkNote")}
          minLength={2}
          maxLength={100}
          required={ground === "OTHER"}
        />
        <Group mt="xs">
          <Button type="submit" loading={isBusy}>
            {say("openLearner.send")}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {say("openLearner.cancel")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
