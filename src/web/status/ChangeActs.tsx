import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { type CombinedError, useMutation } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Dialog } from "../components/Dialog.tsx";
import { ErrorNote, type Fault } from "../components/states.tsx";
import {
  ConfirmStatusChangeDocument,
  FileStatusChangeDocument,
  RejectStatusChangeDocument,
  type StatusChangeAnswerFragment,
  type StatusChangeSheetFragment,
} from "../generated/documents.ts";
import { CHANGES } from "./ChangesPage.tsx";

type Act = "confirm" | "reject" | "file";

/** What a registrar may do with a change: confirm or reject one that waits, note the filing of one that stands. */
export function ChangeActs({ change }: { readonly change: StatusChangeSheetFragment }) {
  const { say } = useWords();
  const { role, institution } = useViewer().capacity;
  const [act, setAct] = useState<Act | null>(null);
  const files = change.state === "CONFIRMED" && role === "REGISTRAR" && institution?.id === change.institution.id;
  if (!change.mayConfirm && !change.mayReject && !files) return null;
  return (
    <Group mt="md">
      {change.mayConfirm ? <Button onClick={() => setAct("confirm")}>{say("changes.confirm")}</Button> : null}
      {change.mayReject ? (
        <Button variant="default" onClick={() => setAct("reject")}>
          {say("changes.reject")}
        </Button>
      ) : null}
      {files ? (
        <Button variant="default" onClick={() => setAct("file")}>
          {say("changes.file")}
        </Button>
      ) : null}
      {act === null ? null : <ActDialog change={change} act={act} onClose={() => setAct(null)} />}
    </Group>
  );
}

interface ActProps {
  readonly change: StatusChangeSheetFragment;
  readonly act: Act;
  readonly onClose: () => void;
}

function ActDialog({ change, act, onClose }: ActProps) {
  const { say } = useWords();
  const [{ fetching: confirming }, confirm] = useMutation(ConfirmStatusChangeDocument);
  const [{ fetching: rejecting }, reject] = useMutation(RejectStatusChangeDocument);
  const [{ fetching: filing }, file] = useMutation(FileStatusChangeDocument);
  const [text, setText] = useState("");
  const [on, setOn] = useState("");
  const [state, setState] = useState<"FILED" | "RETURNED">("FILED");
  const [fault, setFault] = useState<Fault | null>(null);
  const { id } = change;

  async function send(): Promise<{ result: StatusChangeAnswerFragment | undefined; error: CombinedError | undefined }> {
    if (act === "confirm") {
      const { data, error } = await confirm({ id, studentNo: text === "" ? null : text }, CHANGES);
      return { result: data?.confirmStatusChange, error };
    }
    if (act === "reject") {
      const { data, error } = await reject({ id, reason: text }, CHANGES);
      return { result: data?.rejectStatusChange, error };
    }
    const input = { statusChangeId: id, filing: state, on, note: text === "" ? null : text };
    const { data, error } = await file({ input }, CHANGES);
    return { result: data?.fileStatusChange, error };
  }

  async function settle() {
    setFault(null);
    const { result, error } = await send();
    if (result?.__typename === "StatusChangeSuccess") onClose();
    else setFault(result ?? (error === undefined ? {} : { error }));
  }

  const takesIn = act === "confirm" && change.toInstitution !== null;
  const label = act === "confirm" ? "changes.studentNo" : act === "reject" ? "changes.why" : "changes.note";
  return (
    <Dialog title={`${say(`changes.${act}`)} · ${change.learnerName}`} onClose={onClose}>
      {fault === null ? null : <ErrorNote {...fault} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void settle();
        }}
      >
        {act === "confirm" ? <p>{say("changes.confirmNote")}</p> : null}
        {act === "file" ? (
          <>
            <NativeSelect
              label={say("changes.filing")}
              value={state}
              onChange={(event) => setState(event.currentTarget.value === "RETURNED" ? "RETURNED" : "FILED")}
              data={(["FILED", "RETURNED"] as const).map((value) => ({ value, label: say(`changes.filing.${value}`) }))}
            />
            <TextInput
              type="date"
              label={say("changes.filedOn")}
              value={on}
              onChange={(event) => setOn(event.currentTarget.value)}
              required
            />
          </>
        ) : null}
        {act === "confirm" && !takesIn ? null : (
          <TextInput
            label={say(label)}
            value={text}
            maxLength={act === "confirm" ? 20 : 300}
            autoComplete="off"
            onChange={(event) => setText(event.currentTarget.value)}
            required={act !== "file" || state === "RETURNED"}
          />
        )}
        <Group mt="md">
          <Button type="submit" loading={confirming || rejecting || filing}>
            {say(`changes.${act}`)}
          </Button>
          <Button variant="default" onClick={onClose}>
            {say("accounts.cancel")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
