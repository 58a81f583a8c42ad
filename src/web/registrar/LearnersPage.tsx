import { Anchor, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { ConsentSheet } from "../consent/ConsentSheet.tsx";
import { EvidenceSheet } from "../evidence/EvidenceSheet.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { ErasureSheet } from "../erasure/ErasureSheet.tsx";
import { SchoolLearnersDocument } from "../generated/documents.ts";
import { Check } from "../student/Check.tsx";
import { LearnerAccounts } from "./LearnerAccounts.tsx";
import { LearnerOnPaper } from "./LearnerOnPaper.tsx";

/** The learners of the registrar's school, found by number or name. */
export function LearnersPage() {
  const { say } = useWords();
  const [text, setText] = useState("");
  const [sought] = useDebouncedValue(text.trim(), 250);
  return (
    <Page title={say("learners.title")} lead={say("learners.lead")}>
      <Sheet title={say("learners.list")}>
        <TextInput
          type="search"
          label={say("learners.search")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          mb="md"
          maw={420}
        />
        <LearnerList key={sought} text={sought} />
      </Sheet>
    </Page>
  );
}

function LearnerList({ text }: { readonly text: string }) {
  const { say, name } = useWords();
  const place = usePlace();
  const [state, again] = useQuery({
    query: SchoolLearnersDocument,
    variables: { text: text === "" ? null : text, first: 20, after: place.after },
  });
  return (
    <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
      {({ learners }) =>
        learners.edges.length === 0 ? (
          <Empty>{say("learners.none")}</Empty>
        ) : (
          <>
            <table className="rows">
              <caption className="visually-hidden">{say("learners.list")}</caption>
              <thead>
                <tr>
                  <th scope="col">{say("column.learner")}</th>
                  <th scope="col">{say("column.studentNo")}</th>
                  <th scope="col">{say("column.programme")}</th>
                  <th scope="col">{say("column.class")}</th>
                </tr>
              </thead>
              <tbody>
                {learners.edges.map(({ node: { id, name: learner, registrations } }) => {
                  const [registration] = registrations;
                  return (
                    <tr key={id}>
                      <th scope="row" data-label={say("column.learner")}>
                        <Anchor
                          component={Link}
                          to={`/registrar/learners/${encodeURIComponent(id)}`}
                          inherit
                          underline="always"
                        >
                          {learner}
                        </Anchor>
                      </th>
                      <td data-label={say("column.studentNo")}>{registration?.studentNo ?? "—"}</td>
                      <td data-label={say("column.programme")}>
                        {registration === undefined ? "—" : name(registration.programme.title)}
                      </td>
                      <td data-label={say("column.class")}>{registration?.className ?? "—"}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
            <Pager place={place} marks={learners.pageInfo} />
          </>
        )
      }
    </Answer>
  );
}

/** The same check, asked by the registrar for one learner. */
export function LearnerCheckPage() {
  const { say } = useWords();
  const { learnerId } = useParams({ from: "/registrar/learners/$learnerId" });
  const search = useSearch({ from: "/registrar/learners/$learnerId" });
  const navigate = useNavigate();
  const { capacity } = useViewer();
  return (
    <Page
      title={say("learners.check")}
      lead={
        <Anchor component={Link} to="/registrar/learners" underline="always">
          {say("learners.back")}
        </Anchor>
      }
    >
      <Check
        learnerId={learnerId}
        search={search}
        onAsk={(next) =>
          void navigate({ to: "/registrar/learners/$learnerId", params: { learnerId }, search: next, replace: true })
        }
      />
      {capacity.role === "REGISTRAR" ? (
        <>
          <LearnerOnPaper learnerId={learnerId} />
          <LearnerAccounts learnerId={learnerId} />
          <ErasureSheet learnerId={learnerId} />
        </>
      ) : null}
      {capacity.role === "DEPARTMENT_REVIEWER" ? null : (
        <>
          <ConsentSheet learnerId={learnerId} />
          <EvidenceSheet learnerId={learnerId} />
        </>
      )}
    </Page>
  );
}
