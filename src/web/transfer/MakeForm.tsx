import { Alert, Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Sheet } from "../components/Page.tsx";
import { ErrorNote, type Fault } from "../components/states.tsx";
import {
  MakeTransferListDocument,
  type TransferPathwaysQuery,
  TransferPathwaysDocument,
} from "../generated/documents.ts";
import { linesOf, readResults, TRANSFERS } from "./transfers.ts";

const NOTHING = {
  stage: "",
  cohort: "",
  className: "",
  effectiveOn: "",
  decidedOn: "",
  decisionNo: "",
  results: "",
  declined: "",
  lateReason: "",
};

const orNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());

type Stage = TransferPathwaysQuery["pathways"][number]["stages"][number];

/** Whether a stage of a pathway leads on: to a next one, or to the next phase of its own programme. */
const leadsOn = (stage: Stage, stages: readonly Stage[]): boolean =>
  stage.phases.length > 1 || stages.some(({ ordinal }) => ordinal === stage.ordinal + 1);

/** Makes a list of a class or cohort; who qualifies and what it does is read on its sheet before another person publishes it. */
export function MakeForm() {
  const { say, name } = useWords();
  const { institution } = useViewer().capacity;
  const [{ data: known }] = useQuery({ query: TransferPathwaysDocument });
  const [{ fetching }, make] = useMutation(MakeTransferListDocument);
  const [form, setForm] = useState(NOTHING);
  const [fault, setFault] = useState<Fault | null>(null);
  const [done, setDone] = useState(false);
  const field = (key: keyof typeof form) => ({
    value: form[key],
    onChange: ({ currentTarget: { value } }: { readonly currentTarget: { readonly value: string } }) =>
      setForm((before) => ({ ...before, [key]: value })),
  });
  const stages = (known?.pathways ?? []).flatMap((pathway) =>
    pathway.stages
      .filter((stage) => stage.programme.institution.id === institution?.id && leadsOn(stage, pathway.stages))
      .map(({ programme }) => ({
        value: `${pathway.id} ${programme.id}`,
        label: `${pathway.label} · ${name(pathway.title)} · ${name(programme.title)}`,
      })),
  );

  async function act() {
    setFault(null);
    setDone(false);
    const read = readResults(form.results);
    if ("unread" in read) return setFault({ message: say("transfers.unread", { line: read.unread }) });
    const [pathwayId = "", programmeId = ""] = form.stage.split(" ");
    const { effectiveOn, decidedOn, decisionNo } = form;
    const input = {
      pathwayId,
      programmeId,
      cohort: Number(form.cohort),
      className: orNull(form.className),
      effectiveOn,
      decidedOn,
      decisionNo,
      results: read.results,
      declined: [...linesOf(form.declined)],
      lateReason: orNull(form.lateReason),
    };
    const { data, error } = await make({ input }, TRANSFERS);
    const result = data?.makeTransferList;
    if (result?.__typename !== "TransferListSuccess") return setFault(result ?? (error === undefined ? {} : { error }));
    setDone(true);
    setForm(NOTHING);
  }

  return (
    <Sheet title={say("transfers.make")} note={say("transfers.makeNote")}>
      <form
        className="record-form"
        onSubmit={(event) => {
          event.preventDefault();
          void act();
        }}
      >
        <NativeSelect
          label={say("transfers.stage")}
          required
          data={[{ value: "", label: say("changes.choose") }, ...stages]}
          {...field("stage")}
        />
        <TextInput type="number" label={say("transfers.cohort")} required {...field("cohort")} />
        <TextInput
          label={say("changes.class")}
          description={say("transfers.classNote")}
          maxLength={60}
          autoComplete="off"
          {...field("className")}
        />
        <TextInput type="date" label={say("transfers.effectiveOn")} required {...field("effectiveOn")} />
        <TextInput type="date" label={say("changes.decidedOn")} required {...field("decidedOn")} />
        <TextInput
          label={say("changes.decisionNo")}
          maxLength={60}
          autoComplete="off"
          required
          {...field("decisionNo")}
        />
        <Textarea
          label={say("transfers.results")}
          description={say("transfers.resultsNote")}
          autosize
          minRows={2}
          maxRows={12}
          {...field("results")}
        />
        <Textarea
          label={say("transfers.declined")}
          description={say("transfers.declinedNote")}
          autosize
          minRows={1}
          maxRows={12}
          {...field("declined")}
        />
        <TextInput
          label={say("changes.lateReason")}
          description={say("changes.lateNote")}
          maxLength={200}
          autoComplete="off"
          {...field("lateReason")}
        />
        {fault === null ? null : <ErrorNote {...fault} />}
        <div className="record-acts">
          <Button type="submit" loading={fetching} disabled={form.stage === ""}>
            {say("transfers.make")}
          </Button>
        </div>
      </form>
      {done ? (
        <Alert color="teal" role="status" mt="md">
          {say("transfers.made")}
        </Alert>
      ) : null}
    </Sheet>
  );
}
