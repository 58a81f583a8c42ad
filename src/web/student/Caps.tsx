import { formatCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { Cite, Day } from "../components/field.tsx";
import { Empty } from "../components/states.tsx";
import type { Answer } from "./answer.ts";

/** How much of each upper limit is taken. */
export function Caps({ caps }: { readonly caps: Answer["caps"] }) {
  const { say, name } = useWords();
  if (caps.length === 0) return <Empty>{say("check.caps.none")}</Empty>;
  const tightest = [...caps].sort((a, b) => b.used * a.limit - a.used * b.limit);
  return (
    <ul className="caps">
      {tightest.map((cap) => {
        const amount = (value: number) => (cap.unit === "CREDITS" ? formatCredits(value) : String(value));
        const title = name(cap.title);
        const words = { used: amount(cap.used), limit: amount(cap.limit) };
        return (
          <li key={`${cap.ruleSet.id}/${cap.title.zh}`}>
            <div className="cap-head">
              <span className="cap-title">{title}</span>
              <span className="cap-figures">{say(`cap.${cap.unit}`, words)}</span>
            </div>
            <meter
              className="visually-hidden"
              aria-label={title}
              min={0}
              max={Math.max(1, cap.limit)}
              value={Math.min(cap.used, Math.max(1, cap.limit))}
            >
              {cap.sentence}
            </meter>
            <div className="cap-bar" data-full={cap.used >= cap.limit} aria-hidden="true">
              <span style={{ width: `${cap.limit === 0 ? 100 : Math.min(100, (100 * cap.used) / cap.limit)}%` }} />
            </div>
            <p className="quiet">{name(cap.ruleSet.title)}</p>
            <Cite citation={cap.citation} />
          </li>
        );
      })}
    </ul>
  );
}

/** The rule sets that took part, in order of precedence. */
export function RuleSets({ ruleSets }: { readonly ruleSets: Answer["ruleSets"] }) {
  const { say, name } = useWords();
  if (ruleSets.length === 0) return <Empty>{say("check.ruleSets.none")}</Empty>;
  return (
    <ol className="rule-set-list">
      {ruleSets.map((set) => (
        <li key={set.id}>
          <strong>{name(set.title)}</strong>
          <p className="quiet">
            {say(`owner.${set.owner}`)} · {say("version", { version: set.version })} · {say("ruleSet.from")}{" "}
            <Day date={set.effectiveFrom} />
          </p>
          <p>
            <Cite citation={set.citation} />
          </p>
        </li>
      ))}
    </ol>
  );
}
