import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { AchievementTable } from "../components/AchievementTable.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { MyAchievementsDocument } from "../generated/documents.ts";
import { Statement } from "./Statement.tsx";

/** What the student owns: achievements, and the statement of the bank. */
export function BankPage() {
  const { say } = useWords();
  const { capacity } = useViewer();
  return (
    <Page title={say("bank.title")} lead={say("bank.lead")}>
      {capacity.learner === null ? (
        <Empty>{say("check.noLearner")}</Empty>
      ) : (
        <>
          <Statement learnerId={capacity.learner.id} />
          <Achievements learnerId={capacity.learner.id} />
        </>
      )}
    </Page>
  );
}

function Achievements({ learnerId }: { readonly learnerId: string }) {
  const { say } = useWords();
  const place = usePlace();
  const [state, again] = useQuery({
    query: MyAchievementsDocument,
    variables: { learnerId, first: 20, after: place.after },
  });
  return (
    <Sheet title={say("bank.achievements")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ learner }) =>
          learner === null || learner.achievements.edges.length === 0 ? (
            <Empty>{say("bank.none")}</Empty>
          ) : (
            <>
              <AchievementTable achievements={learner.achievements.edges.map(({ node }) => node)} />
              <Pager place={place} marks={learner.achievements.pageInfo} />
            </>
          )
        }
      </Answer>
    </Sheet>
  );
}
