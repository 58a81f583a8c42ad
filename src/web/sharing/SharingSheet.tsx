import { Badge, Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Day, Moment, School } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import {
  GiveSharingConsentDocument,
  type InstitutionNameFragment,
  RevokeSharingConsentDocument,
  SharingChoicesDocument,
  type SharingConsentRowFragment,
} from "../generated/documents.ts";

const CONSENTS = { additionalTypenames: ["SharingConsent"] };

/** Which schools may read what the learner has achieved: given, and taken back, by the learner or whoever stands for them. */
export function SharingSheet() {
  const { say } = useWords();
  const [state, again] = useQuery({
    query: SharingChoicesDocument,
    context: CONSENTS,
    requestPolicy: "cache-and-network",
  });
  return (
    <Sheet title={say("sharing.title")} note={say("sharing.note")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ sharingConsents, institutions }) => (
          <>
            {sharingConsents.length === 0 ? (
              <Empty>{say("sharing.none")}</Empty>
            ) : (
              <ConsentTable consents={sharingConsents} />
            )}
            <GiveForm
              schools={institutions.filter(
                ({ id, closedOn }) =>
                  closedOn === null &&
                  !sharingConsents.some(({ institution, inForce }) => inForce && institution.id === id),
              )}
            />
          </>
        )}
      </Answer>
    </Sheet>
  );
}

function ConsentTable({ consents }: { readonly consents: readonly SharingConsentRowFragment[] }) {
  const { say, name } = useWords();
  const [{ fetching }, revoke] = useMutation(RevokeSharingConsentDocument);
  const [fault, setFault] = useState<Fault | null>(null);

  async function takeBack(id: string) {
    setFault(null);
    const { data, error } = await revoke({ id }, CONSENTS);
    const result = data?.revokeSharingConsent;
    if (error !== undefined) setFault({ error });
    else if (result !== undefined && result.__typename !== "SharingConsentSuccess") setFault(result);
  }

  return (
    <>
      {fault === null ? null : <ErrorNote {...fault} />}
      <table className="rows">
        <caption className="visually-hidden">{say("sharing.title")}</caption>
        <thead>
          <tr>
            <th scope="col">{say("looks.school")}</th>
            <th scope="col">{say("sharing.since")}</th>
            <th scope="col">{say("sharing.state")}</th>
            <th scope="col">{say("sharing.do")}</th>
          </tr>
        </thead>
        <tbody>
          {consents.map((consent) => (
            <tr key={consent.id}>
              <th scope="row" data-label={say("looks.school")}>
                <School of={consent.institution} />
              </th>
              <td data-label={say("sharing.since")}>
                <Moment at={consent.givenAt} />
              </td>
              <td data-label={say("sharing.state")}>
                <Standing consent={consent} />
              </td>
              <td data-label={say("sharing.do")}>
                {consent.inForce ? (
                  <Button
                    size="xs"
                    variant="default"
                    loading={fetching}
                    aria-label={say("sharing.revokeOf", { school: name(consent.institution.name) })}
                    onClick={() => void takeBack(consent.id)}
                  >
                    {say("sharing.revoke")}
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

function Standing({ consent: { inForce, until, revokedAt } }: { readonly consent: SharingConsentRowFragment }) {
  const { say } = useWords();
  if (revokedAt !== null) {
    return (
      <span>
        {say("sharing.revoked")} <Moment at={revokedAt} />
      </span>
    );
  }
  return (
    <span>
      {inForce ? <Badge>{say("sharing.inForce")}</Badge> : say("sharing.over")}
      {until === null ? null : (
        <>
          {" "}
          {say("sharing.until")} <Day date={until} />
        </>
      )}
    </span>
  );
}

function GiveForm({ schools }: { readonly schools: readonly InstitutionNameFragment[] }) {
  const { say, name } = useWords();
  const { capacity } = useViewer();
  const [{ fetching }, give] = useMutation(GiveSharingConsentDocument);
  const [institutionId, setInstitutionId] = useState("");
  const [until, setUntil] = useState("");
  const [fault, setFault] = useState<Fault | null>(null);
  // one's own school holds the record already
  const others = schools.filter(({ id }) => id !== capacity.institution?.id);

  async function submit() {
    setFault(null);
    const { data, error } = await give({ input: { institutionId, until: until === "" ? null : until } }, CONSENTS);
    const result = data?.giveSharingConsent;
    if (error !== undefined) setFault({ error });
    else if (result !== undefined && result.__typename !== "SharingConsentSuccess") setFault(result);
    else {
      setInstitutionId("");
      setUntil("");
    }
  }

  return (
    <form
      className="record-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {fault === null ? null : <ErrorNote {...fault} />}
      <NativeSelect
        label={say("sharing.with")}
        data={[
          { value: "", label: say("sharing.choose") },
          ...others.map(({ id, name: title }) => ({ value: id, label: name(title) })),
        ]}
        value={institutionId}
        onChange={(event) => setInstitutionId(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label={say("sharing.last")}
        description={say("sharing.lastNote")}
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
      <div className="record-acts">
        <Button type="submit" loading={fetching} disabled={institutionId === ""}>
          {say("sharing.give")}
        </Button>
      </div>
    </form>
  );
}
