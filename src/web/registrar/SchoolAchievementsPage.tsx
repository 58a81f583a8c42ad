import { Anchor, Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { AchievementTable } from "../components/AchievementTable.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { SchoolAchievementsDocument } from "../generated/documents.ts";

/** A batch confirmed elsewhere in the portal brings new achievements. */
const DEPOSITS = { additionalTypenames: ["Achievement", "DepositBatch"] };

/** Everything the registrar's school vouches for, newest first. */
export function SchoolAchievementsPage() {
  const { say, name } = useWords();
  const { capacity } = useViewer();
  const place = usePlace();
  const correctionLink = ({ id }: { readonly id: string }) => (
    <Anchor component={Link} to={`/registrar/achievements/${encodeURIComponent(id)}`} underline="always">
      {say("correction.open")}
    </Anchor>
  );
  const [state, again] = useQuery({
    query: SchoolAchievementsDocument,
    variables: { first: 20, after: place.after },
    context: DEPOSITS,
  });
  return (
    <Page
      title={say("registrar.title")}
      lead={
        capacity.institution === null ? undefined : say("registrar.lead", { school: name(capacity.institution.name) })
      }
      actions={
        <Button component={Link} to="/registrar/record">
          {say("registrar.record")}
        </Button>
      }
    >
      <Sheet title={say("registrar.achievements")}>
        <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
          {({ achievements }) =>
            achievements.edges.length === 0 ? (
              <Empty>{say("registrar.none")}</Empty>
            ) : (
              <>
                <AchievementTable
                  achievements={achievements.edges.map(({ node }) => node)}
                  withLearner
                  act={capacity.role === "REGISTRAR" ? correctionLink : undefined}
                />
                <Pager place={place} marks={achievements.pageInfo} />
              </>
            )
          }
        </Answer>
      </Sheet>
    </Page>
  );
}
