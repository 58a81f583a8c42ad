import { Badge, Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Day } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import { Answer, Empty, ErrorNote } from "../components/states.tsx";
import {
  EndGuardianshipDocument,
  type GuardianRelation,
  InviteGuardianDocument,
  LearnerAccountsDocument,
  type LearnerAccountsQuery,
  RestoreAccessDocument,
} from "../generated/documents.ts";
import { RestoreForm, useIssuing } from "./issuing.tsx";

const RELATIONS: readonly GuardianRelation[] = ["FATHER", "MOTHER", "GRANDPARENT", "OTHER"];
type Account = LearnerAccountsQuery["learnerAccounts"][number];

/** The accounts over one learner: give someone a new way in whom one has seen, invite a guardian. */
export function LearnerAccounts({ learnerId }: { readonly learnerId: string }) {
  const { say } = useWords();
  const [state, again] = useQuery({ query: LearnerAccountsDocument, variables: { learnerId } });
  const [, restore] = useMutation(RestoreAccessDocument);
  const [, invite] = useMutation(InviteGuardianDocument);
  const { issue, outcome } = useIssuing(() => again({ requestPolicy: "network-only" }));

  return (
    <Sheet title={say("accounts.ofLearner")} note={say("accounts.ofLearnerNote")}>
      {outcome}
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ learnerAccounts }) =>
          learnerAccounts.length === 0 ? (
            <Empty>{say("accounts.none")}</Empty>
          ) : (
            <ul className="access-list">
              {learnerAccounts.map((account) => (
                <AccountLine
                  key={account.id}
                  account={account}
                  onEnded={() => again({ requestPolicy: "network-only" })}
                  onRestore={(reason) => void issue(restore({ accountId: account.id, reason }))}
                />
              ))}
            </ul>
          )
        }
      </Answer>
      <GuardianForm onInvite={(input) => void issue(invite({ input: { learnerId, ...input } }))} />
    </Sheet>
  );
}

interface LineProps {
  readonly account: Account;
  readonly onRestore: (reason: string) => void;
  readonly onEnded: () => void;
}

function AccountLine({ account, onRestore, onEnded }: LineProps) {
  const { say } = useWords();
  const [asking, setAsking] = useState(false);
  const { login, displayName, role, validUntil, signedIn, codeExpiresAt, guardianship } = account;
  return (
    <li>
      <div>
        <b>{displayName}</b> <Badge component="span">{say(`role.${role}`)}</Badge>
        <Text size="sm">
          <code>{login}</code>
          {" · "}
          {say(signedIn ? "accounts.hasSignedIn" : "accounts.neverSignedIn")}
          {validUntil === null ? null : (
            <>
              {" · "}
              {say("codes.until")} <Day date={validUntil} />
            </>
          )}
          {role === "GUARDIAN" ? ` · ${say("accounts.untilOfAge")}` : null}
          {codeExpiresAt === null ? null : (
            <>
              {" · "}
              {say("accounts.codeOpen")} <Day date={codeExpiresAt.slice(0, 10)} />
            </>
          )}
        </Text>
        {asking ? (
          <RestoreForm
            onRestore={(reason) => {
              setAsking(false);
              onRestore(reason);
            }}
            onCancel={() => setAsking(false)}
          />
        ) : null}
        {guardianship?.inForce === true ? <EndGuardianship capacityId={guardianship.id} onEnded={onEnded} /> : null}
      </div>
      {asking ? null : (
        <Button size="xs" variant="default" onClick={() => setAsking(true)}>
          {say("accounts.restore")}
        </Button>
      )}
    </li>
  );
}

/** Ends a guardianship that was wrong, or is no more, with the reason. */
function EndGuardianship({ capacityId, onEnded }: { readonly capacityId: string; readonly onEnded: () => void }) {
  const { say } = useWords();
  const [open, setOpen] = useState(false);
  const [{ data, error, fetching }, end] = useMutation(EndGuardianshipDocument);
  const answer = data?.endGuardianship;
  if (!open) {
    return (
      <Button mt={4} size="compact-xs" variant="default" onClick={() => setOpen(true)}>
        {say("guardian.end")}
      </Button>
    );
  }
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = new FormData(event.currentTarget).get("reason");
    const { data: ended } = await end({ capacityId, reason: typeof reason === "string" ? reason : "" });
    if (ended?.endGuardianship.__typename === "EndGuardianshipSuccess") onEnded();
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="xs" maw={480} mt="xs">
        {error === undefined ? null : <ErrorNote error={error} />}
        {answer === undefined || answer.__typename === "EndGuardianshipSuccess" ? null : <ErrorNote {...answer} />}
        <TextInput
          name="reason"
          label={say("guardian.endReason")}
          description={say("guardian.endNote")}
          maxLength={200}
          required
        />
        <Group>
          <Button type="submit" size="xs" loading={fetching}>
            {say("guardian.end")}
          </Button>
          <Button size="xs" variant="default" onClick={() => setOpen(false)}>
            {say("accounts.cancel")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface GuardianInput {
  readonly name: string;
  readonly relation: GuardianRelation;
  readonly documentSeen: string;
  readonly learnerBornOn: string;
}

function GuardianForm({ onInvite }: { readonly onInvite: (input: GuardianInput) => void }) {
  const { say } = useWords();
  const [relation, setRelation] = useState<GuardianRelation>("MOTHER");
  const [open, setOpen] = useState(false);
  if (!open) {
    return (
      <Button mt="md" variant="default" onClick={() => setOpen(true)}>
        {say("guardian.invite")}
      </Button>
    );
  }
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => {
      const value = fields.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    setOpen(false);
    onInvite({
      name: text("name"),
      relation,
      documentSeen: text("documentSeen"),
      learnerBornOn: text("learnerBornOn"),
    });
  }
  return (
    <form onSubmit={submit} className="guardian-form">
      <Stack gap="xs" maw={480} mt="md">
        <TextInput name="name" label={say("guardian.name")} maxLength={60} required />
        <Select
          label={say("guardian.relation")}
          data={RELATIONS.map((value) => ({ value, label: say(`guardian.relation.${value}`) }))}
          value={relation}
          onChange={(value) => setRelation(RELATIONS.find((each) => each === value) ?? "OTHER")}
          allowDeselect={false}
        />
        <TextInput
          name="documentSeen"
          label={say("guardian.document")}
          description={say("guardian.documentNote")}
          maxLength={200}
          required
        />
        <TextInput
          name="learnerBornOn"
          type="date"
          label={say("guardian.bornOn")}
          description={say("guardian.bornOnNote")}
          required
        />
        <Group>
          <Button type="submit">{say("guardian.invite")}</Button>
          <Button variant="default" onClick={() => setOpen(false)}>
            {say("accounts.cancel")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
