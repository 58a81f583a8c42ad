import { Alert, Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { LearnerChoice } from "../components/LearnerChoice.tsx";
import { Sheet } from "../components/Page.tsx";
import type { Fault } from "../components/states.tsx";
import {
  ChangeableRegistrationsDocument,
  ChangeProgrammesDocument,
  ChangeSchoolsDocument,
  RecordStatusChangeDocument,
  type StatusChangeKind,
} from "../generated/documents.ts";
import { Refusal } from "../placement/PlaceForm.tsx";
import { CHANGES } from "./ChangesPage.tsx";

const NOTHING = {
  registrationId: "",
  kind: "",
  effectiveOn: "",
  decidedOn: "",
  decisionNo: "",
  reason: "",
  school: "",
  programmeId: "",
  cohort: "",
  className: "",
  toSchoolName: "",
  lateReason: "",
};
type Form = typeof NOTHING;
type FieldOf = (key: keyof Form) => {
  readonly value: string;
  readonly onChange: (event: { readonly currentTarget: { readonly value: string } }) => void;
};

/** Changes that place a learner anew: in a plan, and in a class. */
const PLACING: ReadonlySet<string> = new Set(["RETURN", "REPEAT_YEAR", "CHANGE_OF_MAJOR"]);

const orNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());

/** Writes a change down; what it does is read on its sheet, before another person confirms it. */
export function RecordForm() {
  const { say } = useWords();
  const [{ fetching }, record] = useMutation(RecordStatusChangeDocument);
  const [learnerId, setLearnerId] = useState<string | null>(null);
  const [form, setForm] = useState(NOTHING);
  const [fault, setFault] = useState<Fault | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const field: FieldOf = (key) => ({
    value: form[key],
    onChange: ({ currentTarget: { value } }) => setForm((before) => ({ ...before, [key]: value })),
  });

  async function act() {
    setFault(null);
    setDone(null);
    const { registrationId, kind, effectiveOn, decidedOn, decisionNo, reason } = form;
    const where = {
      programmeId: orNull(form.programmeId),
      cohort: form.cohort === "" ? null : Number(form.cohort),
      className: orNull(form.className),
      toSchoolName: orNull(form.toSchoolName),
      lateReason: orNull(form.lateReason),
    };
    const written = { registrationId, kind: kind as StatusChangeKind, effectiveOn, decidedOn, decisionNo, reason };
    const { data, error } = await record({ input: { ...written, ...where } }, CHANGES);
    const result = data?.recordStatusChange;
    if (result?.__typename !== "StatusChangeSuccess") return setFault(result ?? (error === undefined ? {} : { error }));
    setDone(result.statusChange.learnerName);
    setForm(NOTHING);
    setLearnerId(null);
  }

  return (
    <Sheet title={say("changes.record")} note={say("changes.recordNote")}>
      <form
        className="record-form"
        onSubmit={(event) => {
          event.preventDefault();
          void act();
        }}
      >
        <LearnerChoice
          value={learnerId}
          onChange={(id) => {
            setLearnerId(id);
            setForm(NOTHING);
          }}
        />
        {learnerId === null ? null : <What learnerId={learnerId} form={form} field={field} />}
        <TextInput type="date" label={say("changes.effectiveOn")} required {...field("effectiveOn")} />
        <TextInput type="date" label={say("changes.decidedOn")} required {...field("decidedOn")} />
        <TextInput
          label={say("changes.decisionNo")}
          maxLength={60}
          autoComplete="off"
          required
          {...field("decisionNo")}
        />
        <Textarea label={say("changes.reason")} maxLength={300} autosize minRows={2} required {...field("reason")} />
        {form.kind === "CHANGE_OF_MAJOR" || form.kind === "TRANSFER" ? (
          <>
            <Where form={form} field={field} />
            <TextInput
              label={say("changes.lateReason")}
              description={say("changes.lateNote")}
              maxLength={200}
              autoComplete="off"
              {...field("lateReason")}
            />
          </>
        ) : null}
        {PLACING.has(form.kind) ? (
          <>
            <TextInput
              type="number"
              label={say("changes.cohort")}
              description={say("changes.cohortNote")}
              {...field("cohort")}
            />
            <TextInput label={say("changes.class")} maxLength={60} autoComplete="off" {...field("className")} />
          </>
        ) : null}
        {fault === null ? null : <Refusal fault={fault} learnerId={learnerId} />}
        <div className="record-acts">
          <Button type="submit" loading={fetching} disabled={form.registrationId === "" || form.kind === ""}>
            {say("changes.record")}
          </Button>
        </div>
      </form>
      {done === null ? null : (
        <Alert color="teal" role="status" mt="md">
          {say("changes.recorded", { name: done })}
        </Alert>
      )}
    </Sheet>
  );
}

/** Which registration, and which of the changes it can take. */
function What({
  learnerId,
  form,
  field,
}: {
  readonly learnerId: string;
  readonly form: Form;
  readonly field: FieldOf;
}) {
  const { say, name } = useWords();
  const [{ data }] = useQuery({
    query: ChangeableRegistrationsDocument,
    variables: { id: learnerId },
    requestPolicy: "cache-and-network",
  });
  const registrations = (data?.learner?.registrations ?? []).filter(({ changes }) => changes.length > 0);
  const chosen = registrations.find(({ id }) => id === form.registrationId);
  return (
    <>
      <NativeSelect
        label={say("changes.registration")}
        required
        data={[
          { value: "", label: say("changes.choose") },
          ...registrations.map(({ id, programme, cohort, className, status }) => ({
            value: id,
            label: [name(programme.title), String(cohort), className ?? "", say(`changes.status.${status}`)]
              .filter((part) => part !== "")
              .join(" · "),
          })),
        ]}
        {...field("registrationId")}
      />
      <NativeSelect
        label={say("changes.kind")}
        required
        data={[
          { value: "", label: say("changes.choose") },
          ...(chosen?.changes ?? []).map((kind) => ({ value: kind, label: say(`changes.kind.${kind}`) })),
        ]}
        {...field("kind")}
      />
    </>
  );
}

/** Where to: a programme of the school, or of another one; or a school outside, by its name. */
function Where({ form, field }: { readonly form: Form; readonly field: FieldOf }) {
  const { say, name } = useWords();
  const { institution } = useViewer().capacity;
  const leaves = form.kind === "TRANSFER";
  const school = leaves ? form.school : (institution?.key ?? "");
  const [{ data: schools }] = useQuery({ query: ChangeSchoolsDocument, pause: !leaves });
  const [{ data }] = useQuery({ query: ChangeProgrammesDocument, variables: { school }, pause: school === "" });
  return (
    <>
      {leaves ? (
        <NativeSelect
          label={say("changes.toSchool")}
          data={[
            { value: "", label: say("changes.outside") },
            ...(schools?.institutions ?? [])
              .filter(({ id }) => id !== institution?.id)
              .map(({ key, name: title }) => ({ value: key, label: name(title) })),
          ]}
          {...field("school")}
        />
      ) : null}
      {school === "" ? (
        <TextInput label={say("changes.toSchoolName")} maxLength={60} required {...field("toSchoolName")} />
      ) : (
        <NativeSelect
          label={say("changes.programmeAfter")}
          required
          data={[
            { value: "", label: say("changes.choose") },
            ...(data?.programmes ?? []).map(({ id, title }) => ({ value: id, label: name(title) })),
          ]}
          {...field("programmeId")}
        />
      )}
    </>
  );
}
