import { Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import { ClassAccountsDocument, OpenAccountsDocument } from "../generated/documents.ts";
import { type Codes, CodeSheet } from "./CodeSheet.tsx";

/** Opens accounts, class by class, with a code on paper for everyone who has none. */
export function AccountsPage() {
  const { say } = useWords();
  const [state, again] = useQuery({ query: ClassAccountsDocument });
  const [{ fetching }, open] = useMutation(OpenAccountsDocument);
  const [renew, setRenew] = useState(false);
  const [issued, setIssued] = useState<{ readonly title: string; readonly codes: Codes } | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);

  async function openClass(classId: string, title: string) {
    setFault(null);
    setIssued(null);
    const { data, error } = await open({ classId, renew });
    const result = data?.openAccounts;
    if (result?.__typename === "CodesSuccess") {
      setIssued({ title, codes: result.codes });
      again({ requestPolicy: "network-only" });
    } else setFault(result === undefined ? (error === undefined ? {} : { error }) : result);
  }

  return (
    <Page title={say("accounts.title")} lead={say("accounts.lead")}>
      {fault === null ? null : <ErrorNote {...fault} />}
      {issued === null ? null : (
        <Sheet title={say("codes.of", { name: issued.title })}>
          {issued.codes.length === 0 ? (
            <Empty>{say("accounts.nothingNew")}</Empty>
          ) : (
            <CodeSheet codes={issued.codes} title={issued.title} />
          )}
        </Sheet>
      )}
      <Sheet title={say("accounts.classes")}>
        <Checkbox
          label={say("accounts.renew")}
          checked={renew}
          onChange={(event) => setRenew(event.currentTarget.checked)}
          mb="md"
        />
        <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
          {({ classAccounts }) =>
            classAccounts.length === 0 ? (
              <Empty>{say("accounts.noClass")}</Empty>
            ) : (
              <table className="rows">
                <caption className="visually-hidden">{say("accounts.classes")}</caption>
                <thead>
                  <tr>
                    <th scope="col">{say("column.class")}</th>
                    <th scope="col">{say("accounts.entryYear")}</th>
                    <th scope="col">{say("accounts.learners")}</th>
                    <th scope="col">{say("accounts.withAccount")}</th>
                    <th scope="col">
                      <span className="visually-hidden">{say("accounts.open")}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {classAccounts.map(({ id, name, entryYear, learners, accounts }) => (
                    <tr key={id}>
                      <th scope="row" data-label={say("column.class")}>
                        {name}
                      </th>
                      <td data-label={say("accounts.entryYear")}>{entryYear}</td>
                      <td data-label={say("accounts.learners")}>{learners}</td>
                      <td data-label={say("accounts.withAccount")}>{accounts}</td>
                      <td>
                        <Button
                          size="xs"
                          variant="default"
                          disabled={fetching || learners === 0 || (accounts >= learners && !renew)}
                          aria-label={say("accounts.openFor", { name })}
                          onClick={() => void openClass(id, name)}
                        >
                          {say("accounts.open")}
                        </Button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )
          }
        </Answer>
      </Sheet>
    </Page>
  );
}
