import { Anchor, Button, Group, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Dialog } from "../components/Dialog.tsx";
import { Day, useGradeText } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import { EndPlacementDocument, type PlacementRowFragment, SchoolPlacementsDocument } from "../generated/documents.ts";
import { PLACEMENTS, PlaceForm } from "./PlaceForm.tsx";

/** Where the school's learners are placed; its registrar places them and ends what ends early. */
export function PlacementsPage() {
  const { say } = useWords();
  const { capacity } = useViewer();
  const place = usePlace();
  const [state, again] = useQuery({
    query: SchoolPlacementsDocument,
    variables: { first: 20, after: place.after },
    context: PLACEMENTS,
    requestPolicy: "cache-and-network",
  });
  return (
    <Page title={say("placements.title")} lead={say("placements.lead")}>
      {capacity.role === "REGISTRAR" ? <PlaceForm /> : null}
      <Sheet title={say("placements.list")}>
        <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
          {({ placements }) =>
            placements.edges.length === 0 ? (
              <Empty>{say("placements.none")}</Empty>
            ) : (
              <>
                <PlacementTable rows={placements.edges.map(({ node }) => node)} />
                <Pager place={place} marks={placements.pageInfo} />
              </>
            )
          }
        </Answer>
      </Sheet>
    </Page>
  );
}

function PlacementTable({ rows }: { readonly rows: readonly PlacementRowFragment[] }) {
  const { say } = useWords();
  const acts = useViewer().capacity.role === "REGISTRAR";
  const [ending, setEnding] = useState<PlacementRowFragment | null>(null);
  return (
    <>
      <table className="rows">
        <caption className="visually-hidden">{say("placements.list")}</caption>
        <thead>
          <tr>
            <th scope="col">{say("column.learner")}</th>
            <th scope="col">{say("placements.where")}</th>
            <th scope="col">{say("placements.mentor")}</th>
            <th scope="col">{say("placements.days")}</th>
            <th scope="col">{say("placements.result")}</th>
            {acts ? <th scope="col">{say("placements.act")}</th> : null}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <PlacementLine key={row.id} row={row} onEnd={acts ? () => setEnding(row) : null} />
          ))}
        </tbody>
      </table>
      {ending === null ? null : <EndDialog row={ending} onClose={() => setEnding(null)} />}
    </>
  );
}

interface LineProps {
  readonly row: PlacementRowFragment;
  /** null for whoever only reads. */
  readonly onEnd: (() => void) | null;
}

function PlacementLine({ row, onEnd }: LineProps) {
  const { say, name } = useWords();
  const { capacity } = useViewer();
  const { learnerId, learnerName, mentorName, post, enterprise, institution, startsOn, endsOn } = row;
  return (
    <tr>
      <th scope="row" data-label={say("column.learner")}>
        <Anchor component={Link} to={`/registrar/learners/${encodeURIComponent(learnerId)}`} inherit underline="always">
          {learnerName}
        </Anchor>
      </th>
      <td data-label={say("placements.where")}>
        <div>
          {name(enterprise.name)}
          <div className="quiet">{post}</div>
        </div>
      </td>
      <td data-label={say("placements.mentor")}>{mentorName ?? "—"}</td>
      <td data-label={say("placements.days")}>
        <span>
          <Day date={startsOn} /> – <Day date={endsOn} />
        </span>
      </td>
      <td data-label={say("placements.result")}>
        <Reported result={row.result} />
      </td>
      {onEnd === null ? null : (
        <td data-label={say("placements.act")}>
          {/* a predecessor school's are there to read, and no more */}
          {institution.id === capacity.institution?.id ? (
            <Button
              size="xs"
              variant="default"
              aria-label={say("placements.endOf", { name: learnerName })}
              onClick={onEnd}
            >
              {say("placements.end")}
            </Button>
          ) : (
            "—"
          )}
        </td>
      )}
    </tr>
  );
}

function Reported({ result }: Pick<PlacementRowFragment, "result">) {
  const { say } = useWords();
  const gradeText = useGradeText();
  if (result === null) return <span>{say("placements.noResult")}</span>;
  const { grade, hours, remark, reportedOn } = result;
  return (
    <div>
      {gradeText(grade)}
      {hours === null ? "" : ` · ${say("placements.hours", { hours })}`} · <Day date={reportedOn} />
      {remark === null ? null : <div className="quiet">{remark}</div>}
    </div>
  );
}

/** Asks for the last day: no later than it would have ended. */
function EndDialog({ row, onClose }: { readonly row: PlacementRowFragment; readonly onClose: () => void }) {
  const { say } = useWords();
  const [{ fetching }, end] = useMutation(EndPlacementDocument);
  const [endsOn, setEndsOn] = useState("");
  const [fault, setFault] = useState<Fault | null>(null);

  async function act() {
    setFault(null);
    const { data, error } = await end({ placementId: row.id, endsOn }, PLACEMENTS);
    const result = data?.endPlacement;
    if (result?.__typename === "PlacementSuccess") onClose();
    else setFault(result ?? (error === undefined ? {} : { error }));
  }

  return (
    <Dialog title={say("placements.endOf", { name: row.learnerName })} onClose={onClose}>
      {fault === null ? null : <ErrorNote {...fault} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void act();
        }}
      >
        <TextInput
          type="date"
          label={say("placements.endsOn")}
          description={say("placements.endNote")}
          min={row.startsOn}
          max={row.endsOn}
          value={endsOn}
          onChange={(event) => setEndsOn(event.currentTarget.value)}
          required
        />
        <Group mt="md">
          <Button type="submit" loading={fetching}>
            {say("placements.end")}
          </Button>
          <Button variant="default" onClick={onClose}>
            {say("accounts.cancel")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
