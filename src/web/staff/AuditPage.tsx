import { Button, NativeSelect, TextInput } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import { useQuery } from "urql";
import { addDays } from "../../domain/date.ts";
import { useWords } from "../app/language.tsx";
import { Moment, School } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty } from "../components/states.tsx";
import {
  AuditEntriesDocument,
  type AuditFilter,
  type AuditOutcome,
  type AuditRowFragment,
  type SignInMethod,
} from "../generated/documents.ts";

const OUTCOMES = ["DONE", "REFUSED", "FAILED"] as const satisfies readonly AuditOutcome[];
/** What the log gives as the reason of a sign-in. */
const METHODS = ["DEMO", "ISSUER", "CODE", "PASSWORD", "PASSKEY"] as const satisfies readonly SignInMethod[];
const NOTHING = { accountLogin: "", action: "", from: "", until: "", outcome: "" };

/** The days of a form as moments of China's clock; the last day is a whole one. */
function filterOf(form: typeof NOTHING): AuditFilter {
  const outcome = OUTCOMES.find((each) => each === form.outcome);
  return {
    ...(form.accountLogin.trim() === "" ? {} : { accountLogin: form.accountLogin.trim() }),
    ...(form.action.trim() === "" ? {} : { action: form.action.trim() }),
    ...(form.from === "" ? {} : { from: `${form.from}T00:00:00+08:00` }),
    ...(form.until === "" ? {} : { until: `${addDays(form.until, 1)}T00:00:00+08:00` }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}

/** The audit log, searched by whoever may read it. */
export function AuditPage() {
  const { say } = useWords();
  const [form, setForm] = useState(NOTHING);
  const [filter, setFilter] = useState<AuditFilter>({});
  const field = (name: keyof typeof form) => ({
    value: form[name],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      setForm({ ...form, [name]: event.currentTarget.value }),
  });

  function search(event: SubmitEvent) {
    event.preventDefault();
    setFilter(filterOf(form));
  }

  return (
    <Page title={say("audit.title")} lead={say("audit.lead")}>
      <Sheet title={say("audit.search")}>
        <form className="record-form" onSubmit={search}>
          <TextInput label={say("audit.login")} autoComplete="off" maxLength={100} {...field("accountLogin")} />
          <TextInput
            label={say("audit.action")}
            placeholder="achievement.read"
            autoComplete="off"
            maxLength={100}
            {...field("action")}
          />
          <TextInput type="date" label={say("audit.from")} {...field("from")} />
          <TextInput type="date" label={say("audit.until")} {...field("until")} />
          <NativeSelect
            label={say("audit.outcome")}
            data={[
              { value: "", label: say("audit.any") },
              ...OUTCOMES.map((value) => ({ value, label: say(`audit.outcome.${value}`) })),
            ]}
            {...field("outcome")}
          />
          <div className="record-acts">
            <Button type="submit">{say("audit.find")}</Button>
          </div>
        </form>
      </Sheet>
      <Found
        key={JSON.stringify(filter)}
        filter={filter}
        onLearner={(learnerId) => setFilter({ ...filter, learnerId })}
      />
    </Page>
  );
}

interface FoundProps {
  readonly filter: AuditFilter;
  /** Goes on with the entries that name a learner. */
  readonly onLearner: (learnerId: string) => void;
}

function Found({ filter, onLearner }: FoundProps) {
  const { say } = useWords();
  const place = usePlace();
  const [state, again] = useQuery({
    query: AuditEntriesDocument,
    variables: { filter, first: 20, after: place.after },
    requestPolicy: "network-only",
  });
  return (
    <Sheet title={say(filter.learnerId === undefined ? "audit.list" : "audit.listOfLearner")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ auditEntries }) =>
          auditEntries.edges.length === 0 ? (
            <Empty>{say("audit.none")}</Empty>
          ) : (
            <>
              <EntryTable entries={auditEntries.edges.map(({ node }) => node)} onLearner={onLearner} />
              <Pager place={place} marks={auditEntries.pageInfo} />
            </>
          )
        }
      </Answer>
    </Sheet>
  );
}

interface EntryTableProps {
  readonly entries: readonly AuditRowFragment[];
  readonly onLearner: (learnerId: string) => void;
}

function EntryTable({ entries, onLearner }: EntryTableProps) {
  const { say } = useWords();
  return (
    <table className="rows">
      <caption className="visually-hidden">{say("audit.list")}</caption>
      <thead>
        <tr>
          <th scope="col">{say("looks.what")}</th>
          <th scope="col">{say("looks.who")}</th>
          <th scope="col">{say("looks.school")}</th>
          <th scope="col">{say("audit.learners")}</th>
          <th scope="col">{say("audit.outcome")}</th>
          <th scope="col">{say("audit.whence")}</th>
          <th scope="col">{say("looks.at")}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <EntryRow key={entry.id} entry={entry} onLearner={onLearner} />
        ))}
      </tbody>
    </table>
  );
}

function EntryRow({ entry, onLearner }: { readonly entry: AuditRowFragment } & Pick<EntryTableProps, "onLearner">) {
  const { say } = useWords();
  const { account, action, address, institution, learnerCount, outcome, problem, reason, role, times } = entry;
  const [learnerId] = entry.learnerIds;
  const method = METHODS.find((each) => each === reason);
  const why = action.startsWith("session.") && method !== undefined ? say(`account.method.${method}`) : reason;
  const whence = [address, why].filter((part) => part !== null).join(" · ");
  return (
    <tr>
      <th scope="row" data-label={say("looks.what")}>
        {entry.actionText}
        {times > 1 ? ` × ${times}` : ""}
        <span className="code">{action}</span>
      </th>
      <td data-label={say("looks.who")}>
        {[account?.displayName, role === null ? (account === null ? say("looks.service") : null) : say(`role.${role}`)]
          .filter((part) => typeof part === "string")
          .join(" · ")}
        {account === null ? null : <span className="code">{account.login}</span>}
      </td>
      <td data-label={say("looks.school")}>{institution === null ? "—" : <School of={institution} />}</td>
      <td data-label={say("audit.learners")}>
        {learnerCount === 1 && learnerId !== undefined ? (
          <Button size="xs" variant="default" onClick={() => onLearner(learnerId)}>
            {say("audit.onlyLearner")}
          </Button>
        ) : (
          learnerCount || "—"
        )}
      </td>
      <td data-label={say("audit.outcome")}>
        {say(`audit.outcome.${outcome}`)}
        {problem === null ? null : <span className="code">{problem}</span>}
      </td>
      <td data-label={say("audit.whence")}>{whence === "" ? "—" : whence}</td>
      <td data-label={say("looks.at")}>
        <Moment at={entry.at} />
      </td>
    </tr>
  );
}
