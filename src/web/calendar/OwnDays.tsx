import { NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "urql";
import { useWords } from "../app/language.tsx";
import { Cite, Day } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import { Empty } from "../components/states.tsx";
import { type SchoolCalendarQuery, type SchoolDayKind, SetSchoolDayDocument } from "../generated/documents.ts";
import { ActForm, CALENDAR, useTexts } from "./act.tsx";

type School = NonNullable<SchoolCalendarQuery["institution"]>;
const KINDS: readonly SchoolDayKind[] = ["OFF", "TAUGHT", "ORDINARY"];

/** What the school says of its own days, before the public calendar. */
export function OwnDays({ days }: { readonly days: School["ownDays"] }) {
  const { say } = useWords();
  return (
    <Sheet title={say("calendar.ownDays")} note={say("calendar.ownDaysNote")}>
      {days.length === 0 ? (
        <Empty>{say("calendar.noOwnDays")}</Empty>
      ) : (
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">{say("calendar.date")}</th>
              <th scope="col">{say("calendar.what")}</th>
              <th scope="col">{say("calendar.basis")}</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ date, kind, taughtAs, citation }) => (
              <tr key={date}>
                <th scope="row" data-label={say("calendar.date")}>
                  <Day date={date} />
                </th>
                <td data-label={say("calendar.what")}>
                  {say(`calendar.${kind}`)} {taughtAs === null ? null : <Day date={taughtAs} />}
                </td>
                <td data-label={say("calendar.basis")}>
                  <Cite citation={citation} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <DayForm />
    </Sheet>
  );
}

function DayForm() {
  const { say } = useWords();
  const [{ fetching }, setDay] = useMutation(SetSchoolDayDocument);
  const { texts, field } = useTexts({ date: "", kind: "OFF", taughtAs: "", document: "", clause: "" });
  const act = () => {
    const { date, taughtAs, document, clause } = texts;
    const kind = KINDS.find((each) => each === texts.kind) ?? "OFF";
    const input = { date, kind, taughtAs: kind === "TAUGHT" ? taughtAs : null, citation: { document, clause } };
    return setDay({ input }, CALENDAR);
  };
  return (
    <ActForm label={say("calendar.setDay")} fetching={fetching} act={act}>
      <TextInput type="date" label={say("calendar.date")} {...field("date")} />
      <NativeSelect
        label={say("calendar.what")}
        data={KINDS.map((value) => ({ value, label: say(`calendar.${value}`) }))}
        {...field("kind")}
      />
      {texts.kind === "TAUGHT" ? (
        <TextInput type="date" label={say("calendar.taughtAs")} {...field("taughtAs")} />
      ) : null}
      <TextInput label={say("calendar.document")} maxLength={200} {...field("document")} />
      <TextInput label={say("calendar.clause")} maxLength={200} {...field("clause")} />
    </ActForm>
  );
}
