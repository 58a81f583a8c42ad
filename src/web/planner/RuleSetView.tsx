import { Badge, TextInput } from "@mantine/core";
import { useState } from "react";
import { useWords } from "../app/language.tsx";
import { Cite, Day } from "../components/field.tsx";
import { Empty } from "../components/states.tsx";
import type { RuleSetViewFragment } from "../generated/documents.ts";

type Rule = RuleSetViewFragment["rules"][number];
/** From this number of rules on, one may search among them. */
const SEARCH_FROM = 8;
/** How many rules are shown at first. */
const AT_FIRST = 10;

/** A rule set in sentences: its rules, caps and exclusions, each with what it rests on. */
export function RuleSetView({ set }: { readonly set: RuleSetViewFragment }) {
  const { say } = useWords();
  return (
    <div className="rule-set">
      <p className="quiet">
        {say(`owner.${set.owner}`)} · {say("version", { version: set.version })} · {say("ruleSet.from")}{" "}
        <Day date={set.effectiveFrom} />
        {set.effectiveUntil === null ? null : (
          <>
            {" "}
            {say("ruleSet.until")} <Day date={set.effectiveUntil} />
          </>
        )}{" "}
        · <Cite citation={set.citation} />
      </p>
      <Rules rules={set.rules} />
      {set.caps.length === 0 ? null : (
        <>
          <h3 className="sub-heading">{say("ruleSet.caps")}</h3>
          <ul className="sentences">
            {set.caps.map((cap) => (
              <li key={cap.key}>
                {cap.sentence} <Cite citation={cap.citation} />
              </li>
            ))}
          </ul>
        </>
      )}
      {set.exclusions.length === 0 ? null : (
        <>
          <h3 className="sub-heading">{say("ruleSet.exclusions")}</h3>
          <ul className="sentences">
            {set.exclusions.map((exclusion) => (
              <li key={exclusion.key}>
                {exclusion.sentence} <Cite citation={exclusion.citation} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Rules({ rules }: { readonly rules: readonly Rule[] }) {
  const { say } = useWords();
  const [text, setText] = useState("");
  const [all, setAll] = useState(false);
  const sought = text.trim().toLowerCase();
  const found = rules.filter((rule) =>
    [rule.key, rule.title.zh, rule.title.en, rule.sourceSentence, rule.targetSentence].some((part) =>
      part.toLowerCase().includes(sought),
    ),
  );
  const shown = all ? found : found.slice(0, AT_FIRST);
  return (
    <>
      {rules.length < SEARCH_FROM ? null : (
        <TextInput
          type="search"
          label={say("ruleSet.search")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maw={420}
          mb="md"
        />
      )}
      {found.length === 0 ? <Empty>{say("ruleSet.noRules")}</Empty> : null}
      <ul className="rules">
        {shown.map((rule) => (
          <RuleItem key={rule.id} rule={rule} />
        ))}
      </ul>
      {found.length <= AT_FIRST ? null : (
        <button type="button" className="disclosure" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? say("ruleSet.fewer") : say("ruleSet.all", { count: found.length })}
        </button>
      )}
    </>
  );
}

function RuleItem({ rule }: { readonly rule: Rule }) {
  const { say, name } = useWords();
  return (
    <li className="rule">
      <p className="rule-title">
        <strong>{name(rule.title)}</strong>
        {rule.discretion ? (
          <Badge color="amber" component="span">
            {say("check.line.discretion")}
          </Badge>
        ) : null}
        {rule.shared ? (
          <Badge color="ink" component="span">
            {say("ruleSet.shared")}
          </Badge>
        ) : null}
      </p>
      <dl className="rule-sides">
        <div>
          <dt>{say("rule.source")}</dt>
          <dd>{rule.sourceSentence}</dd>
        </div>
        <div>
          <dt>{say("rule.target")}</dt>
          <dd>{rule.targetSentence}</dd>
        </div>
        <div>
          <dt>{say("rule.conversion")}</dt>
          <dd>{rule.conversionSentence}</dd>
        </div>
        <div>
          <dt>{say("rule.grade")}</dt>
          <dd>{rule.recordedGradeSentence}</dd>
        </div>
      </dl>
      <p className="rule-cite">
        <code>{rule.key}</code> {say("version", { version: rule.version })} · <Cite citation={rule.citation} />
      </p>
    </li>
  );
}
