import { Anchor, Text } from "@mantine/core";
import { Link, Navigate } from "@tanstack/react-router";
import { Page } from "../components/Page.tsx";
import { ErrorNote } from "../components/states.tsx";
import { useWords } from "./language.tsx";
import { HOME_OF, useViewer } from "./viewer.tsx";

/** Leads everyone to where their work begins. */
export function HomePage() {
  const { capacity } = useViewer();
  return <Navigate to={HOME_OF[capacity.role]} replace />;
}

/** An address that leads nowhere. */
export function NotFoundPage() {
  const { say } = useWords();
  return (
    <Page title={say("notFound.title")}>
      <Text>{say("notFound.text")}</Text>
      <Anchor component={Link} to="/" mt="md" display="inline-block">
        {say("notFound.home")}
      </Anchor>
    </Page>
  );
}

/** A page that broke while it was drawn. */
export function BrokenPage() {
  const { say } = useWords();
  return (
    <Page title={say("broken.title")}>
      <ErrorNote message={say("broken.text")} onRetry={() => location.reload()} />
    </Page>
  );
}
