import { Badge } from "@mantine/core";
import { useWords } from "../app/language.tsx";
import { Day, School } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import type { Pathway } from "./PathwayPage.tsx";

/** The agreement that a pathway rests on: its state, the cohorts it holds for, and who signed. */
export function AgreementView({ agreement }: { readonly agreement: Pathway["agreement"] }) {
  const { say, name } = useWords();
  return (
    <Sheet
      title={name(agreement.title)}
      note={
        <>
          {say("version", { version: agreement.version })} ·{" "}
          {agreement.cohortUntil === null
            ? say("agreement.cohortsFrom", { from: agreement.cohortFrom })
            : say("agreement.cohorts", { from: agreement.cohortFrom, until: agreement.cohortUntil })}{" "}
          {agreement.invented ? (
            <Badge color="gray" component="span">
              {say("mark.invented")}
            </Badge>
          ) : null}
        </>
      }
      aside={
        <Badge color={agreement.status === "IN_FORCE" ? "teal" : "gray"} size="lg">
          {say(`agreement.${agreement.status}`)}
        </Badge>
      }
    >
      <table className="rows">
        <caption className="visually-hidden">{say("agreement.parties")}</caption>
        <thead>
          <tr>
            <th scope="col">{say("agreement.party")}</th>
            <th scope="col">{say("agreement.signatory")}</th>
            <th scope="col">{say("agreement.signedOn")}</th>
          </tr>
        </thead>
        <tbody>
          {agreement.parties.map(({ institution, enterpriseName, signatory, signedOn }) => (
            <tr key={institution?.id ?? enterpriseName?.zh}>
              <th scope="row" data-label={say("agreement.party")}>
                {institution === null ? (
                  enterpriseName === null ? (
                    "—"
                  ) : (
                    name(enterpriseName)
                  )
                ) : (
                  <School of={institution} />
                )}
              </th>
              <td data-label={say("agreement.signatory")}>{signatory ?? "—"}</td>
              <td data-label={say("agreement.signedOn")}>
                {signedOn === null ? say("agreement.unsigned") : <Day date={signedOn} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Sheet>
  );
}
