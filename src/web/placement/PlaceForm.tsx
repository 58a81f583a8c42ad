import { Alert, Anchor, Button, NativeSelect, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { LearnerChoice } from "../components/LearnerChoice.tsx";
import { Sheet } from "../components/Page.tsx";
import { ErrorNote, type Fault } from "../components/states.tsx";
import { CreatePlacementDocument, EnterprisesDocument } from "../generated/documents.ts";

/** What an act on placements makes old. */
export const PLACEMENTS = { additionalTypenames: ["Placement"] };
const NOTHING = { enterpriseId: "", mentorLogin: "", post: "", startsOn: "", endsOn: "" };

/** Places a learner at an enterprise. Whether a guardian must have consented, the service knows. */
export function PlaceForm() {
  const { say, name } = useWords();
  const [{ data: known }] = useQuery({ query: EnterprisesDocument });
  const [{ fetching }, create] = useMutation(CreatePlacementDocument);
  const [learnerId, setLearnerId] = useState<string | null>(null);
  const [form, setForm] = useState(NOTHING);
  const [fault, setFault] = useState<Fault | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const field = (key: keyof typeof form) => ({
    value: form[key],
    required: true,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      setForm({ ...form, [key]: event.currentTarget.value }),
  });

  async function act() {
    if (learnerId === null) return;
    setFault(null);
    setDone(null);
    const { data, error } = await create({ input: { ...form, learnerId } }, PLACEMENTS);
    const result = data?.createPlacement;
    if (result?.__typename === "PlacementSuccess") {
      setDone(result.placement.learnerName);
      setForm(NOTHING);
      setLearnerId(null);
    } else setFault(result ?? (error === undefined ? {} : { error }));
  }

  return (
    <Sheet title={say("placements.form")} note={say("placements.formNote")}>
      <form
        className="record-form"
        onSubmit={(event) => {
          event.preventDefault();
          void act();
        }}
      >
        <LearnerChoice value={learnerId} onChange={(id) => setLearnerId(id)} />
        <NativeSelect
          label={say("placements.enterprise")}
          data={[
            { value: "", label: say("placements.chooseEnterprise") },
            ...(known?.enterprises ?? []).map(({ id, name: title }) => ({ value: id, label: name(title) })),
          ]}
          {...field("enterpriseId")}
        />
        <TextInput
          label={say("placements.mentorLogin")}
          description={say("placements.mentorNote")}
          autoComplete="off"
          maxLength={100}
          {...field("mentorLogin")}
        />
        <TextInput label={say("placements.post")} autoComplete="off" maxLength={60} {...field("post")} />
        <TextInput type="date" label={say("placements.startsOn")} {...field("startsOn")} />
        <TextInput type="date" label={say("placements.endsOn")} {...field("endsOn")} />
        {fault === null ? null : <Refusal fault={fault} learnerId={learnerId} />}
        <div className="record-acts">
          <Button type="submit" loading={fetching} disabled={learnerId === null}>
            {say("placements.place")}
          </Button>
        </div>
      </form>
      {done === null ? null : (
        <Alert color="teal" role="status" mt="md">
          {say("placements.placed", { name: done })}
        </Alert>
      )}
    </Sheet>
  );
}

interface RefusalProps {
  readonly fault: Fault;
  readonly learnerId: string | null;
}

/** Why not; and where a consent is lacking, where it stands and is recorded. */
export function Refusal({ fault, learnerId }: RefusalProps) {
  const { say } = useWords();
  return (
    <div>
      <ErrorNote {...fault} />
      {fault.code === "GUARDIAN_CONSENT_REQUIRED" && learnerId !== null ? (
        <Anchor component={Link} to={`/registrar/learners/${encodeURIComponent(learnerId)}`} underline="always">
          {say("placements.toConsents")}
        </Anchor>
      ) : null}
    </div>
  );
}
