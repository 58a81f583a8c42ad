import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Sheet } from "../components/Page.tsx";
import { ErrorNote, type Fault } from "../components/states.tsx";
import {
  type PathwayPlacesQuery,
  PathwayPlacesDocument,
  PlaceInPathwayDocument,
  TransferPathwaysDocument,
} from "../generated/documents.ts";

const PLACES = { additionalTypenames: ["Registration", "Learner"] };

/** Which pathway (贯通培养) each registration that goes on stands in; the registrar places it in one, or in none. */
export function PathwaySheet({ learnerId }: { readonly learnerId: string }) {
  const { say } = useWords();
  const [{ data }] = useQuery({
    query: PathwayPlacesDocument,
    variables: { id: learnerId },
    context: PLACES,
    requestPolicy: "cache-and-network",
  });
  const going = (data?.learner?.registrations ?? []).filter(
    ({ status }) => status === "ACTIVE" || status === "ON_LEAVE",
  );
  if (going.length === 0) return null;
  return (
    <Sheet title={say("pathwayPlace.title")} note={say("pathwayPlace.note")}>
      {going.map((registration) => (
        <PlaceForm key={`${registration.id} ${registration.pathway?.id ?? ""}`} registration={registration} />
      ))}
    </Sheet>
  );
}

interface PlaceProps {
  readonly registration: NonNullable<PathwayPlacesQuery["learner"]>["registrations"][number];
}

function PlaceForm({ registration: { id, cohort, programme, pathway } }: PlaceProps) {
  const { say, name } = useWords();
  const [{ data: known }] = useQuery({ query: TransferPathwaysDocument });
  const [{ fetching }, place] = useMutation(PlaceInPathwayDocument);
  const [chosen, setChosen] = useState(pathway?.id ?? "");
  const [fault, setFault] = useState<Fault | null>(null);
  const through = (known?.pathways ?? []).filter(({ stages }) =>
    stages.some((stage) => stage.programme.id === programme.id),
  );
  async function act() {
    setFault(null);
    const input = { registrationId: id, pathwayId: chosen === "" ? null : chosen };
    const { data, error } = await place({ input }, PLACES);
    const result = data?.placeInPathway;
    if (result?.__typename !== "PlaceInPathwaySuccess") setFault(result ?? (error === undefined ? {} : { error }));
  }
  return (
    <form
      className="record-form"
      onSubmit={(event) => {
        event.preventDefault();
        void act();
      }}
    >
      <NativeSelect
        label={`${name(programme.title)} · ${cohort}`}
        value={chosen}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={[
          { value: "", label: say("pathwayPlace.none") },
          ...through.map(({ id: value, label, title }) => ({ value, label: `${label} · ${name(title)}` })),
        ]}
      />
      {fault === null ? null : <ErrorNote {...fault} />}
      <div className="record-acts">
        <Button type="submit" loading={fetching} disabled={chosen === (pathway?.id ?? "")}>
          {say("pathwayPlace.place")}
        </Button>
      </div>
    </form>
  );
}
