import { Alert, Button, Group, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Day } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import {
  RestoreAccessDocument,
  RevokeAccessDocument,
  StaffAccountsDocument,
  type StaffLineFragment,
} from "../generated/documents.ts";
import { RestoreForm, useIssuing } from "../registrar/issuing.tsx";

/** The staff of an administrator's school: ends their sessions, or gives a new way in to whom one has seen. */
export function StaffPage() {
  const { say } = useWords();
  const [text, setText] = useState("");
  const [sought] = useDebouncedValue(text.trim(), 250);
  return (
    <Page title={say("staff.title")} lead={say("staff.lead")}>
      <Sheet title={say("staff.list")}>
        <TextInput
          type="search"
          label={say("staff.search")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maxLength={60}
          mb="md"
          maw={420}
        />
        <StaffList key={sought} text={sought} />
      </Sheet>
    </Page>
  );
}

function StaffList({ text }: { readonly text: string }) {
  const { say } = useWords();
  const place = usePlace();
  const [state, again] = useQuery({
    query: StaffAccountsDocument,
    variables: { text: text === "" ? null : text, first: 20, after: place.after },
  });
  const refresh = () => again({ requestPolicy: "network-only" });
  const [, restore] = useMutation(RestoreAccessDocument);
  const { issue, outcome } = useIssuing(refresh);
  const ending = useEnding();
  return (
    <>
      {ending.outcome}
      {outcome}
      <Answer state={state} onRetry={refresh}>
        {({ staffAccounts: { edges, pageInfo } }) =>
          edges.length === 0 ? (
            <Empty>{say("staff.none")}</Empty>
          ) : (
            <>
              <ul className="access-list">
                {edges.map(({ node }) => (
                  <StaffLine
                    key={node.id}
                    account={node}
                    onRevoke={() => void ending.end(node.login)}
                    onRestore={(reason) => void issue(restore({ accountId: node.id, reason }))}
                  />
                ))}
              </ul>
              <Pager place={place} marks={pageInfo} />
            </>
          )
        }
      </Answer>
    </>
  );
}

/** Ends every session of an account, and says so. */
function useEnding() {
  const { say } = useWords();
  const [, revoke] = useMutation(RevokeAccessDocument);
  const [ended, setEnded] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);

  async function end(login: string) {
    setFault(null);
    setEnded(null);
    const { data, error } = await revoke({ login });
    const result = data?.revokeAccess;
    if (result?.__typename === "AccessEndedSuccess") setEnded(result.login);
    else setFault(result === undefined ? (error === undefined ? {} : { error }) : result);
  }

  const outcome = (
    <>
      {fault === null ? null : <ErrorNote {...fault} />}
      {ended === null ? null : (
        <Alert color="ink" mb="md" role="status">
          {say("staff.revoked", { login: ended })}
        </Alert>
      )}
    </>
  );
  return { end, outcome };
}

interface LineProps {
  readonly account: StaffLineFragment;
  readonly onRevoke: () => void;
  readonly onRestore: (reason: string) => void;
}

function StaffLine({ account, onRevoke, onRestore }: LineProps) {
  const { say } = useWords();
  const viewer = useViewer();
  const [asking, setAsking] = useState<"revoke" | "restore" | null>(null);
  const { login, displayName: name, signedIn, codeExpiresAt } = account;
  return (
    <li>
      <div className="staff-words">
        <b>{name}</b> <code>{login}</code>
        <StaffRoles roles={account.roles} />
        <Text size="sm">
          {say(signedIn ? "accounts.hasSignedIn" : "accounts.neverSignedIn")}
          {codeExpiresAt === null ? null : (
            <>
              {" · "}
              {say("accounts.codeOpen")} <Day date={codeExpiresAt.slice(0, 10)} />
            </>
          )}
        </Text>
        {asking === "revoke" ? (
          <RevokeForm
            name={name}
            onRevoke={() => {
              setAsking(null);
              onRevoke();
            }}
            onCancel={() => setAsking(null)}
          />
        ) : null}
        {asking === "restore" ? (
          <>
            <Text size="sm" mt="xs">
              {say("staff.restoreNote", { name })}
            </Text>
            <RestoreForm
              onRestore={(reason) => {
                setAsking(null);
                onRestore(reason);
              }}
              onCancel={() => setAsking(null)}
            />
          </>
        ) : null}
      </div>
      {asking !== null || login === viewer.login ? null : (
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            aria-label={say("staff.revokeOf", { name })}
            onClick={() => setAsking("revoke")}
          >
            {say("staff.revoke")}
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={say("staff.restoreOf", { name })}
            onClick={() => setAsking("restore")}
          >
            {say("accounts.restore")}
          </Button>
        </Group>
      )}
    </li>
  );
}

function StaffRoles({ roles }: Pick<StaffLineFragment, "roles">) {
  const { say, name } = useWords();
  return (
    <ul className="staff-roles">
      {roles.map(({ role, institution, validUntil }) => (
        <li key={`${role} ${institution?.id} ${validUntil}`}>
          {[say(`role.${role}`), institution === null ? "" : name(institution.name)]
            .filter((part) => part !== "")
            .join(" · ")}
          {validUntil === null ? null : (
            <>
              {" · "}
              {say("staff.until")} <Day date={validUntil} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

interface RevokeProps {
  readonly name: string;
  readonly onRevoke: () => void;
  readonly onCancel: () => void;
}

function RevokeForm({ name, onRevoke, onCancel }: RevokeProps) {
  const { say } = useWords();
  return (
    <>
      <Text size="sm" mt="xs">
        {say("staff.revokeAsk", { name })}
      </Text>
      <Group mt="xs">
        <Button size="xs" onClick={onRevoke}>
          {say("staff.revoke")}
        </Button>
        <Button size="xs" variant="default" onClick={onCancel}>
          {say("accounts.cancel")}
        </Button>
      </Group>
    </>
  );
}
