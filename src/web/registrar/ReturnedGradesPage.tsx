import { Alert, Badge, Button } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { School, useGradeText } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import {
  ConfirmReturnedGradesDocument,
  ReturnedGradesDocument,
  type SectionRosterFragment,
} from "../generated/documents.ts";

const SEATS = { additionalTypenames: ["Seat", "Section", "Achievement"] };

/** Grade sheets that came back from host schools, for the learners of the registrar's own. */
export function ReturnedGradesPage() {
  const { say } = useWords();
  const { capacity } = useViewer();
  const place = usePlace();
  const [state, again] = useQuery({
    query: ReturnedGradesDocument,
    variables: { first: 20, after: place.after },
    context: SEATS,
    requestPolicy: "cache-and-network",
  });
  const own = (section: SectionRosterFragment) =>
    section.roster.filter(({ home, hostState }) => home.id === capacity.institution?.id && hostState !== "DROPPED");
  return (
    <Page title={say("grades.title")} lead={say("grades.lead")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ sections }) => {
          const returned = sections.edges.map(({ node }) => node).filter((section) => own(section).length > 0);
          return (
            <>
              {returned.length === 0 ? <Empty>{say("grades.none")}</Empty> : null}
              {returned.map((section) => (
                <GradeSheet key={section.id} section={section} seats={own(section)} />
              ))}
              <Pager place={place} marks={sections.pageInfo} />
            </>
          );
        }}
      </Answer>
    </Page>
  );
}

interface GradeSheetProps {
  readonly section: SectionRosterFragment;
  readonly seats: SectionRosterFragment["roster"];
}

function GradeSheet({ section, seats }: GradeSheetProps) {
  const { say, name } = useWords();
  const gradeText = useGradeText();
  const [{ fetching }, confirm] = useMutation(ConfirmReturnedGradesDocument);
  const [fault, setFault] = useState<Fault | null>(null);
  const [done, setDone] = useState<{ deposited: number; recognised: number } | null>(null);
  const waiting = seats.filter(({ homeState }) => homeState === "GRADE_RETURNED").length;

  async function act() {
    setFault(null);
    const { data, error } = await confirm({ sectionId: section.id }, SEATS);
    const result = data?.confirmReturnedGrades;
    if (error !== undefined) setFault({ error });
    else if (result?.__typename === "ConfirmGradesSuccess") setDone(result);
    else if (result !== undefined) setFault(result);
  }

  return (
    <Sheet
      title={name(section.course.title)}
      note={
        <>
          <School of={section.host} /> · {section.number} · {section.termCode}
        </>
      }
      aside={waiting === 0 ? null : <Badge color="amber">{say("grades.waiting", { count: waiting })}</Badge>}
    >
      <table className="rows">
        <caption className="visually-hidden">{name(section.course.title)}</caption>
        <thead>
          <tr>
            <th scope="col">{say("column.studentNo")}</th>
            <th scope="col">{say("column.learner")}</th>
            <th scope="col">{say("column.grade")}</th>
            <th scope="col">{say("grades.state")}</th>
          </tr>
        </thead>
        <tbody>
          {seats.map((seat) => (
            <tr key={seat.id}>
              <td data-label={say("column.studentNo")}>{seat.studentNo}</td>
              <th scope="row" data-label={say("column.learner")}>
                {seat.learnerName}
              </th>
              <td data-label={say("column.grade")}>{gradeText(seat.grade)}</td>
              <td data-label={say("grades.state")}>{say(`seat.home.${seat.homeState}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {fault === null ? null : <ErrorNote {...fault} />}
      {done === null ? null : (
        <Alert color="teal" role="status" mt="md">
          {say("grades.done", { deposited: done.deposited, recognised: done.recognised })}
        </Alert>
      )}
      {waiting === 0 ? null : (
        <div className="record-acts">
          <Button loading={fetching} onClick={() => void act()}>
            {say("grades.confirm")}
          </Button>
        </div>
      )}
    </Sheet>
  );
}
