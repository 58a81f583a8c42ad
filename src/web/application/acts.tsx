import { Button, NativeSelect, TextInput } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import type { CombinedError } from "urql";
import { useWords } from "../app/language.tsx";
import { ErrorNote } from "../components/states.tsx";
import type { ApplicationOutcomeFragment, ApplicationSheetFragment, VerdictKind } from "../generated/documents.ts";

/** What came of an act: nothing to say where it succeeded, for the list shows it. */
export type Done = {
  readonly outcome?: ApplicationOutcomeFragment | undefined;
  readonly error?: CombinedError | undefined;
};
export type Act = () => Promise<Done>;

function Refused({ done }: { readonly done: Done | null }) {
  if (done?.error !== undefined) return <ErrorNote error={done.error} />;
  const outcome = done?.outcome;
  if (outcome === undefined || outcome.__typename === "ApplicationSuccess") return null;
  return <ErrorNote message={outcome.message} code={outcome.code} />;
}

/** An act that needs nothing more. */
export function ActButton({
  label,
  act,
  quiet = false,
}: {
  readonly label: string;
  readonly act: Act;
  readonly quiet?: boolean;
}) {
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<Done | null>(null);
  async function run() {
    setBusy(true);
    setDone(await act());
    setBusy(false);
  }
  return (
    <>
      <Button loading={busy} {...(quiet ? { variant: "default" as const } : {})} onClick={() => void run()}>
        {label}
      </Button>
      <Refused done={done} />
    </>
  );
}

/** An act that needs a reason. */
export function ReasonForm({
  label,
  send,
}: {
  readonly label: string;
  readonly send: (reason: string) => Promise<Done>;
}) {
  const { say } = useWords();
  const [reason, setReason] = useState("");
  const [done, setDone] = useState<Done | null>(null);
  async function submit(event: SubmitEvent) {
    event.preventDefault();
    setDone(await send(reason));
  }
  return (
    <form className="reason-form" onSubmit={(event) => void submit(event)}>
      <TextInput
        label={say("application.reason")}
        required
        minLength={2}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button type="submit" variant="default">
        {label}
      </Button>
      <Refused done={done} />
    </form>
  );
}

/** What a reviewer says of each line; a line without discretion comes ticked. */
export function ReviewForm({
  application,
  send,
}: {
  readonly application: ApplicationSheetFragment;
  readonly send: (lines: readonly { line: number; kind: VerdictKind; reason: string | null }[]) => Promise<Done>;
}) {
  const { say } = useWords();
  const [words, setWords] = useState<Readonly<Record<number, { kind: "" | "ACCEPTED" | "REFUSED"; reason: string }>>>(
    {},
  );
  const [done, setDone] = useState<Done | null>(null);
  const wordOn = ({ number, discretion, verdict }: ApplicationSheetFragment["lines"][number]) =>
    words[number] ?? { kind: discretion && verdict === null ? ("" as const) : ("ACCEPTED" as const), reason: "" };
  const missing = application.lines.some((line) => wordOn(line).kind === "");

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const lines = application.lines.map((line) => {
      const { kind, reason } = wordOn(line);
      return {
        line: line.number,
        kind: kind === "REFUSED" ? ("REFUSED" as const) : ("ACCEPTED" as const),
        reason: reason === "" ? null : reason,
      };
    });
    setDone(await send(lines));
    setWords({});
  }
  return (
    <form className="record-form" onSubmit={(event) => void submit(event)}>
      {application.lines.map((line) => {
        const word = wordOn(line);
        return (
          <fieldset key={line.number} className="review-line">
            <legend>{line.sentence}</legend>
            <NativeSelect
              label={say("application.word")}
              value={word.kind}
              onChange={(event) => {
                const kind =
                  (["ACCEPTED", "REFUSED"] as const).find((each) => each === event.currentTarget.value) ?? "";
                setWords({ ...words, [line.number]: { ...word, kind } });
              }}
              data={[
                { value: "", label: say("application.choose") },
                { value: "ACCEPTED", label: say("application.verdict.ACCEPTED") },
                { value: "REFUSED", label: say("application.verdict.REFUSED") },
              ]}
            />
            {word.kind === "REFUSED" ? (
              <TextInput
                label={say("application.reason")}
                required
                minLength={2}
                maxLength={500}
                value={word.reason}
                onChange={(event) =>
                  setWords({ ...words, [line.number]: { ...word, reason: event.currentTarget.value } })
                }
              />
            ) : null}
          </fieldset>
        );
      })}
      <div className="record-acts">
        <Button type="submit" disabled={missing}>
          {say("application.review")}
        </Button>
      </div>
      <Refused done={done} />
    </form>
  );
}

/** What a public notice needs besides what was decided. */
export function DecideForm({
  send,
}: {
  readonly send: (words: { title: string; contactName: string; contactHow: string }) => Promise<Done>;
}) {
  const { say } = useWords();
  const [words, setWords] = useState({ title: say("application.noticeTitle"), contactName: "", contactHow: "" });
  const [done, setDone] = useState<Done | null>(null);
  const field = (name: keyof typeof words) => ({
    label: say(`application.decide.${name}`),
    required: true,
    maxLength: 100,
    value: words[name],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      setWords({ ...words, [name]: event.currentTarget.value }),
  });
  async function submit(event: SubmitEvent) {
    event.preventDefault();
    setDone(await send(words));
  }
  return (
    <form className="record-form" onSubmit={(event) => void submit(event)}>
      <TextInput {...field("title")} />
      <TextInput {...field("contactName")} />
      <TextInput {...field("contactHow")} />
      <div className="record-acts">
        <Button type="submit">{say("application.decideAct")}</Button>
      </div>
      <Refused done={done} />
    </form>
  );
}
