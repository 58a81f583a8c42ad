import { Button, Container } from "@mantine/core";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useQuery } from "urql";
import { Page } from "../components/Page.tsx";
import { ErrorNote, Loading } from "../components/states.tsx";
import { WhoAmIDocument, type WhoAmIQuery } from "../generated/documents.ts";
import { Masthead } from "./Masthead.tsx";
import { useSession } from "./session.tsx";
import { SignInPage } from "./SignInPage.tsx";
import { type SignedIn, ViewerContext } from "./viewer.tsx";
import { useWords } from "./language.tsx";

/** The frame of every page. Whoever is not signed in sees the sign-in page at any address, and afterwards what they asked for. */
export function Portal() {
  const { say } = useWords();
  const { signOut } = useSession();
  const [{ data, error, fetching }, again] = useQuery({ query: WhoAmIDocument });
  useFocusOnNewPage();
  if (data === undefined || error !== undefined) {
    return (
      <>
        <Masthead viewer={null} />
        <Container size="xl" py="xl" component="main" id="main">
          {error === undefined && fetching ? (
            <>
              <h1 className="visually-hidden">{say("app.name")}</h1>
              <Loading />
            </>
          ) : (
            <Page title={say("app.name")}>
              <ErrorNote
                {...(error === undefined ? {} : { error })}
                onRetry={() => again({ requestPolicy: "network-only" })}
              />
              <Button variant="default" onClick={() => void signOut()}>
                {say("shell.signOut")}
              </Button>
            </Page>
          )}
        </Container>
      </>
    );
  }
  const { viewer, signInMethods } = data;
  return (
    <>
      {signInMethods.demo ? <DemoBanner /> : null}
      {viewer === null ? <Outside methods={signInMethods} /> : <SignedInPortal viewer={viewer} />}
    </>
  );
}

/** What anyone may read without signing in; everywhere else they are asked to. */
function Outside({ methods }: { readonly methods: WhoAmIQuery["signInMethods"] }) {
  const { say } = useWords();
  const isPublic = useRouterState({ select: ({ location }) => /^\/public-notices(\/|$)/.test(location.pathname) });
  if (!isPublic) return <SignInPage methods={methods} />;
  return (
    <>
      <a className="skip-link" href="#main">
        {say("shell.skip")}
      </a>
      <Masthead viewer={null} />
      <main id="main" tabIndex={-1} className="main">
        <Outlet />
      </main>
      <footer className="footer">
        <p>{say("shell.footer")}</p>
      </footer>
    </>
  );
}

/** Nobody must take a demonstration for the real thing. */
function DemoBanner() {
  const { say } = useWords();
  return (
    <aside className="demo-banner" aria-label={say("demo.label")}>
      {say("demo.banner")}
    </aside>
  );
}

function SignedInPortal({ viewer }: { readonly viewer: SignedIn }) {
  const { say } = useWords();
  return (
    <ViewerContext.Provider value={viewer}>
      <a className="skip-link" href="#main">
        {say("shell.skip")}
      </a>
      <Masthead viewer={viewer} />
      <main id="main" tabIndex={-1} className="main">
        <Outlet />
      </main>
      <footer className="footer">
        <p>{say("shell.footer")}</p>
        <p>
          <Link to="/public-notices">{say("nav.publicNotices")}</Link>
        </p>
      </footer>
    </ViewerContext.Provider>
  );
}

/** After going to another page by keyboard, one goes on from its beginning, not from the link that led there. */
function useFocusOnNewPage(): void {
  const page = useRouterState({ select: ({ location }) => location.pathname.split("/").slice(0, 3).join("/") });
  const before = useRef(page);
  useEffect(() => {
    if (before.current === page) return;
    before.current = page;
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [page]);
}
