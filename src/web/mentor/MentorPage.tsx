import { Button, NumberInput, TextInput, Textarea } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Day, School, useGradeText } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import { PlacementsDocument, type PlacementSheetFragment, ReportPlacementDocument } from "../generated/documents.ts";

const PLACEMENTS = { additionalTypenames: ["Placement"] };

/** A mentor's apprentices, where each is placed, and how it went. */
export function MentorPage() {
  const { say } = useWords();
  const place = usePlace();
  const [state, again] = useQuery({
    query: PlacementsDocument,
    variables: { first: 20, after: place.after },
    context: PLACEMENTS,
    requestPolicy: "cache-and-network",
  });
  return (
    <Page title={say("mentor.title")} lead={say("mentor.lead")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ placements: { edges, pageInfo } }) => (
          <>
            {edges.length === 0 ? <Empty>{say("mentor.none")}</Empty> : null}
            {edges.map(({ node }) => (
              <PlacementView key={node.id} placement={node} />
            ))}
            <Pager place={place} marks={pageInfo} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function PlacementView({ placement }: { readonly placement: PlacementSheetFragment }) {
  const { say, name } = useWords();
  const { learnerName, post, enterprise, institution, startsOn, endsOn, result } = placement;
  const note = (
    <>
      {name(enterprise.name)} · <School of={institution} /> · <Day date={startsOn} /> – <Day date={endsOn} />
    </>
  );
  return (
    <Sheet title={`${learnerName} · ${post}`} note={note}>
      {result === null ? <ReportForm placement={placement} /> : <Reported result={result} />}
      {result === null ? <p className="sheet-note">{say("mentor.once")}</p> : null}
    </Sheet>
  );
}

function Reported({ result }: { readonly result: NonNullable<PlacementSheetFragment["result"]> }) {
  const { say } = useWords();
  const gradeText = useGradeText();
  return (
    <dl className="plan-figures">
      <div>
        <dt>{say("mentor.grade")}</dt>
        <dd>{gradeText(result.grade)}</dd>
      </div>
      <div>
        <dt>{say("mentor.hours")}</dt>
        <dd>{result.hours ?? "—"}</dd>
      </div>
      <div>
        <dt>{say("mentor.remark")}</dt>
        <dd>{result.remark ?? "—"}</dd>
      </div>
      <div>
        <dt>{say("mentor.reportedOn")}</dt>
        <dd>
          <Day date={result.reportedOn} />
        </dd>
      </div>
    </dl>
  );
}

function ReportForm({ placement }: { readonly placement: PlacementSheetFragment }) {
  const { say } = useWords();
  const [{ fetching }, report] = useMutation(ReportPlacementDocument);
  const [grade, setGrade] = useState("");
  const [hours, setHours] = useState<number | string>("");
  const [remark, setRemark] = useState("");
  const [fault, setFault] = useState<Fault | null>(null);

  async function send() {
    const worked = typeof hours === "number" ? hours : null;
    const input = { placementId: placement.id, grade, hours: worked, remark };
    const { data, error } = await report({ input }, PLACEMENTS);
    const result = data?.reportPlacementResult;
    if (error !== undefined) setFault({ error });
    else setFault(result === undefined || result.__typename === "PlacementSuccess" ? null : result);
  }

  return (
    <form
      className="record-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <TextInput
        label={say("mentor.grade")}
        description={say("mentor.gradeNote")}
        maxLength={20}
        value={grade}
        onChange={(event) => setGrade(event.currentTarget.value)}
      />
      <NumberInput
        label={say("mentor.hours")}
        min={0}
        allowDecimal={false}
        hideControls
        value={hours}
        onChange={setHours}
      />
      <Textarea
        label={say("mentor.remark")}
        maxLength={500}
        autosize
        minRows={2}
        value={remark}
        onChange={(event) => setRemark(event.currentTarget.value)}
      />
      {fault === null ? null : <ErrorNote {...fault} />}
      <div className="record-acts">
        <Button type="submit" loading={fetching} disabled={grade.trim() === ""}>
          {say("mentor.report")}
        </Button>
      </div>
    </form>
  );
}
