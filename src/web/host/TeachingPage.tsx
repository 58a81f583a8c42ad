import { Alert, Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { School, useGradeText } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import {
  type GradingMode,
  ReturnedGradesDocument,
  ReturnGradesDocument,
  type SectionRosterFragment,
} from "../generated/documents.ts";
import { zh } from "../messages/zh.ts";

/** The results that a mode admits, beside a number; the service reads them as they are written on a Chinese grade sheet. */
const RESULTS = {
  PERCENT: [],
  FIVE_LEVEL: ["EXCELLENT", "GOOD", "MEDIUM", "PASS", "FAIL", "ABSENT", "DEFERRED"],
  PASS_FAIL: ["PASSED", "FAILED", "ABSENT", "DEFERRED"],
} as const satisfies Readonly<Record<GradingMode, readonly string[]>>;

const SEATS = { additionalTypenames: ["Seat", "Section"] };

/** The host school's sections, and their grade sheets to return. */
export function TeachingPage() {
  const { say } = useWords();
  const { capacity } = useViewer();
  const place = usePlace();
  const [state, again] = useQuery({
    query: ReturnedGradesDocument,
    variables: { first: 20, after: place.after },
    context: SEATS,
    requestPolicy: "cache-and-network",
  });
  return (
    <Page title={say("teaching.title")} lead={say("teaching.lead")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ sections }) => {
          const own = sections.edges.map(({ node }) => node).filter(({ host }) => host.id === capacity.institution?.id);
          return (
            <>
              {own.length === 0 ? <Empty>{say("teaching.none")}</Empty> : null}
              {own.map((section) => (
                <GradeSheet key={section.id} section={section} />
              ))}
              <Pager place={place} marks={sections.pageInfo} />
            </>
          );
        }}
      </Answer>
    </Page>
  );
}

function GradeSheet({ section }: { readonly section: SectionRosterFragment }) {
  const { say, name } = useWords();
  const gradeText = useGradeText();
  const [{ fetching }, send] = useMutation(ReturnGradesDocument);
  const seats = section.roster.filter(({ hostState }) => hostState !== "DROPPED");
  const [grades, setGrades] = useState<Readonly<Record<string, string>>>({});
  const [completedOn, setCompletedOn] = useState("");
  const [fault, setFault] = useState<Fault | null>(null);
  const [graded, setGraded] = useState<number | null>(null);
  const written = seats.filter(({ id }) => (grades[id] ?? "").trim() !== "");

  async function act() {
    setFault(null);
    setGraded(null);
    const rows = written.map(({ id, studentNo, home }) => ({
      studentNo,
      homeInstitutionKey: home.key,
      grade: (grades[id] ?? "").trim(),
    }));
    const { data, error } = await send({ sectionId: section.id, completedOn, rows }, SEATS);
    const result = data?.returnGrades;
    if (error !== undefined) setFault({ error });
    else if (result?.__typename === "ReturnGradesSuccess") setGraded(result.graded);
    else if (result !== undefined) setFault(result);
  }

  return (
    <Sheet
      title={name(section.course.title)}
      note={
        <>
          {section.number} · {section.termCode} · {section.meetings.map(({ text }) => text).join(say("list.comma"))} ·{" "}
          {say("sections.taken", { taken: section.taken, capacity: section.capacity })}
        </>
      }
    >
      {seats.length === 0 ? (
        <Empty>{say("teaching.noSeats")}</Empty>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void act();
          }}
        >
          <table className="rows">
            <caption className="visually-hidden">{name(section.course.title)}</caption>
            <thead>
              <tr>
                <th scope="col">{say("column.studentNo")}</th>
                <th scope="col">{say("column.learner")}</th>
                <th scope="col">{say("teaching.home")}</th>
                <th scope="col">{say("column.grade")}</th>
              </tr>
            </thead>
            <tbody>
              {seats.map((seat) => (
                <tr key={seat.id}>
                  <td data-label={say("column.studentNo")}>{seat.studentNo}</td>
                  <th scope="row" data-label={say("column.learner")}>
                    {seat.learnerName}
                  </th>
                  <td data-label={say("teaching.home")}>
                    <School of={seat.home} />
                  </td>
                  <td data-label={say("column.grade")}>
                    {seat.homeState === "RECOGNISED" ? (
                      gradeText(seat.grade)
                    ) : (
                      <GradeField
                        label={say("teaching.gradeOf", { name: seat.learnerName })}
                        mode={section.course.gradingMode}
                        returned={seat.grade === null ? "" : gradeText(seat.grade)}
                        value={grades[seat.id] ?? ""}
                        onChange={(value) => setGrades((before) => ({ ...before, [seat.id]: value }))}
                      />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {fault === null ? null : <ErrorNote {...fault} />}
          {graded === null ? null : (
            <Alert color="teal" role="status" mt="md">
              {say("teaching.done", { count: graded })}
            </Alert>
          )}
          <div className="record-acts">
            <TextInput
              type="date"
              required
              label={say("teaching.completedOn")}
              value={completedOn}
              onChange={(event) => setCompletedOn(event.currentTarget.value)}
            />
            <Button type="submit" loading={fetching} disabled={written.length === 0 || completedOn === ""}>
              {say("teaching.return")}
            </Button>
          </div>
        </form>
      )}
    </Sheet>
  );
}

interface GradeFieldProps {
  readonly label: string;
  readonly mode: GradingMode;
  /** What was returned before. */
  readonly returned: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** One grade, in the mode of its course: a choice where there are only so many, else a number as written. */
function GradeField({ label, mode, returned, value, onChange }: GradeFieldProps) {
  const { say } = useWords();
  const results = RESULTS[mode];
  if (results.length === 0) {
    return (
      <TextInput
        aria-label={label}
        placeholder={returned}
        inputMode="decimal"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        maw={140}
      />
    );
  }
  return (
    <NativeSelect
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[
        { value: "", label: returned === "" ? "—" : returned },
        ...results.map((result) => ({ value: zh[`grade.${result}`], label: say(`grade.${result}`) })),
      ]}
      maw={160}
    />
  );
}
