import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useQuery } from "urql";
import { formatCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { Amount, Cite, Day, Moment, School, useGradeText } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { MyStatementDocument, type MyStatementQuery } from "../generated/documents.ts";

type StatementData = NonNullable<MyStatementQuery["learner"]>["statement"];
/** How many movements are shown at first. */
const AT_FIRST = 8;

/** Balances in each currency, side by side and never added up; who vouches for them; and every movement. */
export function Statement({ learnerId }: { readonly learnerId: string }) {
  const { say } = useWords();
  const [days, setDays] = useState({ asOf: "", postedBy: "" });
  const variables = { learnerId, asOf: days.asOf || null, postedBy: days.postedBy || null };
  const [state, again] = useQuery({ query: MyStatementDocument, variables });
  return (
    <Sheet title={say("statement.title")} note={say("statement.note")}>
      <form className="question no-print" onSubmit={(event) => event.preventDefault()}>
        {(["asOf", "postedBy"] as const).map((field) => (
          <TextInput
            key={field}
            type="date"
            className="question-date"
            label={say(`statement.${field}`)}
            value={days[field]}
            onChange={(event) => setDays({ ...days, [field]: event.currentTarget.value })}
          />
        ))}
        <Button variant="default" onClick={() => window.print()}>
          {say("statement.print")}
        </Button>
      </form>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ learner }) =>
          learner === null || learner.statement.balances.length === 0 ? (
            <Empty>{say("statement.none")}</Empty>
          ) : (
            <>
              <Standing name={learner.name} statement={learner.statement} />
              <Balances statement={learner.statement} />
              <GradePoints statement={learner.statement} />
              <Movements statement={learner.statement} />
              <Seal statement={learner.statement} />
            </>
          )
        }
      </Answer>
    </Sheet>
  );
}

/** Whose it is and of which day it speaks, also on paper. */
function Standing({ name, statement }: { readonly name: string; readonly statement: StatementData }) {
  const { asOf, postedBy } = statement;
  const { say } = useWords();
  return (
    <p className="quiet">
      {name} · {say("statement.asOf")} <Day date={asOf} />
      {postedBy === null ? null : (
        <>
          {" · "}
          {say("statement.postedBy")} <Day date={postedBy} />
        </>
      )}
    </p>
  );
}

/** What each school's formula makes of the grades; nothing where it has none. */
function GradePoints({ statement: { gradePoints } }: { readonly statement: StatementData }) {
  const { say } = useWords();
  return gradePoints.map(({ institution, points, credits, results, citation }) => (
    <p key={institution.id} className="quiet">
      <School of={institution} /> {say("statement.gradePoints", { points: (points / 100).toFixed(2) })}{" "}
      {say("statement.gradePointsOf", { results, credits: formatCredits(credits) })}
      <Cite citation={citation} />
    </p>
  ));
}

/** Up to where the ledger was sealed: whoever keeps it on paper can prove later that nothing was changed. */
function Seal({ statement: { seal } }: { readonly statement: StatementData }) {
  const { say } = useWords();
  if (seal === null) return <p className="quiet">{say("statement.unsealed")}</p>;
  const { number, position, hash, sealedAt, unsealed } = seal;
  return (
    <p className="quiet">
      {say("statement.seal", { number, position })} <Moment at={sealedAt} />
      {unsealed === 0 ? null : ` · ${say("statement.sealTail", { count: unsealed })}`}
      <span className="code">{hash}</span>
    </p>
  );
}

function Balances({ statement }: { readonly statement: StatementData }) {
  const { say } = useWords();
  return (
    <ul className="balances">
      {statement.balances.map((balance) => (
        <li key={balance.unit} className="balance">
          <h3>{say(`unit.long.${balance.unit}`)}</h3>
          <p className="balance-amount">
            <span className="figure-number">{formatCredits(balance.banked)}</span> {say(`unit.${balance.unit}`)}
          </p>
          <dl>
            {(["held", "used", "recognised"] as const)
              .filter((part) => balance[part] !== 0)
              .map((part) => (
                <div key={part}>
                  <dt>{say(`balance.${part}`)}</dt>
                  <dd>{formatCredits(balance[part])}</dd>
                </div>
              ))}
            {statement.byInstitution
              .filter(({ unit }) => unit === balance.unit)
              .map(({ institution, credits }) => (
                <div key={institution.id}>
                  <dt>
                    <School of={institution} />
                  </dt>
                  <dd>{formatCredits(credits)}</dd>
                </div>
              ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}

type Entry = StatementData["entries"][number];
/** Kinds of movement that say more than that something was deposited. */
const MARKED = ["CORRECT", "REVERSE", "EXPIRE", "REVOKE", "SUPERSEDE"] as const;

/** The result, whether it was a make-up or a retake, and what was done to it. */
function Marks({ of: { kind, amount, achievement } }: { readonly of: Entry }) {
  const { say } = useWords();
  const gradeText = useGradeText();
  const marked = MARKED.find((each) => each === kind);
  const marks = [
    achievement === null || achievement.grade === null ? null : gradeText(achievement.grade),
    achievement === null || achievement.attempt === "FIRST" ? null : say(`attempt.${achievement.attempt}`),
    marked === undefined ? null : say(marked === "REVERSE" && amount > 0 ? "entry.COUNTED" : `entry.${marked}`),
  ].filter((mark) => mark !== null);
  return marks.length === 0 ? null : <span className="code">{marks.join(" · ")}</span>;
}

function Movements({ statement }: { readonly statement: StatementData }) {
  const { say, name } = useWords();
  const [all, setAll] = useState(false);
  if (statement.entries.length === 0) return null;
  return (
    <>
      <h3 className="sub-heading">{say("statement.movements")}</h3>
      <table className="rows">
        <caption className="visually-hidden">{say("statement.movements")}</caption>
        <thead>
          <tr>
            <th scope="col">{say("statement.effectiveOn")}</th>
            <th scope="col">{say("statement.what")}</th>
            <th scope="col" className="number">
              {say("statement.amount")}
            </th>
            <th scope="col" className="number">
              {say("statement.balanceAfter")}
            </th>
          </tr>
        </thead>
        <tbody>
          {statement.entries.map((entry, index) => (
            // one transaction may move several accounts
            // oxlint-disable-next-line react/no-array-index-key
            <tr key={`${entry.transactionId}/${index}`} className={all || index < AT_FIRST ? undefined : "folded"}>
              <td data-label={say("statement.effectiveOn")}>
                <Day date={entry.effectiveOn} />
              </td>
              <th scope="row" data-label={say("statement.what")}>
                {entry.achievement === null ? (entry.reason ?? entry.kind) : name(entry.achievement.title)}
                <Marks of={entry} />
              </th>
              <td data-label={say("statement.amount")} className="number">
                <span>
                  {entry.amount > 0 ? "+" : ""}
                  <Amount credits={entry.amount} unit={entry.unit} />
                </span>
              </td>
              <td data-label={say("statement.balanceAfter")} className="number">
                <Amount credits={entry.balanceAfter} unit={entry.unit} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {statement.entries.length <= AT_FIRST ? null : (
        <button type="button" className="disclosure" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? say("statement.fewer") : say("statement.all", { count: statement.entries.length })}
        </button>
      )}
    </>
  );
}
