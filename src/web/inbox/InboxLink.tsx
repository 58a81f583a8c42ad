import { Link, useRouterState } from "@tanstack/react-router";
import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { UnreadCountDocument } from "../generated/documents.ts";
import { NOTICES } from "./notices.ts";

/** The way to the inbox, with how much of it is unread. */
export function InboxLink() {
  const { say } = useWords();
  const page = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <Link to="/inbox" className="inbox-link">
      {say("inbox.title")}
      {/* of each page its own, so that each page asks anew */}
      <Unread key={page} />
    </Link>
  );
}

function Unread() {
  const { say } = useWords();
  const [{ data }] = useQuery({ query: UnreadCountDocument, context: NOTICES, requestPolicy: "cache-and-network" });
  const unread = data?.unreadNotices ?? 0;
  if (unread === 0) return null;
  return (
    <>
      <span className="inbox-count" aria-hidden="true">
        {unread > 99 ? "99+" : unread}
      </span>
      <span className="visually-hidden"> {say("inbox.count", { unread })}</span>
    </>
  );
}
