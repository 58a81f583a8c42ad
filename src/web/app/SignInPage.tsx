import { Alert, Text, TextInput, Title, UnstyledButton } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useState } from "react";
import { useQuery } from "urql";
import { Answer, Empty } from "../components/states.tsx";
import { type DemoLoginsQuery, DemoLoginsDocument, type Role, type WhoAmIQuery } from "../generated/documents.ts";
import { type AuthAnswer, authPost } from "./auth.ts";
import { useLanguage, useWords } from "./language.tsx";
import { Masthead } from "./Masthead.tsx";
import { AuthFault, SignInForms } from "./SignInForms.tsx";
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

interface SignInPageProps {
  readonly methods: WhoAmIQuery["signInMethods"];
}

/** Every way in that there is here; demo users only while no real issuer is configured. */
export function SignInPage({ methods }: SignInPageProps) {
  const { say } = useWords();
  const { expired } = useSession();
  useDocumentTitle(`${say("signIn.title")} · ${say("app.name")}`);
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
        <div className="sign-in-ways">
          {expired ? (
            <Alert color="ink" role="alert">
              {say("signIn.expired")}
            </Alert>
          ) : null}
          <SignInForms issuers={methods.issuers} />
          {methods.demo ? <DemoUsers /> : null}
        </div>
      </main>
    </>
  );
}

/** One card for each demo user of the development issuer; one click signs in. */
function DemoUsers() {
  const { say } = useWords();
  const { signedIn } = useSession();
  const { language } = useLanguage();
  const [logins] = useQuery({ query: DemoLoginsDocument });
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<AuthAnswer | null>(null);

  async function enter(login: string) {
    setFault(null);
    setBusy(true);
    const answer = await authPost("demo", { login }, language);
    setBusy(false);
    if (answer.ok) signedIn();
    else setFault(answer);
  }

  return (
    <section className="sign-in-cards" aria-label={say("signIn.demoUsers")}>
      <Alert variant="outline" color="seal" className="demo-note" title={say("signIn.demoTitle")}>
        {say("signIn.demoText")}
      </Alert>
      <AuthFault answer={fault} />
      <Answer state={logins}>
        {({ demoLogins }) =>
          demoLogins.length === 0 ? (
            <Empty>{say("signIn.noDemo")}</Empty>
          ) : (
            <LoginCards logins={demoLogins} busy={busy} onChoose={(login) => void enter(login)} />
          )
        }
      </Answer>
    </section>
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
