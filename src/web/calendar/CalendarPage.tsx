import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Page } from "../components/Page.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { SchoolCalendarDocument } from "../generated/documents.ts";
import { CALENDAR } from "./act.tsx";
import { Bells } from "./Bells.tsx";
import { OwnDays } from "./OwnDays.tsx";
import { Terms } from "./Terms.tsx";
import { Windows } from "./Windows.tsx";

/** The calendar of the registrar's school: terms, bells, its own days, and when it takes what. */
export function CalendarPage() {
  const { say } = useWords();
  const { capacity } = useViewer();
  const [state, again] = useQuery({
    query: SchoolCalendarDocument,
    variables: { key: capacity.institution?.key ?? "" },
    context: CALENDAR,
    requestPolicy: "cache-and-network",
  });
  return (
    <Page title={say("calendar.title")} lead={say("calendar.lead")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ institution }) =>
          institution === null ? (
            <Empty>{say("calendar.noSchool")}</Empty>
          ) : (
            <>
              <Terms terms={institution.terms} />
              <Windows school={institution} />
              <OwnDays days={institution.ownDays} />
              <Bells school={institution} />
            </>
          )
        }
      </Answer>
    </Page>
  );
}
