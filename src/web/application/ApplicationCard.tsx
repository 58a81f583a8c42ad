import { Badge } from "@mantine/core";
import type { ReactNode } from "react";
import { useQuery } from "urql";
import { APPLICATION_STEPS } from "../../domain/application/step.ts";
import { formatCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { Day, Moment } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import { Answer } from "../components/states.tsx";
import { type ApplicationSheetFragment, OneApplicationDocument } from "../generated/documents.ts";

/** An application changed changes every list of them. */
export const APPLICATIONS = { additionalTypenames: ["Application"] };

/** What is noted of an application besides: that it was made, and declined in part. */
const STEPS = ["SUBMIT", ...APPLICATION_STEPS, "DECLINE"] as const;

/** One application of a list, and below it what can be done with it now. */
export function ApplicationCard({
  id,
  acts,
}: {
  readonly id: string;
  readonly acts: (application: ApplicationSheetFragment) => ReactNode;
}) {
  const [state, again] = useQuery({
    query: OneApplicationDocument,
    variables: { id },
    context: APPLICATIONS,
    requestPolicy: "cache-and-network",
  });
  return (
    <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
      {({ application }) =>
        application === null ? null : <Whole application={application}>{acts(application)}</Whole>
      }
    </Answer>
  );
}

/** Where it stands, what it asks for line by line, and who did what. */
function Whole({
  application,
  children,
}: {
  readonly application: ApplicationSheetFragment;
  readonly children: ReactNode;
}) {
  const { say, name } = useWords();
  const { status, programme, institution, lines, setAside, steps } = application;
  return (
    <Sheet
      title={
        <>
          {application.learnerName} · {name(programme.title)}{" "}
          <Badge color={application.waitsFor === null ? "gray" : "seal"} component="span">
            {say(`application.status.${status}`)}
          </Badge>
        </>
      }
      note={
        <>
          {name(institution.name)} · {say("application.submitted")} <Moment at={application.submittedAt} />
        </>
      }
    >
      <p>
        {say(application.proved ? "application.sum" : "application.sumUnproved", {
          recognised: formatCredits(application.recognisedCredits),
          remaining: formatCredits(application.remainingCredits),
        })}
      </p>
      {application.waitsFor === null ? null : (
        <p className="quiet">
          {say(`application.waitsFor.${application.waitsFor}`)} · {say("application.since")}{" "}
          <Moment at={application.waitingSince} />
          {application.dueOn === null ? null : (
            <>
              {" "}
              · {say("application.dueOn")} <Day date={application.dueOn} />{" "}
              {application.overdue ? <Badge color="seal">{say("application.overdue")}</Badge> : null}
            </>
          )}
        </p>
      )}
      {status === "RECORDED" || application.waitsFor === null ? null : (
        <p className="refused-note">{say("application.attend")}</p>
      )}
      <ol className="application-lines">
        {lines.map((line) => (
          <li key={line.number}>
            {line.sentence} <span className="code">{line.conversionSentence}</span>
            {line.verdict === null ? null : (
              <span className="code">
                {say(`application.verdict.${line.verdict.kind}`)} · {line.verdict.by}
                {line.verdict.reason === null ? null : ` · ${line.verdict.reason}`}
              </span>
            )}
          </li>
        ))}
      </ol>
      {setAside.length === 0 ? null : (
        <ul className="application-aside">
          {setAside.map((verdict) => (
            <li key={`${verdict.kind}/${verdict.sources.map(({ id }) => id).join()}`}>
              {say(`application.verdict.${verdict.kind}`)}: {verdict.sources.map(({ title }) => name(title)).join("、")}
              {verdict.reason === null ? null : ` — ${verdict.reason}`} ({verdict.by})
            </li>
          ))}
        </ul>
      )}
      <ol className="application-steps">
        {steps.map(({ step, by, at, reason }) => {
          const known = STEPS.find((each) => each === step);
          return (
            <li key={at + step}>
              <Moment at={at} /> · {known === undefined ? step : say(`application.step.${known}`)} · {by}
              {reason === null ? null : ` · ${reason}`}
            </li>
          );
        })}
      </ol>
      {children}
    </Sheet>
  );
}
