import { Button, Divider, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { PROBLEM_CODES, type ProblemCode, problem } from "../../domain/problem.ts";
import { sentenceOf } from "../../messages/index.ts";
import { ErrorNote } from "../components/states.tsx";
import type { WhoAmIQuery } from "../generated/documents.ts";
import { type AuthAnswer, authPost, passkeySignIn } from "./auth.ts";
import { useLanguage, useWords } from "./language.tsx";
import { useSession } from "./session.tsx";

type SignInIssuer = WhoAmIQuery["signInMethods"]["issuers"][number];

/** Why a way in did not open. */
export function AuthFault({ answer }: { readonly answer: AuthAnswer | null }) {
  const { say } = useWords();
  if (answer === null || answer.ok) return null;
  return (
    <ErrorNote
      message={answer.message ?? say("state.network")}
      {...(answer.code === null ? {} : { code: answer.code })}
    />
  );
}

/** What coming back from an issuer ended with, as the service wrote it into the address. */
function refusedInAddress(): ProblemCode | null {
  const refused = new URLSearchParams(location.search).get("refused");
  return PROBLEM_CODES.find((code) => code === refused) ?? null;
}

/** The page somebody asked for before they were asked who they are. */
function pageAskedFor(): string {
  const { pathname, search } = location;
  if (refusedInAddress() === null) return `${pathname}${search}`;
  const asked = new URLSearchParams(search);
  asked.delete("refused");
  return asked.size === 0 ? pathname : `${pathname}?${asked}`;
}

/** Why coming back from an issuer did not end as it was meant to; nothing where it did. */
export function IssuerFault() {
  const { language } = useLanguage();
  const refused = refusedInAddress();
  return refused === null ? null : <ErrorNote message={sentenceOf(problem(refused), language)} code={refused} />;
}

/** The ways in that every school has: its issuer, a passkey, a code on paper, a password. */
export function SignInForms({ issuers }: { readonly issuers: readonly SignInIssuer[] }) {
  const { say, name } = useWords();
  const { language } = useLanguage();
  const { signedIn } = useSession();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<AuthAnswer | null>(null);

  async function enter(act: () => Promise<AuthAnswer | null>) {
    setFault(null);
    setBusy(true);
    const answer = await act();
    setBusy(false);
    if (answer === null) return;
    if (!answer.ok) return setFault(answer);
    if (answer.to !== null && answer.to !== "/") await navigate({ to: answer.to });
    // what was refused before is over
    else if (refusedInAddress() !== null) await navigate({ href: pageAskedFor(), replace: true });
    signedIn();
  }

  return (
    <section className="sheet sign-in-forms">
      <Title order={2}>{say("signIn.title")}</Title>
      {fault === null ? <IssuerFault /> : null}
      <AuthFault answer={fault} />
      <Stack gap="sm">
        {issuers.map((issuer) => (
          <Button
            key={issuer.key}
            component="a"
            href={`/auth/login/${issuer.key}?to=${encodeURIComponent(pageAskedFor())}`}
            size="md"
            className="button-of-a-name"
          >
            {say("signIn.withIssuer", { name: name(issuer.name) })}
          </Button>
        ))}
        <Button
          variant={issuers.length === 0 ? "filled" : "default"}
          size="md"
          disabled={busy}
          onClick={() => void enter(() => passkeySignIn(language))}
        >
          {say("signIn.withPasskey")}
        </Button>
      </Stack>
      <Divider my="md" label={say("signIn.or")} labelPosition="center" />
      <div className="sign-in-pair">
        <PasswordForm busy={busy} onEnter={(body) => void enter(() => authPost("password", body, language))} />
        <CodeForm busy={busy} onEnter={(body) => void enter(() => authPost("code", body, language))} />
      </div>
    </section>
  );
}

interface FormProps {
  readonly busy: boolean;
  readonly onEnter: (body: Readonly<Record<string, string>>) => void;
}

/** What was typed, as it was typed: a password may begin or end with a space. */
function fieldsOf(event: FormEvent<HTMLFormElement>): Readonly<Record<string, string>> {
  event.preventDefault();
  const fields = [...new FormData(event.currentTarget)];
  return Object.fromEntries(fields.map(([key, value]) => [key, typeof value === "string" ? value : ""]));
}

function PasswordForm({ busy, onEnter }: FormProps) {
  const { say } = useWords();
  return (
    <form onSubmit={(event) => onEnter(fieldsOf(event))}>
      <Title order={3}>{say("signIn.byPassword")}</Title>
      <Stack gap="xs">
        <TextInput name="login" label={say("signIn.login")} autoComplete="username" required />
        <PasswordInput
          name="password"
          label={say("signIn.password")}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ "aria-label": say("signIn.showPassword") }}
          required
        />
        <Button type="submit" variant="default" disabled={busy}>
          {say("signIn.enter")}
        </Button>
      </Stack>
    </form>
  );
}

function CodeForm({ busy, onEnter }: FormProps) {
  const { say } = useWords();
  return (
    <form onSubmit={(event) => onEnter(fieldsOf(event))}>
      <Title order={3}>{say("signIn.byCode")}</Title>
      <Stack gap="xs">
        <TextInput
          name="code"
          label={say("signIn.code")}
          description={say("signIn.codeNote")}
          placeholder="XXXX-XXXX-XXXX-XXXX"
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={40}
          required
        />
        <Button type="submit" variant="default" disabled={busy}>
          {say("signIn.enter")}
        </Button>
      </Stack>
      <Text size="sm" mt="xs" c="dimmed">
        {say("signIn.lost")}
      </Text>
    </form>
  );
}
