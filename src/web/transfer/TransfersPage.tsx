import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Page } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { TransferListsDocument } from "../generated/documents.ts";
import { ListSheet } from "./ListSheet.tsx";
import { MakeForm } from "./MakeForm.tsx";
import { TRANSFERS } from "./transfers.ts";

/** 转段名单: those that the school sends on, and those that were published to it. */
export function TransfersPage() {
  const { say } = useWords();
  const place = usePlace();
  const [answer, again] = useQuery({
    query: TransferListsDocument,
    variables: { first: 5, after: place.after },
    context: TRANSFERS,
    requestPolicy: "cache-and-network",
  });
  return (
    <Page title={say("transfers.title")} lead={say("transfers.lead")}>
      {useViewer().capacity.role === "REGISTRAR" ? <MakeForm /> : null}
      <Answer state={answer} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ transferLists: { edges, pageInfo } }) => (
          <>
            {edges.length === 0 ? <Empty>{say("transfers.none")}</Empty> : null}
            {edges.map(({ node }) => (
              <ListSheet key={node.id} list={node} />
            ))}
            <Pager place={place} marks={pageInfo} />
          </>
        )}
      </Answer>
    </Page>
  );
}
