import { Alert, Button, NativeSelect, TextInput, Textarea } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { LearnerChoice } from "../components/LearnerChoice.tsx";
import { Sheet } from "../components/Page.tsx";
import { ErrorNote, type Fault } from "../components/states.tsx";
import { NoticeBatchesDocument, OpenNoticeDocument, type PublicNoticeKind } from "../generated/documents.ts";

const KINDS: readonly PublicNoticeKind[] = ["DECISION", "EXEMPTION", "TRANSFER_LIST", "STATUS_CHANGE", "AWARD"];
const NOTICES = { additionalTypenames: ["SchoolPublicNotice"] };
const NOTHING = { title: "", words: "", contactName: "", contactHow: "", batchId: "" };

interface Row {
  readonly learnerId: string;
  readonly label: string;
  readonly item: string;
}

/** Composes a public notice: rows of learners, and what a confirmed batch holds of certificates and awards. */
export function OpenForm() {
  const { say } = useWords();
  const [{ data: known }] = useQuery({ query: NoticeBatchesDocument });
  const [{ fetching }, open] = useMutation(OpenNoticeDocument);
  const [kind, setKind] = useState<PublicNoticeKind>("EXEMPTION");
  const [form, setForm] = useState(NOTHING);
  const [rows, setRows] = useState<readonly Row[]>([]);
  const [fault, setFault] = useState<Fault | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const field = (key: keyof typeof form) => ({
    value: form[key],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      setForm({ ...form, [key]: event.currentTarget.value }),
  });

  async function act() {
    setFault(null);
    setDone(null);
    const { batchId, ...texts } = form;
    const listed = rows.map(({ learnerId, item }) => ({ learnerId, item }));
    const input = { ...texts, kind, rows: listed, batchId: batchId === "" ? null : batchId };
    const { data, error } = await open({ input }, NOTICES);
    const result = data?.openPublicNotice;
    if (result?.__typename === "PublicNoticeSuccess") {
      setDone(result.notice.notice.title);
      setForm(NOTHING);
      setRows([]);
    } else setFault(result ?? (error === undefined ? {} : { error }));
  }

  return (
    <Sheet title={say("schoolNotices.open")} note={say("schoolNotices.openNote")}>
      <form
        className="record-form"
        onSubmit={(event) => {
          event.preventDefault();
          void act();
        }}
      >
        <NativeSelect
          label={say("publicNotices.kind")}
          value={kind}
          onChange={(event) => setKind(KINDS.find((each) => each === event.currentTarget.value) ?? "EXEMPTION")}
          data={KINDS.map((value) => ({ value, label: say(`publicNotices.${value}`) }))}
        />
        <TextInput
          label={say("schoolNotices.heading")}
          required
          maxLength={100}
          autoComplete="off"
          {...field("title")}
        />
        <Textarea label={say("schoolNotices.words")} maxLength={2000} autosize minRows={2} {...field("words")} />
        <TextInput label={say("schoolNotices.contactName")} required maxLength={100} {...field("contactName")} />
        <TextInput
          label={say("schoolNotices.contactHow")}
          description={say("schoolNotices.contactNote")}
          required
          maxLength={100}
          {...field("contactHow")}
        />
        <Rows rows={rows} onChange={setRows} />
        <NativeSelect
          label={say("schoolNotices.batch")}
          description={say("schoolNotices.batchNote")}
          data={[
            { value: "", label: say("schoolNotices.noBatch") },
            ...(known?.depositBatches.edges ?? []).map(({ node: { id, number, sourceName } }) => ({
              value: id,
              label: `${number} · ${sourceName}`,
            })),
          ]}
          {...field("batchId")}
        />
        {fault === null ? null : <ErrorNote {...fault} />}
        <div className="record-acts">
          <Button type="submit" loading={fetching} disabled={rows.length === 0 && form.batchId === ""}>
            {say("schoolNotices.publish")}
          </Button>
        </div>
      </form>
      {done === null ? null : (
        <Alert color="teal" role="status" mt="md">
          {say("schoolNotices.opened", { title: done })}
        </Alert>
      )}
    </Sheet>
  );
}

interface RowsProps {
  readonly rows: readonly Row[];
  readonly onChange: (rows: readonly Row[]) => void;
}

/** The lines so far, and one more: a learner, and what is given notice of. */
function Rows({ rows, onChange }: RowsProps) {
  const { say } = useWords();
  const [learner, setLearner] = useState<{ readonly id: string | null; readonly label: string }>({
    id: null,
    label: "",
  });
  const [item, setItem] = useState("");
  const { id } = learner;
  return (
    <fieldset className="record-form">
      <legend>{say("publicNotices.list")}</legend>
      {rows.length === 0 ? null : (
        <ol className="notice-rows">
          {rows.map((row, place) => (
            <li key={`${row.learnerId}/${row.item}`}>
              {row.label} — {row.item}{" "}
              <Button
                size="compact-xs"
                variant="default"
                aria-label={say("schoolNotices.removeOf", { name: row.label })}
                onClick={() => onChange(rows.filter((_, other) => other !== place))}
              >
                {say("schoolNotices.remove")}
              </Button>
            </li>
          ))}
        </ol>
      )}
      <LearnerChoice value={id} onChange={(chosen, label) => setLearner({ id: chosen, label })} />
      <TextInput
        label={say("publicNotices.item")}
        description={say("schoolNotices.itemNote")}
        maxLength={200}
        autoComplete="off"
        value={item}
        onChange={(event) => setItem(event.currentTarget.value)}
      />
      <div className="record-acts">
        <Button
          variant="default"
          disabled={id === null || item.trim() === ""}
          onClick={() => {
            if (id === null) return;
            onChange([...rows, { learnerId: id, label: learner.label, item }]);
            setLearner({ id: null, label: "" });
            setItem("");
          }}
        >
          {say("schoolNotices.add")}
        </Button>
      </div>
    </fieldset>
  );
}
