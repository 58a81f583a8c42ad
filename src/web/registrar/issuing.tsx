import { Button, Group, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { CombinedError } from "urql";
import { useWords } from "../app/language.tsx";
import { ErrorNote, type Fault } from "../components/states.tsx";
import type { CodesIssuedFragment } from "../generated/documents.ts";
import { type Codes, CodeSheet } from "./CodeSheet.tsx";

type Issued = {
  readonly data?: Readonly<Record<string, CodesIssuedFragment | string>> | undefined;
  readonly error?: CombinedError | undefined;
};

/** Acts that issue codes: does one, and shows what came of the last, the codes or why there are none. */
export function useIssuing(onIssued: () => void): {
  readonly issue: (act: Promise<Issued>) => Promise<void>;
  readonly outcome: ReactNode;
} {
  const { say } = useWords();
  const [codes, setCodes] = useState<Codes | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);

  async function issue(act: Promise<Issued>) {
    setFault(null);
    setCodes(null);
    const { data, error } = await act;
    const result = Object.values(data ?? {}).find((each) => typeof each === "object");
    if (result?.__typename === "CodesSuccess") {
      setCodes(result.codes);
      onIssued();
    } else setFault(result === undefined ? (error === undefined ? {} : { error }) : result);
  }

  const outcome = (
    <>
      {fault === null ? null : <ErrorNote {...fault} />}
      {codes === null ? null : <CodeSheet codes={codes} title={say("codes.title")} />}
    </>
  );
  return { issue, outcome };
}

interface RestoreProps {
  readonly onRestore: (reason: string) => void;
  readonly onCancel: () => void;
}

/** Why somebody is given a new way in. */
export function RestoreForm({ onRestore, onCancel }: RestoreProps) {
  const { say } = useWords();
  const [reason, setReason] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onRestore(reason);
      }}
    >
      <TextInput
        mt="xs"
        maw={480}
        label={say("accounts.reason")}
        description={say("accounts.reasonNote")}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={500}
        required
      />
      <Group mt="xs">
        <Button type="submit" size="xs">
          {say("accounts.restore")}
        </Button>
        <Button size="xs" variant="default" onClick={onCancel}>
          {say("accounts.cancel")}
        </Button>
      </Group>
    </form>
  );
}
