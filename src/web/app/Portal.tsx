import { Button, Container } from "@mantine/core";
import { Outlet } from "@tanstack/react-router";
import { useQuery } from "urql";
import { Page } from "../components/Page.tsx";
import { ErrorNote, Loading } from "../components/states.tsx";
import { WhoAmIDocument } from "../generated/documents.ts";
import { Masthead } from "./Masthead.tsx";
import { useSession } from "./session.tsx";
import { SignInPage } from "./SignInPage.tsx";
import { ViewerContext } from "./viewer.tsx";
import { useWords } from "./language.tsx";

/** The frame of every page. Whoever is not signed in sees the sign-in page at any address, and afterwards what they asked for. */
export function Portal() {
  const { token } = useSession();
  return token === null ? <SignInPage /> : <SignedInPortal />;
}

function SignedInPortal() {
  const { say } = useWords();
  const { signOut } = useSession();
  const [{ data, error, fetching }, again] = useQuery({ query: WhoAmIDocument });
  const viewer = data?.viewer ?? null;
  if (viewer === null) {
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
              <Button variant="default" onClick={signOut}>
                {say("shell.signOut")}
              </Button>
            </Page>
          )}
        </Container>
      </>
    );
  }
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
      </footer>
    </ViewerContext.Provider>
  );
}
