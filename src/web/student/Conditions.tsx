import { useWords } from "../app/language.tsx";
import type { ConditionFragment } from "../generated/documents.ts";

/** Each condition that was tested: what was expected, what was found, and whether that is enough. */
export function Conditions({ conditions }: { readonly conditions: readonly ConditionFragment[] }) {
  const { say } = useWords();
  if (conditions.length === 0) return <p className="quiet">{say("conditions.none")}</p>;
  return (
    <table className="conditions">
      <caption className="visually-hidden">{say("conditions.caption")}</caption>
      <thead>
        <tr>
          <th scope="col">{say("conditions.condition")}</th>
          <th scope="col">{say("conditions.expected")}</th>
          <th scope="col">{say("conditions.actual")}</th>
        </tr>
      </thead>
      <tbody>
        {conditions.map((condition, index) => (
          // the same condition may be tested of several achievements
          // oxlint-disable-next-line react/no-array-index-key
          <tr key={index} data-met={condition.met}>
            <th scope="row">
              <span className="condition-mark" aria-hidden="true">
                {condition.met ? "✓" : "✕"}
              </span>
              <span className="visually-hidden">{say(condition.met ? "conditions.met" : "conditions.unmet")}</span>{" "}
              {condition.sentence}
            </th>
            <td data-label={say("conditions.expected")}>{condition.expected}</td>
            <td data-label={say("conditions.actual")}>{condition.actual}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
