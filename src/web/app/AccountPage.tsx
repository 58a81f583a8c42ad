import { Alert, Badge, Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { type CombinedError, useMutation, useQuery } from "urql";
import { Moment } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Answer, ErrorNote, type Fault } from "../components/states.tsx";
import {
  type AccessChangeFragment,
  type AccessPartsFragment,
  EndOtherSessionsDocument,
  EndSessionDocument,
  MyAccessDocument,
  type MyAccessQuery,
  RemovePasskeyDocument,
  SetPasswordDocument,
  UnlinkIdentityDocument,
} from "../generated/documents.ts";
import { type AuthAnswer, authPost, passkeyCreation } from "./auth.ts";
import { useLanguage, useWords } from "./language.tsx";
import { LanguageSwitch } from "./Masthead.tsx";
import { Invitations } from "./Invitations.tsx";
import { AuthFault, IssuerFault } from "./SignInForms.tsx";
import { useViewer } from "./viewer.tsx";

/** What a mutation answered, or that it did not. */
type Change = {
  readonly data?: Readonly<Record<string, AccessChangeFragment | string>> | undefined;
  readonly error?: CombinedError | undefined;
};

/** The sentence of a refused change; null when it was done. */
function useChange(onDone: () => void) {
  const [fault, setFault] = useState<Fault | null>(null);
  async function change(act: Promise<Change>): Promise<boolean> {
    setFault(null);
    const { data, error } = await act;
    const result = Object.values(data ?? {}).find((each) => typeof each === "object");
    if (result?.__typename === "AccessSuccess") {
      onDone();
      return true;
    }
    setFault(
      result === undefined ? (error === undefined ? {} : { error }) : { message: result.message, code: result.code },
    );
    return false;
  }
  return { change, note: fault === null ? null : <ErrorNote {...fault} /> };
}

/** How one signs in, and where one is signed in. */
export function AccountPage() {
  const { say } = useWords();
  const { displayName, login, capacity } = useViewer();
  const [state, again] = useQuery({ query: MyAccessDocument });
  const refresh = () => again({ requestPolicy: "network-only" });
  return (
    <Page title={say("account.title")} lead={`${displayName} · ${login}`}>
      <Answer state={state} onRetry={refresh}>
        {({ access, signInMethods }) =>
          access === null ? null : (
            <>
              {access.passkeys.length === 0 && !access.hasPassword && access.identities.length === 0 ? (
                <Alert color="amber" mb="md" title={say("account.noWayTitle")}>
                  {say("account.noWay")}
                </Alert>
              ) : null}
              {capacity.role === "GUARDIAN" ? <Invitations /> : null}
              <Passkeys access={access} onChange={refresh} />
              <Password access={access} onChange={refresh} />
              <Identities access={access} issuers={signInMethods.issuers} onChange={refresh} />
              <Sessions access={access} onChange={refresh} />
              <Sheet title={say("shell.language")}>
                <LanguageSwitch />
              </Sheet>
            </>
          )
        }
      </Answer>
    </Page>
  );
}

interface PartProps {
  readonly access: AccessPartsFragment;
  readonly onChange: () => void;
}

function Passkeys({ access: { passkeys }, onChange }: PartProps) {
  const { say } = useWords();
  const { language } = useLanguage();
  const [, remove] = useMutation(RemovePasskeyDocument);
  const { change, note } = useChange(onChange);
  const [fault, setFault] = useState<AuthAnswer | null>(null);
  const [busy, setBusy] = useState(false);

  async function add() {
    setFault(null);
    setBusy(true);
    const answer = await passkeyCreation(language);
    setBusy(false);
    if (answer?.ok === true) onChange();
    else setFault(answer);
  }

  return (
    <Sheet
      title={say("account.passkeys")}
      note={say("account.passkeysNote")}
      aside={
        <Button disabled={busy} onClick={() => void add()}>
          {say("account.addPasskey")}
        </Button>
      }
    >
      <AuthFault answer={fault} />
      {note}
      {passkeys.length === 0 ? (
        <Text>{say("account.noPasskey")}</Text>
      ) : (
        <ul className="access-list">
          {passkeys.map(({ id, label, createdAt, lastUsedAt }) => (
            <li key={id}>
              <div>
                <b>{label}</b>
                <Text size="sm">
                  {say("account.added")} <Moment at={createdAt} />
                  {lastUsedAt === null ? null : (
                    <>
                      {" · "}
                      {say("account.lastUsed")} <Moment at={lastUsedAt} />
                    </>
                  )}
                </Text>
              </div>
              <Button variant="default" size="xs" onClick={() => void change(remove({ id }))}>
                {say("account.remove")}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}

function Password({ access: { hasPassword, sessions }, onChange }: PartProps) {
  const { say } = useWords();
  const [, set] = useMutation(SetPasswordDocument);
  const { change, note } = useChange(onChange);
  const [done, setDone] = useState(false);
  const byCode = sessions.some(({ current, method }) => current && method === "CODE");
  const visibility = { "aria-label": say("signIn.showPassword") };

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const current = fields.get("current");
    const password = fields.get("password");
    const changed = await change(
      set({
        current: typeof current === "string" ? current : null,
        password: typeof password === "string" ? password : "",
      }),
    );
    setDone(changed);
    if (changed) form.reset();
  }

  return (
    <Sheet title={say("account.password")} note={say("account.passwordNote")}>
      {note}
      {done ? (
        <Alert color="ink" mb="md" role="status">
          {say("account.passwordSet")}
        </Alert>
      ) : null}
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="xs" maw={420}>
          {hasPassword && !byCode ? (
            <PasswordInput
              name="current"
              label={say("account.currentPassword")}
              autoComplete="current-password"
              visibilityToggleButtonProps={visibility}
              required
            />
          ) : null}
          <PasswordInput
            name="password"
            label={say("account.newPassword")}
            description={say("account.passwordRule")}
            autoComplete="new-password"
            visibilityToggleButtonProps={visibility}
            required
          />
          <Group>
            <Button type="submit" variant="default">
              {say(hasPassword ? "account.changePassword" : "account.setPassword")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Sheet>
  );
}

interface IdentitiesProps extends PartProps {
  readonly issuers: MyAccessQuery["signInMethods"]["issuers"];
}

function Identities({ access: { identities }, issuers, onChange }: IdentitiesProps) {
  const { say, name } = useWords();
  const { language } = useLanguage();
  const [, unlink] = useMutation(UnlinkIdentityDocument);
  const { change, note } = useChange(onChange);
  const [fault, setFault] = useState<AuthAnswer | null>(null);
  if (issuers.length === 0 && identities.length === 0) return null;

  async function link(key: string) {
    const answer = await authPost(`link/${key}`, {}, language);
    if (answer.ok && answer.to !== null) location.assign(answer.to);
    else setFault(answer);
  }

  return (
    <Sheet title={say("account.identities")} note={say("account.identitiesNote")}>
      {fault === null ? <IssuerFault /> : null}
      <AuthFault answer={fault} />
      {note}
      <ul className="access-list">
        {identities.map(({ id, issuer, name: issuerName, subject, linkedAt }) => (
          <li key={id}>
            <div>
              <b>{subject}</b>
              <Text size="sm">
                {issuerName === null ? issuer : name(issuerName)} · {say("account.added")} <Moment at={linkedAt} />
              </Text>
            </div>
            <Button variant="default" size="xs" onClick={() => void change(unlink({ id }))}>
              {say("account.unlink")}
            </Button>
          </li>
        ))}
      </ul>
      <Group mt="sm">
        {issuers.map((issuer) => (
          <Button key={issuer.key} variant="default" className="button-of-a-name" onClick={() => void link(issuer.key)}>
            {say("account.link", { name: name(issuer.name) })}
          </Button>
        ))}
      </Group>
    </Sheet>
  );
}

function Sessions({ access: { sessions }, onChange }: PartProps) {
  const { say } = useWords();
  const [, end] = useMutation(EndSessionDocument);
  const [, endOthers] = useMutation(EndOtherSessionsDocument);
  const { change, note } = useChange(onChange);
  return (
    <Sheet
      title={say("account.sessions")}
      note={say("account.sessionsNote")}
      aside={
        sessions.length < 2 ? undefined : (
          <Button variant="default" onClick={() => void change(endOthers({}))}>
            {say("account.endOthers")}
          </Button>
        )
      }
    >
      {note}
      <ul className="access-list">
        {sessions.map(({ id, method, client, createdAt, lastSeenAt, current }) => (
          <li key={id}>
            <div>
              <b>{/[^?· ]/.test(client) ? client : say("account.unknownClient")}</b>{" "}
              {current ? <Badge component="span">{say("account.thisOne")}</Badge> : null}
              <Text size="sm">
                {say(`account.method.${method}`)} · {say("account.since")} <Moment at={createdAt} /> ·{" "}
                {say("account.lastSeen")} <Moment at={lastSeenAt} />
              </Text>
            </div>
            {current ? null : (
              <Button variant="default" size="xs" onClick={() => void change(end({ id }))}>
                {say("account.end")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
