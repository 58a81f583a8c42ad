import { Alert, Button, Skeleton, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { AnyVariables, CombinedError, UseQueryState } from "urql";
import { useWords } from "../app/language.tsx";

/** Something is on its way. */
export function Loading({ rows = 4 }: { readonly rows?: number }) {
  const { say } = useWords();
  return (
    <Stack gap="sm" role="status" aria-label={say("state.loading")}>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={row === 0 ? 40 : 22} width={`${100 - (row % 3) * 9}%`} />
      ))}
    </Stack>
  );
}

/** There is nothing here, and why that may be. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return (
    <div className="empty">
      <Text>{children}</Text>
    </div>
  );
}

/** Why something that was asked for was not done. */
export interface Fault {
  /** The sentence of a problem, as the service said it. */
  readonly message?: string;
  readonly code?: string;
  /** A failure of the request itself. */
  readonly error?: CombinedError;
}

interface ErrorNoteProps extends Fault {
  readonly onRetry?: () => void;
}

/** What went wrong, in the service's own sentence where it gave one. */
export function ErrorNote({ message, code, error, onRetry }: ErrorNoteProps) {
  const { say } = useWords();
  const [failure] = error?.graphQLErrors ?? [];
  const failed = failure?.extensions["code"];
  const shownCode = code ?? (typeof failed === "string" ? failed : undefined);
  return (
    <Alert color="seal" role="alert" mb="md" className="error-note">
      <Text fw={600}>{message ?? failure?.message ?? say(error?.networkError ? "state.network" : "state.failed")}</Text>
      {shownCode ? (
        <Text size="sm" mt={4}>
          <code>{shownCode}</code>
        </Text>
      ) : null}
      {onRetry === undefined ? null : (
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          {say("state.retry")}
        </Button>
      )}
    </Alert>
  );
}

interface AnswerProps<Data, Variables extends AnyVariables> {
  readonly state: UseQueryState<Data, Variables>;
  readonly onRetry?: () => void;
  readonly children: (data: Data) => ReactNode;
}

/** The answer to a query in each of its states: on its way, failed, here. What was shown stays while it is asked again. */
export function Answer<Data, Variables extends AnyVariables>({
  state,
  onRetry,
  children,
}: AnswerProps<Data, Variables>) {
  const { data, error, fetching } = state;
  if (data !== undefined && data !== null && error === undefined) return children(data);
  if (error !== undefined) return <ErrorNote error={error} {...(onRetry === undefined ? {} : { onRetry })} />;
  return fetching ? <Loading /> : null;
}
