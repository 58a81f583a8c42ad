import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { CombinedError } from "urql";
import { useWords } from "../app/language.tsx";
import { ErrorNote, type Fault } from "../components/states.tsx";

/** What an act on the calendar makes old. */
export const CALENDAR = { additionalTypenames: ["Institution", "Term", "BellSet", "SchoolDay", "CalendarWindow"] };

interface Outcome {
  readonly data?: { readonly [field: string]: unknown } | undefined;
  readonly error?: CombinedError | undefined;
}
interface ActFormProps {
  readonly label: string;
  readonly fetching: boolean;
  readonly act: () => Promise<Outcome>;
  readonly children: ReactNode;
}

/** A form whose act is taken or refused in the service's own sentence. */
export function ActForm({ label, fetching, act, children }: ActFormProps) {
  const { say } = useWords();
  const [fault, setFault] = useState<Fault | null>(null);
  const [done, setDone] = useState(false);
  async function send() {
    setFault(null);
    setDone(false);
    const { data, error } = await act();
    const [answer] = Object.values(data ?? {}) as { readonly message?: string; readonly code?: string }[];
    if (error !== undefined) setFault({ error });
    else if (answer?.code === undefined) setDone(true);
    else setFault(answer);
  }
  return (
    <form
      className="record-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {children}
      {fault === null ? null : <ErrorNote {...fault} />}
      <div className="record-acts">
        <Button type="submit" loading={fetching}>
          {label}
        </Button>
        {done ? <span role="status">{say("calendar.saved")}</span> : null}
      </div>
    </form>
  );
}

/** Keeps the texts of a form. */
export function useTexts<Key extends string>(first: Readonly<Record<Key, string>>) {
  const [texts, setTexts] = useState(first);
  const field = (key: Key) => ({
    value: texts[key],
    required: true,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      setTexts({ ...texts, [key]: event.currentTarget.value }),
  });
  return { texts, field };
}
