import { NativeSelect, TextInput, Textarea } from "@mantine/core";
import { useMutation } from "urql";
import { useWords } from "../app/language.tsx";
import { Empty } from "../components/states.tsx";
import { Sheet } from "../components/Page.tsx";
import { type BellSeason, type SchoolCalendarQuery, SetBellsDocument } from "../generated/documents.ts";
import { ActForm, CALENDAR, useTexts } from "./act.tsx";

type School = NonNullable<SchoolCalendarQuery["institution"]>;
const SEASONS: readonly BellSeason[] = ["YEAR", "SUMMER", "WINTER"];

/** When the periods begin and end, by campus and season, and a set to be put in the place of one. */
export function Bells({ school: { bellSets, campuses } }: { readonly school: School }) {
  const { say, name } = useWords();
  return (
    <Sheet title={say("calendar.bells")} note={say("calendar.bellsNote")}>
      {bellSets.length === 0 ? <Empty>{say("calendar.noBells")}</Empty> : null}
      {bellSets.map(({ campus, season, startsOn, bells }) => (
        <div key={`${campus?.id}/${season}`}>
          <h3 className="sub-heading">
            {[campus === null ? say("calendar.everyCampus") : name(campus.name), say(`calendar.${season}`), startsOn]
              .filter((part) => part !== null)
              .join(" · ")}
          </h3>
          <p>{bells.map(({ period, startsAt, endsAt }) => `${period}: ${startsAt}–${endsAt}`).join("　")}</p>
        </div>
      ))}
      <BellForm campuses={campuses} />
    </Sheet>
  );
}

function BellForm({ campuses }: { readonly campuses: School["campuses"] }) {
  const { say, name } = useWords();
  const [{ fetching }, setBells] = useMutation(SetBellsDocument);
  const { texts, field } = useTexts({ campus: "", season: "YEAR", startsOn: "", bells: "" });
  const act = () => {
    const season = SEASONS.find((each) => each === texts.season) ?? "YEAR";
    const lines = texts.bells.split("\n").filter((line) => line.trim() !== "");
    const bells = lines.map((line, place) => {
      const [startsAt = "", endsAt = ""] = line.match(/\d{1,2}[:：]\d{2}/g) ?? [];
      return { period: place + 1, startsAt: startsAt.replace("：", ":"), endsAt: endsAt.replace("：", ":") };
    });
    const campusId = texts.campus === "" ? null : texts.campus;
    return setBells(
      { input: { campusId, season, startsOn: season === "YEAR" ? null : texts.startsOn, bells } },
      CALENDAR,
    );
  };
  return (
    <ActForm label={say("calendar.setBells")} fetching={fetching} act={act}>
      <NativeSelect
        label={say("calendar.campus")}
        data={[
          { value: "", label: say("calendar.everyCampus") },
          ...campuses.map(({ id, name: title }) => ({ value: id, label: name(title) })),
        ]}
        {...field("campus")}
        required={false}
      />
      <NativeSelect
        label={say("calendar.season")}
        data={SEASONS.map((value) => ({ value, label: say(`calendar.${value}`) }))}
        {...field("season")}
      />
      {texts.season === "YEAR" ? null : (
        <TextInput label={say("calendar.startsOn")} placeholder="05-01" maxLength={5} {...field("startsOn")} />
      )}
      <Textarea
        label={say("calendar.periods")}
        description={say("calendar.periodsNote")}
        placeholder={"08:00-08:45\n08:55-09:40"}
        autosize
        minRows={4}
        {...field("bells")}
      />
    </ActForm>
  );
}
