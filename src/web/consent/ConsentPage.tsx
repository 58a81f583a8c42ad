import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Page } from "../components/Page.tsx";
import { Empty } from "../components/states.tsx";
import { EvidenceSheet } from "../evidence/EvidenceSheet.tsx";
import { ConsentSheet } from "./ConsentSheet.tsx";

/** What waits for a guardian's consent, and what was given. */
export function ConsentPage() {
  const { say } = useWords();
  const { capacity } = useViewer();
  return (
    <Page title={say("consent.title")} lead={say("consent.lead")}>
      {capacity.learner === null ? (
        <Empty>{say("consent.none")}</Empty>
      ) : (
        <>
          <ConsentSheet learnerId={capacity.learner.id} />
          <EvidenceSheet learnerId={capacity.learner.id} />
        </>
      )}
    </Page>
  );
}
