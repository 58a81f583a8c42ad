import { NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "urql";
import { useWords } from "../app/language.tsx";
import { Cite, Moment } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import { Empty } from "../components/states.tsx";
import { type CalendarWindowKind, type SchoolCalendarQuery, SetWindowDocument } from "../generated/documents.ts";
import { ActForm, CALENDAR, useTexts } from "./act.tsx";

type School = NonNullable<SchoolCalendarQuery["institution"]>;
const KINDS: readonly CalendarWindowKind[] = ["SELECTION", "APPLICATION", "TRANSFER"];

/** When a school takes what, term by term. */
export function Windows({ school: { windows, terms } }: { readonly school: School }) {
  const { say } = useWords();
  return (
    <Sheet title={say("calendar.windows")} note={say("calendar.windowsNote")}>
      {windows.length === 0 ? (
        <Empty>{say("calendar.noWindows")}</Empty>
      ) : (
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">{say("calendar.window")}</th>
              <th scope="col">{say("calendar.term")}</th>
              <th scope="col">{say("calendar.opensAt")}</th>
              <th scope="col">{say("calendar.closesAt")}</th>
              <th scope="col">{say("calendar.basis")}</th>
            </tr>
          </thead>
          <tbody>
            {windows.map(({ kind, termCode, opensAt, closesAt, citation }) => (
              <tr key={`${kind}/${termCode}`}>
                <th scope="row" data-label={say("calendar.window")}>
                  {say(`calendar.${kind}`)}
                </th>
                <td data-label={say("calendar.term")}>{termCode}</td>
                <td data-label={say("calendar.opensAt")}>
                  <Moment at={opensAt} />
                </td>
                <td data-label={say("calendar.closesAt")}>
                  <Moment at={closesAt} />
                </td>
                <td data-label={say("calendar.basis")}>
                  <Cite citation={citation} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <WindowForm terms={terms} />
    </Sheet>
  );
}

/** What a browser's field of date and time holds, as a moment in China. */
const inChina = (local: string): string => `${local}:00+08:00`;

function WindowForm({ terms }: { readonly terms: School["terms"] }) {
  const { say } = useWords();
  const [{ fetching }, setWindow] = useMutation(SetWindowDocument);
  const { texts, field } = useTexts({
    kind: "SELECTION",
    termCode: terms[0]?.code ?? "",
    opensAt: "",
    closesAt: "",
    document: "",
    clause: "",
  });
  const act = () => {
    const { termCode, opensAt, closesAt, document, clause } = texts;
    const kind = KINDS.find((each) => each === texts.kind) ?? "SELECTION";
    const input = {
      kind,
      termCode,
      opensAt: inChina(opensAt),
      closesAt: inChina(closesAt),
      citation: { document, clause },
    };
    return setWindow({ input }, CALENDAR);
  };
  return (
    <ActForm label={say("calendar.setWindow")} fetching={fetching} act={act}>
      <NativeSelect
        label={say("calendar.window")}
        data={KINDS.map((value) => ({ value, label: say(`calendar.${value}`) }))}
        {...field("kind")}
      />
      <NativeSelect label={say("calendar.term")} data={terms.map(({ code }) => code)} {...field("termCode")} />
      <TextInput type="datetime-local" label={say("calendar.opensAt")} {...field("opensAt")} />
      <TextInput type="datetime-local" label={say("calendar.closesAt")} {...field("closesAt")} />
      <TextInput label={say("calendar.document")} maxLength={200} {...field("document")} />
      <TextInput label={say("calendar.clause")} maxLength={200} {...field("clause")} />
    </ActForm>
  );
}
