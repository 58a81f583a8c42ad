import { useWords } from "../app/language.tsx";
import { School } from "../components/field.tsx";
import type { Stage } from "./PathwayPage.tsx";

/** The stages in order, the gate before each next one, and what whoever leaves early holds. */
export function StageChain({ stages }: { readonly stages: readonly Stage[] }) {
  const { say, name } = useWords();
  return (
    <ol className="chain">
      {stages.map((stage, index) => (
        <li key={stage.ordinal} className="chain-stage">
          <p className="chain-ordinal">
            {say("stage.ordinal", { ordinal: stage.ordinal })} · {say("stage.years", { years: stage.years })} ·{" "}
            {say(`level.${stage.level}`)}
          </p>
          <h3>{name(stage.programme.title)}</h3>
          <p>
            <School of={stage.programme.institution} />
          </p>
          <dl className="chain-facts">
            <div>
              <dt>{say("stage.confers")}</dt>
              <dd>
                <Awards awards={stage.confers} />
              </dd>
            </div>
            <div>
              <dt>{say("stage.leaver")}</dt>
              <dd>
                <Awards awards={stage.leaver} />
              </dd>
            </div>
          </dl>
          <Phases stage={stage} />
          {stage.gate === null ? null : (
            <p className="chain-gate">
              <span className="chain-gate-word">{say(index === stages.length - 1 ? "stage.exit" : "stage.gate")}</span>
              {name(stage.gate)}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

/** A five-year integrated programme is one plan in two registry phases, with a gate between them. */
function Phases({ stage }: { readonly stage: Stage }) {
  const { say, name } = useWords();
  if (stage.phases.length < 2) return null;
  return (
    <ol className="phases">
      {stage.phases.map((phase, index) => (
        // phases have no name but their place
        // oxlint-disable-next-line react/no-array-index-key
        <li key={index}>
          {say("stage.phase", { ordinal: index + 1 })} · {say(`level.${phase.level}`)} ·{" "}
          {say("stage.years", { years: phase.years })}
          {phase.gate === null ? null : <span className="quiet"> · {name(phase.gate)}</span>}
        </li>
      ))}
    </ol>
  );
}

function Awards({ awards }: { readonly awards: Stage["confers"] }) {
  const { name } = useWords();
  if (awards.length === 0) return "—";
  return (
    <ul className="awards">
      {awards.map(({ kind, title }) => (
        <li key={`${kind}/${title.zh}`}>{name(title)}</li>
      ))}
    </ul>
  );
}
