import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { Day } from "../components/field.tsx";
import { Sheet } from "../components/Page.tsx";
import { ErrorNote, type Fault } from "../components/states.tsx";
import { AcceptInvitationDocument } from "../generated/documents.ts";
import { useWords } from "./language.tsx";
import { useViewer } from "./viewer.tsx";

/** For whom a guardian stands, and the code of an invitation for another child. */
export function Invitations() {
  const { say, name } = useWords();
  const { capacities } = useViewer();
  const [{ fetching }, accept] = useMutation(AcceptInvitationDocument);
  const [fault, setFault] = useState<Fault | null>(null);
  const [accepted, setAccepted] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const code = new FormData(form).get("code");
    setFault(null);
    setAccepted(false);
    const { data, error } = await accept({ code: typeof code === "string" ? code : "" });
    const result = data?.acceptInvitation;
    if (result?.__typename === "AcceptInvitationSuccess") {
      setAccepted(true);
      form.reset();
    } else setFault(result === undefined ? (error === undefined ? {} : { error }) : result);
  }

  return (
    <Sheet title={say("invitation.title")} note={say("invitation.note")}>
      {fault === null ? null : <ErrorNote {...fault} />}
      {accepted ? (
        <Alert color="ink" mb="md" role="status">
          {say("invitation.accepted")}
        </Alert>
      ) : null}
      <ul className="access-list">
        {capacities
          .filter(({ standsFor }) => standsFor !== null)
          .map(({ id, standsFor, institution, validUntil }) => (
            <li key={id}>
              <div>
                <b>{standsFor}</b>
                <Text size="sm">
                  {institution === null ? null : name(institution.name)}
                  {validUntil === null ? null : (
                    <>
                      {" · "}
                      {say("codes.until")} <Day date={validUntil} />
                    </>
                  )}
                </Text>
              </div>
            </li>
          ))}
      </ul>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="xs" maw={420} mt="md">
          <TextInput
            name="code"
            label={say("invitation.code")}
            description={say("invitation.codeNote")}
            placeholder="XXXX-XXXX-XXXX-XXXX"
            autoComplete="one-time-code"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={40}
            required
          />
          <Group>
            <Button type="submit" variant="default" disabled={fetching}>
              {say("invitation.accept")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Sheet>
  );
}
