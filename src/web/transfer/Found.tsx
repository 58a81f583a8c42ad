import { formatCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { Cite } from "../components/field.tsx";
import type { StatusChangeState, TitleTextFragment, TransferFindingTextFragment } from "../generated/documents.ts";

/** What was found at one condition; with the courses that are missing where the page asks for them. */
type Finding = TransferFindingTextFragment & {
  readonly missing?: readonly { readonly title: TitleTextFragment }[];
};

interface FoundProps {
  readonly of: {
    readonly state: StatusChangeState;
    readonly rejection: string | null;
    readonly findings: readonly Finding[];
  };
}

/** Whether a learner goes on to the next stage; where not, at what it fails, and by which clause. */
export function Found({ of: { findings, state, rejection } }: FoundProps) {
  const { say } = useWords();
  const failing = findings.filter(({ met }) => !met);
  if (failing.length === 0 && state !== "REJECTED") return <>{say("transfers.qualifies")}</>;
  return (
    <>
      {say(failing.length === 0 ? "changes.state.REJECTED" : "transfers.qualifiesNot")}
      {rejection === null ? null : `: ${rejection}`}
      {failing.length === 0 ? null : (
        <ul>
          {failing.map((finding) => (
            <li key={finding.condition}>
              <Failing finding={finding} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Failing({ finding: { condition, expected, actual, missing = [], citation } }: { readonly finding: Finding }) {
  const { say, name } = useWords();
  const measured = {
    REQUIRED_COURSES: { actual: actual ?? 0, expected: expected ?? 0 },
    PLAN_CREDITS: { actual: formatCredits(actual ?? 0), expected: formatCredits(expected ?? 0) },
    ASSESSMENT: { actual: actual === null ? "—" : actual / 10, expected: (expected ?? 0) / 10 },
    AT_SCHOOL: {},
    NO_CHANGE_WAITS: {},
    GOES_ON: {},
  }[condition];
  return (
    <>
      {say(`transfers.not.${condition}`, measured)}
      {missing.length === 0 ? null : (
        <details>
          <summary>{say("transfers.missing", { count: missing.length })}</summary>
          {missing.map(({ title }) => name(title)).join(", ")}
        </details>
      )}
      {citation === null ? null : (
        <div>
          <Cite citation={citation} />
        </div>
      )}
    </>
  );
}
