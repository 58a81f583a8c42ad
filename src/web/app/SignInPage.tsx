import { Alert, Text, TextInput, Title, UnstyledButton } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useState } from "react";
import { type CombinedError, useMutation, useQuery } from "urql";
import { Answer, Empty, ErrorNote } from "../components/states.tsx";
import { type DemoLoginsQuery, DemoLoginsDocument, type Role, SignInAsDemoDocument } from "../generated/documents.ts";
import { useWords } from "./language.tsx";
import { Masthead } from "./Masthead.tsx";
import { useSession } from "./session.tsx";

type DemoLogin = DemoLoginsQuery["demoLogins"][number];
/** The order in which the work passes through hands. */
const ROLE_ORDER: readonly Role[] = [
  "STUDENT",
  "GUARDIAN",
  "REGISTRAR",
  "REGISTRAR_CONFIRMER",
  "DEPARTMENT_REVIEWER",
  "CLASS_TEACHER",
  "HOST_TEACHER",
  "ENTERPRISE_MENTOR",
  "PLANNER",
  "SIGNATORY",
  "BUREAU",
  "AUDITOR",
  "ADMINISTRATOR",
];

/** How many people of a role are shown at first. */
const AT_FIRST = 6;

/** One card for each demo user of the development issuer; one click signs in. */
export function SignInPage() {
  const { say } = useWords();
  const { expired, signIn } = useSession();
  const [logins] = useQuery({ query: DemoLoginsDocument });
  const [{ fetching }, act] = useMutation(SignInAsDemoDocument);
  const [fault, setFault] = useState<{ message?: string; error?: CombinedError } | null>(null);
  useDocumentTitle(`${say("signIn.title")} · ${say("app.name")}`);

  async function enter(login: string) {
    setFault(null);
    const { data, error } = await act({ login });
    const result = data?.signInAsDemo;
    if (result?.__typename === "SignInSuccess") signIn(result.token);
    else if (result !== undefined) setFault({ message: result.message });
    else if (error !== undefined) setFault({ error });
  }

  return (
    <>
      <Masthead viewer={null} />
      <main id="main" className="sign-in">
        <section className="sign-in-words">
          <Title order={1}>{say("signIn.heading")}</Title>
          <Text size="lg" mt="md" maw="36em">
            {say("signIn.lead")}
          </Text>
          <ol className="sign-in-steps">
            <li>{say("signIn.step1")}</li>
            <li>{say("signIn.step2")}</li>
            <li>{say("signIn.step3")}</li>
          </ol>
        </section>
        <section className="sign-in-cards" aria-label={say("signIn.demoUsers")}>
          <Alert variant="outline" color="seal" className="demo-note" title={say("signIn.demoTitle")}>
            {say("signIn.demoText")}
          </Alert>
          {expired ? (
            <Alert mb="md" color="ink" role="alert">
              {say("signIn.expired")}
            </Alert>
          ) : null}
          {fault === null ? null : <ErrorNote {...fault} />}
          <Answer state={logins}>
            {({ demoLogins }) =>
              demoLogins.length === 0 ? (
                <Empty>{say("signIn.noDemo")}</Empty>
              ) : (
                <LoginCards logins={demoLogins} busy={fetching} onChoose={(login) => void enter(login)} />
              )
            }
          </Answer>
        </section>
      </main>
    </>
  );
}

interface LoginCardsProps {
  readonly logins: readonly DemoLogin[];
  readonly busy: boolean;
  readonly onChoose: (login: string) => void;
}

function LoginCards({ logins, busy, onChoose }: LoginCardsProps) {
  const { say, name } = useWords();
  const [text, setText] = useState("");
  const sought = text.trim().toLowerCase();
  const found = logins.filter(({ login, displayName, institution }) =>
    [login, displayName, institution?.name.zh ?? "", institution?.name.en ?? ""].some((part) =>
      part.toLowerCase().includes(sought),
    ),
  );
  return (
    <>
      <TextInput
        type="search"
        label={say("signIn.search")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        mb="lg"
        maw={420}
      />
      {found.length === 0 ? <Empty>{say("signIn.notFound")}</Empty> : null}
      {ROLE_ORDER.map((role) => (
        <RoleCards
          key={role}
          role={role}
          people={found.filter((person) => person.role === role)}
          busy={busy}
          onChoose={onChoose}
          schoolOf={({ institution }) => (institution === null ? say("signIn.noSchool") : name(institution.name))}
        />
      ))}
    </>
  );
}

interface RoleCardsProps {
  readonly role: Role;
  readonly people: readonly DemoLogin[];
  readonly busy: boolean;
  readonly onChoose: (login: string) => void;
  readonly schoolOf: (login: DemoLogin) => string;
}

/** The people of one role; a few at first, for some roles have many. */
function RoleCards({ role, people, busy, onChoose, schoolOf }: RoleCardsProps) {
  const { say } = useWords();
  const [all, setAll] = useState(false);
  if (people.length === 0) return null;
  const shown = all ? people : people.slice(0, AT_FIRST);
  return (
    <section className="login-group">
      <Title order={2} className="login-role">
        {say(`role.${role}`)}
        <span className="login-role-note">{say(`role.note.${role}`)}</span>
      </Title>
      <ul className="login-list">
        {shown.map((person) => (
          <li key={person.login}>
            <UnstyledButton className="login-card" disabled={busy} onClick={() => onChoose(person.login)}>
              <span className="login-name">{person.displayName}</span>
              <span className="login-school">{schoolOf(person)}</span>
              <code className="login-id">{person.login}</code>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {people.length <= AT_FIRST ? null : (
        <button type="button" className="disclosure" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? say("signIn.fewer") : say("signIn.all", { count: people.length })}
        </button>
      )}
    </section>
  );
}
