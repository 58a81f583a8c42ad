import { Anchor, Text } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Cite, Day, School } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer } from "../components/states.tsx";
import { PublicNoticeViewDocument, type PublicNoticeViewQuery } from "../generated/documents.ts";
import { ObjectionForm } from "./ObjectionForm.tsx";
import { useNotIndexed } from "./not-indexed.ts";

type Notice = NonNullable<PublicNoticeViewQuery["publicNotice"]>;
type Items = Notice["items"]["edges"];

/** One public notice while it is open; afterwards there is nothing here, whatever was. */
export function PublicNoticePage() {
  const { say } = useWords();
  const { noticeId } = useParams({ strict: false });
  const place = usePlace();
  useNotIndexed();
  const [state, again] = useQuery({
    query: PublicNoticeViewDocument,
    variables: { id: noticeId ?? "", first: 100, after: place.after },
    requestPolicy: "network-only",
  });
  const { data, error } = state;
  if (data?.publicNotice === null || error?.graphQLErrors[0]?.extensions["code"] === "MALFORMED_ID") return <Gone />;
  return (
    <Page title={data?.publicNotice?.title ?? say("publicNotices.title")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ publicNotice }) =>
          publicNotice === null ? null : (
            <>
              <Facts notice={publicNotice} />
              <Sheet title={say("publicNotices.list")} note={say("publicNotices.masked")}>
                <List items={publicNotice.items.edges} />
                <Pager place={place} marks={publicNotice.items.pageInfo} />
              </Sheet>
              <ObjectionForm noticeId={publicNotice.id} items={publicNotice.items.edges.map(({ node }) => node)} />
            </>
          )
        }
      </Answer>
    </Page>
  );
}

function Gone() {
  const { say } = useWords();
  return (
    <Page title={say("publicNotices.gone")}>
      <Text>{say("publicNotices.goneText")}</Text>
      <Anchor component={Link} to="/public-notices" mt="md" display="inline-block">
        {say("publicNotices.toList")}
      </Anchor>
    </Page>
  );
}

function Facts({ notice }: { readonly notice: Notice }) {
  const { say } = useWords();
  const { institution, kind, openedAt, closesOn, workingDays, citation, lengthIsSetting, contactName, contactHow } =
    notice;
  return (
    <Sheet title={<School of={institution} />} note={say(`publicNotices.${kind}`)}>
      {notice.words === null ? null : <Text mb="md">{notice.words}</Text>}
      <dl className="plan-figures">
        <div>
          <dt>{say("publicNotices.shown")}</dt>
          <dd>
            <Day date={chinaDay(openedAt)} /> – <Day date={closesOn} />
          </dd>
        </div>
        <div>
          <dt>{say("publicNotices.length")}</dt>
          <dd>{say("publicNotices.workingDays", { days: workingDays })}</dd>
        </div>
        <div>
          <dt>{say("publicNotices.contact")}</dt>
          <dd>
            {contactName} · {contactHow}
          </dd>
        </div>
      </dl>
      <p className="sheet-note">
        <Cite citation={citation} /> {lengthIsSetting ? say("publicNotices.setting") : null}
      </p>
    </Sheet>
  );
}

/** The calendar day of a moment in China. */
function chinaDay(at: string): string {
  return new Date(Date.parse(at) + 8 * 60 * 60 * 1000).toISOString().slice(0, 10);
}

function List({ items }: { readonly items: Items }) {
  const { say, name } = useWords();
  return (
    <table className="rows">
      <thead>
        <tr>
          <th scope="col">{say("publicNotices.place")}</th>
          <th scope="col">{say("publicNotices.name")}</th>
          <th scope="col">{say("publicNotices.school")}</th>
          <th scope="col">{say("publicNotices.class")}</th>
          <th scope="col">{say("publicNotices.item")}</th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ node: { position, name: shown, school, department, className, item } }) => (
          <tr key={position}>
            <td data-label={say("publicNotices.place")}>{position}</td>
            <th scope="row" data-label={say("publicNotices.name")}>
              {shown}
            </th>
            <td data-label={say("publicNotices.school")}>
              {school === null ? "—" : <School of={school} />}
              {department === null ? null : <span className="code">{name(department.name)}</span>}
            </td>
            <td data-label={say("publicNotices.class")}>{className ?? "—"}</td>
            <td data-label={say("publicNotices.item")}>{item}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
