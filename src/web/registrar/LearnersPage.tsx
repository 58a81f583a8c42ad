import { Anchor, Checkbox, TextInput } from "@mantine/core";
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
import { PathwaySheet } from "../status/PathwaySheet.tsx";
import { Check } from "../student/Check.tsx";
import { OpenLearner } from "./OpenLearner.tsx";
import { LearnerAccounts } from "./LearnerAccounts.tsx";
import { LearnerOnPaper } from "./LearnerOnPaper.tsx";

/** The learners of the registrar's school, found by number or name. */
export function LearnersPage() {
  const { say } = useWords();
  const [text, setText] = useState("");
  const [sought] = useDebouncedValue(text.trim(), 250);
  const [bankNumbers, setBankNumbers] = useState(false);
  const [opened, setOpened] = useState(0);
  const { capacity } = useViewer();
  const keeps = capacity.role === "REGISTRAR" || capacity.role === "REGISTRAR_CONFIRMER";
  return (
    <Page title={say("learners.title")} lead={say("learners.lead")}>
      {capacity.role === "REGISTRAR" ? <OpenLearner onOpened={() => setOpened((count) => count + 1)} /> : null}
      <Sheet title={say("learners.list")}>
        <TextInput
          type="search"
          label={say("learners.search")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          mb="md"
          maw={420}
        />
        {keeps ? (
          <Checkbox
            label={say("learners.onlyBankNumbers")}
            checked={bankNumbers}
            onChange={(event) => setBankNumbers(event.currentTarget.checked)}
            mb="md"
          />
        ) : null}
        <LearnerList key={`${sought} ${bankNumbers} ${opened}`} text={sought} bankNumbers={bankNumbers} />
      </Sheet>
    </Page>
  );
}

function LearnerList({ text, bankNumbers }: { readonly text: string; readonly bankNumbers: boolean }) {
  const { say, name } = useWords();
  const place = usePlace();
  const [state, again] = useQuery({
    query: SchoolLearnersDocument,
    variables: { text: text === "" ? null : text, bankNumbers, first: 20, after: place.after },
    requestPolicy: "cache-and-network",
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
                  <th scope="col">{say("column.anyNumber")}</th>
                  <th scope="col">{say("column.programme")}</th>
                  <th scope="col">{say("column.class")}</th>
                </tr>
              </thead>
              <tbody>
                {learners.edges.map(({ node: { id, name: learner, registrations, bankNumber } }) => {
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
                      <td data-label={say("column.anyNumber")}>
                        {registration?.studentNo ?? bankNumber?.number ?? "—"}
                      </td>
                      <td data-label={say("column.programme")}>
                        {registration !== undefined
                          ? name(registration.programme.title)
                          : bankNumber === null
                            ? "—"
                            : groundOf(say(`bankNumber.ground.${bankNumber.ground}`), bankNumber.remark)}
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

const groundOf = (ground: string, remark: string | null): string =>
  remark === null ? ground : `${ground} · ${remark}`;

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
          <PathwaySheet learnerId={learnerId} />
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
