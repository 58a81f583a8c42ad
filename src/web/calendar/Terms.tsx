import { TextInput } from "@mantine/core";
import { useMutation } from "urql";
import { useWords } from "../app/language.tsx";
import { Day } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import { type SchoolCalendarQuery, SetTermDocument } from "../generated/documents.ts";
import { ActForm, CALENDAR, useTexts } from "./act.tsx";

type School = NonNullable<SchoolCalendarQuery["institution"]>;

/** The terms of a school, and one to be set: first week, length, weeks of examinations. */
export function Terms({ terms }: { readonly terms: School["terms"] }) {
  const { say } = useWords();
  return (
    <Sheet title={say("calendar.terms")} note={say("calendar.termsNote")}>
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">{say("calendar.term")}</th>
            <th scope="col">{say("calendar.firstMonday")}</th>
            <th scope="col">{say("calendar.weeks")}</th>
            <th scope="col">{say("calendar.examWeeks")}</th>
          </tr>
        </thead>
        <tbody>
          {terms.map(({ code, firstMonday, teachingWeeks, examWeeks }) => (
            <tr key={code}>
              <th scope="row" data-label={say("calendar.term")}>
                {code}
              </th>
              <td data-label={say("calendar.firstMonday")}>
                <Day date={firstMonday} />
              </td>
              <td data-label={say("calendar.weeks")}>{teachingWeeks}</td>
              <td data-label={say("calendar.examWeeks")}>{examWeeks.length === 0 ? "—" : examWeeks.join(", ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <TermForm />
    </Sheet>
  );
}

function TermForm() {
  const { say } = useWords();
  const [{ fetching }, setTerm] = useMutation(SetTermDocument);
  const { texts, field } = useTexts({ code: "", firstMonday: "", weeks: "", examWeeks: "" });
  const act = () => {
    const { code, firstMonday, weeks } = texts;
    const examWeeks = (texts.examWeeks.match(/\d+/g) ?? []).map(Number);
    return setTerm({ input: { code, firstMonday, teachingWeeks: Number(weeks), examWeeks } }, CALENDAR);
  };
  return (
    <ActForm label={say("calendar.setTerm")} fetching={fetching} act={act}>
      <TextInput label={say("calendar.term")} placeholder="2027-2028-1" maxLength={11} {...field("code")} />
      <TextInput type="date" label={say("calendar.firstMonday")} {...field("firstMonday")} />
      <TextInput type="number" label={say("calendar.weeks")} min={1} max={40} {...field("weeks")} />
      <TextInput
        label={say("calendar.examWeeks")}
        description={say("calendar.examNote")}
        {...field("examWeeks")}
        required={false}
      />
    </ActForm>
  );
}
