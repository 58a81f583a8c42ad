import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Day, School } from "../components/field.tsx";
import { Page } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { PublicNoticesDocument } from "../generated/documents.ts";
import { useNotIndexed } from "./not-indexed.ts";

/** Every public notice that is open now, for whoever comes by. */
export function PublicNoticesPage() {
  const { say } = useWords();
  const place = usePlace();
  useNotIndexed();
  const [state, again] = useQuery({
    query: PublicNoticesDocument,
    variables: { first: 20, after: place.after },
    requestPolicy: "network-only",
  });
  return (
    <Page
      title={say("publicNotices.title")}
      lead={say("publicNotices.lead")}
      actions={
        <Anchor component={Link} to="/public-notices/answer" underline="always">
          {say("objection.toAnswer")}
        </Anchor>
      }
    >
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ publicNotices: { edges, pageInfo } }) => (
          <>
            {edges.length === 0 ? (
              <Empty>{say("publicNotices.none")}</Empty>
            ) : (
              <div className="sheet">
                <table className="rows">
                  <thead>
                    <tr>
                      <th scope="col">{say("publicNotices.notice")}</th>
                      <th scope="col">{say("publicNotices.school")}</th>
                      <th scope="col">{say("publicNotices.kind")}</th>
                      <th scope="col">{say("publicNotices.until")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {edges.map(({ node: { id, title, kind, closesOn, institution } }) => (
                      <tr key={id}>
                        <th scope="row" data-label={say("publicNotices.notice")}>
                          <Anchor component={Link} to={`/public-notices/${id}`} underline="always">
                            {title}
                          </Anchor>
                        </th>
                        <td data-label={say("publicNotices.school")}>
                          <School of={institution} />
                        </td>
                        <td data-label={say("publicNotices.kind")}>{say(`publicNotices.${kind}`)}</td>
                        <td data-label={say("publicNotices.until")}>
                          <Day date={closesOn} />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
            <Pager place={place} marks={pageInfo} />
          </>
        )}
      </Answer>
    </Page>
  );
}
