import { Badge, Button } from "@mantine/core";
import { useId, useState } from "react";
import { useMutation, useQuery } from "urql";
import { v4 as newKey } from "uuid";
import { formatCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { Cite, GroupMark, School, useGradeText } from "../components/field.tsx";
import { Page } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import {
  DropSeatDocument,
  OpenSectionsDocument,
  type SectionToChooseFragment,
  TakeSeatDocument,
} from "../generated/documents.ts";

/** A seat taken or dropped changes sections that named no seat before. */
const SEATS = { additionalTypenames: ["Seat", "Section"] };

/** Courses of other schools that one may attend, with what each would count for at home. */
export function SectionsPage() {
  const { say } = useWords();
  const place = usePlace();
  const [state, again] = useQuery({
    query: OpenSectionsDocument,
    variables: { first: 20, after: place.after },
    context: SEATS,
  });
  return (
    <Page title={say("sections.title")} lead={say("sections.lead")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ sections }) =>
          sections.edges.length === 0 ? (
            <Empty>{say("sections.none")}</Empty>
          ) : (
            <>
              <ul className="sections">
                {sections.edges.map(({ node }) => (
                  <li key={node.id}>
                    <SectionCard section={node} />
                  </li>
                ))}
              </ul>
              <Pager place={place} marks={sections.pageInfo} />
            </>
          )
        }
      </Answer>
    </Page>
  );
}

function SectionCard({ section }: { readonly section: SectionToChooseFragment }) {
  const { say, name } = useWords();
  const { course, countsAtHome, mySeat } = section;
  const titleId = useId();
  const seated = mySeat !== null && mySeat.hostState !== "DROPPED";
  return (
    <article className="section-card" data-seated={seated}>
      <header>
        <h2 id={titleId}>
          <GroupMark group={course.group} /> {name(course.title)}
        </h2>
        <p className="quiet">
          <School of={section.host} /> · {section.number} · {section.termCode}
        </p>
      </header>
      <dl className="section-facts">
        <div>
          <dt>{say("sections.meetings")}</dt>
          <dd>
            {section.meetings.length === 0
              ? say("sections.noMeetings")
              : section.meetings.map(({ text }) => <span key={text}>{text}</span>)}
          </dd>
        </div>
        <div>
          <dt>{say("sections.hours")}</dt>
          <dd>{say("sections.hoursText", { theory: course.theoryHours, practice: course.practiceHours })}</dd>
        </div>
        <div>
          <dt>{say("sections.seats")}</dt>
          <dd>
            {say("sections.seatsText", {
              available: section.available,
              taken: section.taken,
              capacity: section.capacity,
            })}
          </dd>
        </div>
      </dl>
      <div className="section-home" data-counts={(countsAtHome?.credits ?? 0) > 0}>
        <h3>{say("sections.atHome")}</h3>
        {countsAtHome === null ? (
          <p>{say("sections.noHome")}</p>
        ) : (
          <>
            {countsAtHome.credits === 0 ? null : (
              <p className="section-home-credits">
                <strong>{say("credits", { credits: formatCredits(countsAtHome.credits) })}</strong>
                {countsAtHome.targets.length === 0
                  ? null
                  : ` → ${countsAtHome.targets.map(({ title }) => name(title)).join(say("list.and"))}`}
              </p>
            )}
            <p>{countsAtHome.sentence}</p>
            {countsAtHome.rule === null ? null : <Cite citation={countsAtHome.rule.citation} />}
          </>
        )}
      </div>
      <SeatButton section={section} seated={seated} titleId={titleId} />
    </article>
  );
}

interface SeatButtonProps {
  readonly section: SectionToChooseFragment;
  readonly seated: boolean;
  readonly titleId: string;
}

function SeatButton({ section, seated, titleId }: SeatButtonProps) {
  const { say } = useWords();
  const gradeText = useGradeText();
  const [taking, take] = useMutation(TakeSeatDocument);
  const [dropping, drop] = useMutation(DropSeatDocument);
  const [fault, setFault] = useState<Fault | null>(null);
  const { mySeat } = section;

  async function choose() {
    setFault(null);
    const { data, error } = seated
      ? await drop({ sectionId: section.id }, SEATS)
      : await take({ sectionId: section.id, idempotencyKey: newKey() }, SEATS);
    const result = data === undefined ? undefined : "dropSeat" in data ? data.dropSeat : data.takeSeat;
    if (error !== undefined) setFault({ error });
    else if (result !== undefined && result.__typename !== "SeatSuccess") {
      setFault({ message: result.message, code: result.code });
    }
  }

  return (
    <div className="section-act">
      {fault === null ? null : <ErrorNote {...fault} />}
      <div className="section-act-row">
        {mySeat === null ? null : (
          <p role="status">
            <Badge color={seated ? "teal" : "gray"}>{say(`seat.home.${mySeat.homeState}`)}</Badge>{" "}
            {mySeat.grade === null ? null : say("sections.grade", { grade: gradeText(mySeat.grade) })}
          </p>
        )}
        {mySeat !== null && mySeat.hostState === "GRADED" ? null : (
          <Button
            variant={seated ? "default" : "filled"}
            loading={taking.fetching || dropping.fetching}
            disabled={!seated && (section.available <= 0 || section.status !== "OPEN")}
            aria-describedby={titleId}
            onClick={() => void choose()}
          >
            {say(seated ? "sections.drop" : section.available <= 0 ? "sections.full" : "sections.take")}
          </Button>
        )}
      </div>
    </div>
  );
}
