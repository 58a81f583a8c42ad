import { useState } from "react";
import { groupBy } from "../../domain/group-by.ts";
import { useWords } from "../app/language.tsx";
import { Cite } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import { Empty } from "../components/states.tsx";
import type { RefusalFamily } from "../generated/documents.ts";
import type { Answer, PlanMap, Refusal } from "./answer.ts";
import { Conditions } from "./Conditions.tsx";

/** How many achievements are shown at first. */
const AT_FIRST = 6;

interface RefusalsProps {
  readonly answer: Answer;
  readonly plan: PlanMap;
}

/** What was not recognised, in its two families: what cannot be, and what gave way to something better. */
export function Refusals({ answer, plan }: RefusalsProps) {
  const { say } = useWords();
  return (
    <Sheet id="refusals" title={say("refusals.title")} note={say("refusals.note")}>
      <div className="refusal-families">
        {(["INELIGIBLE", "OUTCOMPETED"] as const).map((family) => (
          <Family
            key={family}
            family={family}
            refusals={answer.refusals.filter((refusal) => refusal.family === family)}
            plan={plan}
          />
        ))}
      </div>
    </Sheet>
  );
}

interface FamilyProps {
  readonly family: RefusalFamily;
  readonly refusals: readonly Refusal[];
  readonly plan: PlanMap;
}

function Family({ family, refusals, plan }: FamilyProps) {
  const { say, name } = useWords();
  const [all, setAll] = useState(false);
  const bySource = [...groupBy(refusals, ({ achievements }) => achievements.map(({ id }) => id).join("+"))];
  const shown = all ? bySource : bySource.slice(0, AT_FIRST);
  return (
    <section className="family" data-family={family}>
      <h3>
        {say(`refusals.${family}`)} <span className="count">{refusals.length}</span>
      </h3>
      <p className="quiet">{say(`refusals.note.${family}`)}</p>
      {refusals.length === 0 ? <Empty>{say(`refusals.none.${family}`)}</Empty> : null}
      <ul className="refusal-list">
        {shown.map(([key, own]) => (
          <li key={key}>
            <h4>
              {own[0]?.achievements.map(({ title }) => name(title)).join(say("list.and")) || say("refusals.noSource")}
            </h4>
            <ul className="refusal-reasons">
              {own.map((refusal) => (
                <Reason
                  key={`${refusal.rule.id}/${refusal.code}/${refusal.targetCourses.map(({ id }) => id).join("+")}`}
                  refusal={refusal}
                  plan={plan}
                />
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {bySource.length <= AT_FIRST ? null : (
        <button type="button" className="disclosure" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? say("refusals.fewer") : say("refusals.all", { count: bySource.length })}
        </button>
      )}
    </section>
  );
}

function Reason({ refusal, plan }: { readonly refusal: Refusal; readonly plan: PlanMap }) {
  const { say, name } = useWords();
  const [open, setOpen] = useState(false);
  const node = refusal.nodeKey === null ? undefined : plan.node(refusal.nodeKey);
  const target =
    refusal.targetCourses.map(({ title }) => name(title)).join(say("list.and")) || (node && name(node.title));
  // the sentence names the first of them
  const unnamed = refusal.winners
    .map(({ title }) => name(title))
    .filter((winner) => !refusal.sentence.includes(winner));
  return (
    <li className="reason">
      {target ? <span className="reason-target">{say("refusals.for", { target })}</span> : null}
      <p>{refusal.sentence}</p>
      {unnamed.length === 0 ? null : (
        <p className="winner">{say("refusals.winner", { winner: unnamed.join(say("list.and")) })}</p>
      )}
      <button type="button" className="disclosure" aria-expanded={open} onClick={() => setOpen(!open)}>
        {say("refusals.detail")}
      </button>
      {open ? (
        <div className="reason-detail">
          <p>
            <strong>{name(refusal.rule.title)}</strong> <Cite citation={refusal.rule.citation} />
          </p>
          <Conditions conditions={refusal.conditions} />
          <p className="quiet">
            <code>{refusal.code}</code>
          </p>
        </div>
      ) : null}
    </li>
  );
}
