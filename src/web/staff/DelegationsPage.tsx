import { Alert, Button, TextInput } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Day } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import {
  DelegateCapacityDocument,
  type DelegationRowFragment,
  DelegationsDocument,
  EndDelegationDocument,
  type Role,
} from "../generated/documents.ts";

const DELEGATIONS = { additionalTypenames: ["Delegation"] };

/** Roles whose holder may hand them on. */
const HANDED_ON: ReadonlySet<Role> = new Set([
  "REGISTRAR",
  "REGISTRAR_CONFIRMER",
  "DEPARTMENT_REVIEWER",
  "CLASS_TEACHER",
  "SIGNATORY",
  "PLANNER",
]);

/** What I handed on, what I hold for others, and the form to hand on what I act as. */
export function DelegationsPage() {
  const { say } = useWords();
  const { capacity } = useViewer();
  const [state, again] = useQuery({
    query: DelegationsDocument,
    context: DELEGATIONS,
    requestPolicy: "cache-and-network",
  });
  return (
    <Page title={say("delegations.title")} lead={say("delegations.lead")}>
      {HANDED_ON.has(capacity.role) && !capacity.delegated ? <DelegationForm /> : null}
      <Sheet title={say("delegations.list")}>
        <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
          {({ delegations }) =>
            delegations.length === 0 ? (
              <Empty>{say("delegations.none")}</Empty>
            ) : (
              <DelegationTable delegations={delegations} />
            )
          }
        </Answer>
      </Sheet>
    </Page>
  );
}

function DelegationForm() {
  const { say } = useWords();
  const { capacity } = useViewer();
  const [{ fetching }, delegate] = useMutation(DelegateCapacityDocument);
  const [form, setForm] = useState({ toLogin: "", until: "", reason: "" });
  const [fault, setFault] = useState<Fault | null>(null);
  const [given, setGiven] = useState<DelegationRowFragment | null>(null);
  const field = (name: keyof typeof form) => ({
    value: form[name],
    required: true,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      setForm({ ...form, [name]: event.currentTarget.value }),
  });

  async function act(event: SubmitEvent) {
    event.preventDefault();
    setFault(null);
    setGiven(null);
    const { data, error } = await delegate({ input: form }, DELEGATIONS);
    const result = data?.delegateCapacity;
    if (error !== undefined) setFault({ error });
    else if (result?.__typename === "DelegationSuccess") {
      setGiven(result.delegation);
      setForm({ toLogin: "", until: "", reason: "" });
    } else if (result !== undefined) setFault(result);
  }

  return (
    <Sheet title={say("delegations.form", { role: say(`role.${capacity.role}`) })} note={say("delegations.formNote")}>
      <form className="record-form" onSubmit={(event) => void act(event)}>
        <TextInput label={say("delegations.toLogin")} autoComplete="off" maxLength={100} {...field("toLogin")} />
        <TextInput type="date" label={say("delegations.until")} {...field("until")} />
        <TextInput label={say("delegations.reason")} maxLength={200} {...field("reason")} />
        <div className="record-acts">
          <Button type="submit" loading={fetching}>
            {say("delegations.give")}
          </Button>
        </div>
      </form>
      {fault === null ? null : <ErrorNote {...fault} />}
      {given === null ? null : (
        <Alert color="teal" role="status" mt="md">
          {say("delegations.given", { name: given.heldBy })} <Day date={given.until} />
        </Alert>
      )}
    </Sheet>
  );
}

function DelegationTable({ delegations }: { readonly delegations: readonly DelegationRowFragment[] }) {
  const { say, name } = useWords();
  const [{ fetching }, end] = useMutation(EndDelegationDocument);
  const [fault, setFault] = useState<Fault | null>(null);

  async function act(id: string) {
    setFault(null);
    const { data, error } = await end({ id }, DELEGATIONS);
    const result = data?.endDelegation;
    if (error !== undefined) setFault({ error });
    else if (result !== undefined && result.__typename !== "EndDelegationSuccess") setFault(result);
  }

  const within = ({ institution, department, schoolClass, alliance }: DelegationRowFragment["capacity"]) =>
    [
      institution === null ? "" : name(institution.name),
      department === null ? "" : name(department.name),
      schoolClass?.name ?? "",
      alliance === null ? "" : name(alliance.title),
    ].filter((part) => part !== "");
  return (
    <>
      {fault === null ? null : <ErrorNote {...fault} />}
      <table className="rows">
        <caption className="visually-hidden">{say("delegations.list")}</caption>
        <thead>
          <tr>
            <th scope="col">{say("delegations.role")}</th>
            <th scope="col">{say("delegations.from")}</th>
            <th scope="col">{say("delegations.to")}</th>
            <th scope="col">{say("delegations.days")}</th>
            <th scope="col">{say("delegations.reason")}</th>
            <th scope="col">{say("delegations.act")}</th>
          </tr>
        </thead>
        <tbody>
          {delegations.map((row) => (
            <tr key={row.id}>
              <th scope="row" data-label={say("delegations.role")}>
                {[say(`role.${row.capacity.role}`), ...within(row.capacity)].join(" · ")}
              </th>
              <td data-label={say("delegations.from")}>{row.givenBy}</td>
              <td data-label={say("delegations.to")}>{row.heldBy}</td>
              <td data-label={say("delegations.days")}>
                <span>
                  <Day date={row.since} /> – <Day date={row.until} />
                </span>
              </td>
              <td data-label={say("delegations.reason")}>{row.reason}</td>
              <td data-label={say("delegations.act")}>
                {row.mayEnd ? (
                  <Button
                    size="xs"
                    variant="default"
                    loading={fetching}
                    aria-label={say("delegations.endOf", { name: row.heldBy })}
                    onClick={() => void act(row.id)}
                  >
                    {say("delegations.end")}
                  </Button>
                ) : (
                  "—"
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
