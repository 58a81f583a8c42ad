import type { ReactNode } from "react";
import { useWords } from "../app/language.tsx";
import { Amount, Day } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import type { NamedCourseTextFragment, StatusChangeSheetFragment } from "../generated/documents.ts";
import { formatCredits } from "../../domain/credit.ts";
import { Found } from "../transfer/Found.tsx";
import { ChangeActs } from "./ChangeActs.tsx";

interface Part {
  readonly change: StatusChangeSheetFragment;
}

/** One change: what was decided, what it does, and what its reader may do with it. */
export function ChangeSheet({ change }: Part) {
  const { say, name } = useWords();
  const { learnerName, kind, state, effectiveOn, programme, institution } = change;
  const note = (
    <>
      {say(`changes.state.${state}`)} · {name(institution.name)} · {name(programme.title)} · {say("changes.since")}{" "}
      <Day date={effectiveOn} />
    </>
  );
  return (
    <Sheet title={`${learnerName} · ${say(`changes.kind.${kind}`)}`} note={note}>
      <Decided change={change} />
      {change.kind === "STAGE_TRANSFER" && change.state === "REJECTED" ? null : <Effects change={change} />}
      <ChangeActs change={change} />
    </Sheet>
  );
}

function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Decided({ change }: Part) {
  const { say } = useWords();
  const { decisionNo, decidedOn, reason, withConsent, rejection, filing, filedOn, filingNote } = change;
  return (
    <dl className="plan-figures">
      <Fact title={say("changes.decisionNo")}>{decisionNo}</Fact>
      <Fact title={say("changes.decidedOn")}>
        <Day date={decidedOn} />
      </Fact>
      <Fact title={say("changes.reason")}>{reason}</Fact>
      {withConsent ? <Fact title={say("changes.consent")}>{say("changes.consentGiven")}</Fact> : null}
      {change.findings.length > 0 ? (
        <Fact title={say("transfers.found")}>
          <Found of={change} />
        </Fact>
      ) : rejection === null ? null : (
        <Fact title={say("changes.rejection")}>{rejection}</Fact>
      )}
      {[change.lateReason, change.settledLateReason].map((late) =>
        late === null ? null : (
          <Fact key={late} title={say("changes.lateReason")}>
            {late}
          </Fact>
        ),
      )}
      {filing === null ? null : (
        <Fact title={say("changes.filing")}>
          {say(`changes.filing.${filing}`)}
          {filedOn === null ? null : (
            <>
              {" · "}
              <Day date={filedOn} />
            </>
          )}
          {filingNote === null ? null : ` · ${filingNote}`}
        </Fact>
      )}
    </dl>
  );
}

/** What the change does: read before it is confirmed, and kept after. */
function Effects({ change }: Part) {
  const { say, name } = useWords();
  const { effects, statusBefore, statusAfter, cohortBefore, cohortAfter, classAfter, programme, programmeAfter } =
    change;
  const moves = programme.id !== programmeAfter.id;
  const toSchool = change.toInstitution === null ? change.toSchoolName : name(change.toInstitution.name);
  return (
    <section aria-label={say("changes.effects")}>
      <h3>{say("changes.effects")}</h3>
      <dl className="plan-figures">
        <Fact title={say("changes.status")}>
          {say(`changes.status.${statusBefore}`)} → {say(`changes.status.${statusAfter}`)}
        </Fact>
        {toSchool === null ? null : <Fact title={say("changes.toSchool")}>{toSchool}</Fact>}
        {moves ? <Fact title={say("changes.programmeAfter")}>{name(programmeAfter.title)}</Fact> : null}
        {cohortBefore === cohortAfter ? null : (
          <Fact title={say("changes.cohort")}>
            {cohortBefore} → {cohortAfter}
          </Fact>
        )}
        <Fact title={say("changes.class")}>{classAfter ?? say("changes.noClass")}</Fact>
        <Fact title={say("changes.pathway")}>{say(`changes.pathway.${effects.pathway}`)}</Fact>
        <Fact title={say("changes.plan")}>{say(`changes.plan.${effects.plan}`)}</Fact>
        {effects.openApplications === 0 ? null : (
          <Fact title={say("changes.applications")}>{effects.openApplications}</Fact>
        )}
        {effects.holds.length === 0 ? null : (
          <Fact title={say("changes.holds")}>
            {effects.holds.map(({ unit, credits }) => (
              <Amount key={unit} unit={unit} credits={credits} />
            ))}
          </Fact>
        )}
      </dl>
      <Items title={say("changes.seats")}>
        {effects.seats.map(({ section, course, host }) => (
          <li key={`${section}/${course.zh}`}>
            {name(host)} · {name(course)} ({section})
          </li>
        ))}
      </Items>
      <Courses open title={say("changes.makeUp")} courses={effects.makeUp} />
      <Items title={say("changes.proposal")}>
        {effects.proposal.map(({ title, credits }, place) => (
          // one rule may speak twice
          // oxlint-disable-next-line react/no-array-index-key -- the answer is read as it is, and never reordered
          <li key={place}>
            {name(title)} · {say("changes.credits", { credits: formatCredits(credits) })}
          </li>
        ))}
      </Items>
      <Courses title={say("changes.carriedOver")} courses={effects.carriedOver} />
    </section>
  );
}

interface ItemsProps {
  readonly title: string;
  readonly open?: boolean;
  readonly children: readonly ReactNode[];
}

/** A list under its heading, folded in unless it is what matters; nothing where it is empty. */
function Items({ title, open = false, children }: ItemsProps) {
  const { say } = useWords();
  if (children.length === 0) return null;
  return (
    <details open={open}>
      <summary>{say("changes.items", { title, count: children.length })}</summary>
      <ul>{children}</ul>
    </details>
  );
}

interface CoursesProps {
  readonly title: string;
  readonly courses: readonly NamedCourseTextFragment[];
  readonly open?: boolean;
}

function Courses({ title, courses, open = false }: CoursesProps) {
  const { say, name } = useWords();
  return (
    <Items title={title} open={open}>
      {courses.map((course) => (
        <li key={course.id}>
          {course.code} {name(course.title)} · {say("changes.credits", { credits: formatCredits(course.credits) })}
        </li>
      ))}
    </Items>
  );
}
