import { Badge } from "@mantine/core";
import { formatCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { unitOfLevel } from "../../domain/credit.ts";
import { Day, School } from "../components/field.tsx";
import type { Answer } from "./answer.ts";

/** The answer in four figures, all in the currency of the programme that was asked about. */
export function Headline({ answer }: { readonly answer: Answer }) {
  const { say, name } = useWords();
  const { programme, plan, packing } = answer;
  const unit = unitOfLevel(programme.level);
  const figures = [
    ["recognised", answer.recognisedCredits],
    ["passed", answer.passedCredits],
    ["remaining", answer.remainingCredits],
    ["required", answer.requiredCredits],
  ] as const;
  const share = (credits: number) => `${answer.requiredCredits === 0 ? 0 : (100 * credits) / answer.requiredCredits}%`;
  return (
    <section className="headline" aria-labelledby="headline-title">
      <div className="headline-words">
        <h2 id="headline-title">{name(programme.title)}</h2>
        <p className="headline-where">
          <School of={programme.institution} /> · {say(`level.${programme.level}`)} ·{" "}
          {say("check.headline.cohort", { cohort: plan.cohort })} · {say("check.headline.asOf")}{" "}
          <Day date={answer.asOf} />
          {plan.invented ? (
            <>
              {" "}
              <Badge color="gray" component="span">
                {say("mark.inventedPlan")}
              </Badge>
            </>
          ) : null}
        </p>
        <p className="headline-summary">{answer.summary}</p>
        {packing.proved ? null : (
          <p className="headline-proof">
            {say("check.headline.unproved", { credits: formatCredits(packing.upperBound - packing.credits) })}
          </p>
        )}
      </div>
      <div className="headline-figures">
        <dl>
          {figures.map(([figure, credits]) => (
            <div key={figure} className={`figure figure-${figure}`}>
              <dt>{say(`check.figure.${figure}`)}</dt>
              <dd>
                <span className="figure-number">{formatCredits(credits)}</span>{" "}
                <span className="figure-unit">{say(`unit.${unit}`)}</span>
              </dd>
            </div>
          ))}
        </dl>
        <div className="headline-bar" aria-hidden="true">
          <span className="bar-passed" style={{ width: share(answer.passedCredits) }} />
          <span className="bar-recognised" style={{ width: share(answer.recognisedCredits) }} />
        </div>
      </div>
    </section>
  );
}
