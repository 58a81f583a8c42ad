import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Page } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { type StatusChangeState, StatusChangesDocument } from "../generated/documents.ts";
import { ChangeSheet } from "./ChangeSheet.tsx";
import { RecordForm } from "./RecordForm.tsx";

/** What an act on changes makes old. */
export const CHANGES = { additionalTypenames: ["StatusChange", "Registration"] };
const STATES = ["RECORDED", "CONFIRMED", "REJECTED"] as const;

const stateOf = (text: string): StatusChangeState | null => STATES.find((state) => state === text) ?? null;

/** Changes of status (学籍异动): of the school's learners, for its registrars; of oneself, for a learner or who stands for them. */
export function ChangesPage() {
  const { say } = useWords();
  const { role } = useViewer().capacity;
  const ofSchool = role === "REGISTRAR" || role === "REGISTRAR_CONFIRMER";
  const place = usePlace();
  const [state, setState] = useState<StatusChangeState | null>(null);
  const [answer, again] = useQuery({
    query: StatusChangesDocument,
    variables: { state, first: 10, after: place.after },
    context: CHANGES,
    requestPolicy: "cache-and-network",
  });
  return (
    <Page title={say("changes.title")} lead={say(ofSchool ? "changes.lead" : "changes.ownLead")}>
      {role === "REGISTRAR" ? <RecordForm /> : null}
      {ofSchool ? (
        <NativeSelect
          mb="md"
          maw={320}
          label={say("changes.show")}
          value={state ?? ""}
          onChange={(event) => setState(stateOf(event.currentTarget.value))}
          data={[
            { value: "", label: say("changes.all") },
            ...STATES.map((value) => ({ value, label: say(`changes.state.${value}`) })),
          ]}
        />
      ) : null}
      <Answer state={answer} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ statusChanges: { edges, pageInfo } }) => (
          <>
            {edges.length === 0 ? <Empty>{say("changes.none")}</Empty> : null}
            {edges.map(({ node }) => (
              <ChangeSheet key={node.id} change={node} />
            ))}
            <Pager place={place} marks={pageInfo} />
          </>
        )}
      </Answer>
    </Page>
  );
}
