import { formatCredits } from "../../domain/credit.ts";
import { groupBy } from "../../domain/group-by.ts";
import { useWords } from "../app/language.tsx";
import { GroupMark } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import { Empty } from "../components/states.tsx";
import type { Answer } from "./answer.ts";

/** What is still attended, term by term, under the plan that was asked about. */
export function Remaining({ answer }: { readonly answer: Answer }) {
  const { say, name } = useWords();
  const terms = [...groupBy(answer.remainingCourses, ({ term }) => term)].sort(([a], [b]) => a - b);
  const plan = { programme: name(answer.programme.title), cohort: answer.plan.cohort };
  return (
    <Sheet title={say("remaining.title")} note={say("remaining.note", plan)}>
      {terms.length === 0 ? <Empty>{say("remaining.none")}</Empty> : null}
      <ol className="terms">
        {terms.map(([term, courses]) => (
          <li key={term} className="term">
            <h3>
              {say("term.ordinal", { term })}
              <span className="term-sum">
                {say("credits", {
                  credits: formatCredits(courses.reduce((sum, { course }) => sum + course.credits, 0)),
                })}
              </span>
            </h3>
            <ul>
              {courses.map(({ course, requirement }) => (
                <li key={course.id}>
                  <GroupMark group={course.group} />
                  <span className="term-course">{name(course.title)}</span>
                  <span className="term-meta">
                    {formatCredits(course.credits)}
                    {requirement === "REQUIRED" ? null : ` · ${say(`requirement.${requirement}`)}`}
                  </span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </Sheet>
  );
}
