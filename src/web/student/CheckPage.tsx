import { useNavigate, useSearch } from "@tanstack/react-router";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Page } from "../components/Page.tsx";
import { Empty } from "../components/states.tsx";
import { Check } from "./Check.tsx";

/** The student's question: what are my credits worth? */
export function CheckPage() {
  const { say } = useWords();
  const { capacity } = useViewer();
  const search = useSearch({ from: "/student" });
  const navigate = useNavigate();
  return (
    <Page title={say("check.title")} lead={say("check.lead")}>
      {capacity.learner === null ? (
        <Empty>{say("check.noLearner")}</Empty>
      ) : (
        <Check
          learnerId={capacity.learner.id}
          search={search}
          onAsk={(next) => void navigate({ to: "/student", search: next, replace: true })}
        />
      )}
    </Page>
  );
}
