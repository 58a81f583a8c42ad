import { Alert, Button, Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation, useQuery } from "urql";
import { maskName } from "../../domain/name.ts";
import { useWords } from "../app/language.tsx";
import { Cite } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import {
  PublicNamesOfMineDocument,
  type PublicNamesTextFragment,
  SetPublicNamesDocument,
} from "../generated/documents.ts";

/** Made up: a short name, one of a compound surname, and names in other scripts and manners. */
const EXAMPLES = ["张三", "王小明", "欧阳晓雪", "阿古拉·巴特尔", "Maria Schmidt"];

/** How the names of an administrator's school stand in public lists, and by what word of the school. */
export function PublicNamesPage() {
  const { say } = useWords();
  const [state, again] = useQuery({ query: PublicNamesOfMineDocument });
  return (
    <Page title={say("names.title")} lead={say("names.lead")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ viewer }) => {
          const setting = viewer?.capacity.institution?.publicNames;
          return setting === undefined ? (
            <Empty>{say("names.ofSchool")}</Empty>
          ) : (
            <>
              <Setting setting={setting} />
              <Change setting={setting} />
            </>
          );
        }}
      </Answer>
    </Page>
  );
}

interface SettingProps {
  readonly setting: PublicNamesTextFragment;
}

function Setting({ setting: { masked, citation } }: SettingProps) {
  const { say } = useWords();
  return (
    <Sheet title={say("names.now")}>
      <Text fw={600}>{say(masked ? "names.masked" : "names.plain")}</Text>
      <Text mt={4}>{citation === null ? say("names.byDefault") : <Cite citation={citation} />}</Text>
    </Sheet>
  );
}

function Change({ setting }: SettingProps) {
  const { say } = useWords();
  const [{ fetching }, set] = useMutation(SetPublicNamesDocument);
  const [masked, setMasked] = useState(setting.masked);
  const [fault, setFault] = useState<Fault | null>(null);
  const [saved, setSaved] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => {
      const value = fields.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    setFault(null);
    setSaved(false);
    const citation = { document: text("document"), clause: text("clause") };
    const { data, error } = await set({ input: { masked, citation } });
    const result = data?.setPublicNames;
    if (result?.__typename === "SetPublicNamesSuccess") setSaved(true);
    else setFault(result === undefined ? (error === undefined ? {} : { error }) : result);
  }

  return (
    <Sheet title={say("names.change")} note={say("names.changeNote")}>
      {fault === null ? null : <ErrorNote {...fault} />}
      {saved ? (
        <Alert color="ink" mb="md" role="status">
          {say("names.saved")}
        </Alert>
      ) : null}
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md" maw={520}>
          <Radio.Group
            aria-label={say("names.change")}
            value={masked ? "masked" : "plain"}
            onChange={(value) => setMasked(value === "masked")}
          >
            <Stack gap="xs">
              <Radio value="masked" label={say("names.masked")} />
              <Radio value="plain" label={say("names.plain")} />
            </Stack>
          </Radio.Group>
          <Preview masked={masked} />
          <TextInput
            name="document"
            label={say("names.document")}
            description={say("names.documentNote")}
            defaultValue={setting.citation?.document ?? ""}
            maxLength={200}
            required
          />
          <TextInput
            name="clause"
            label={say("names.clause")}
            defaultValue={setting.citation?.clause ?? ""}
            maxLength={200}
            required
          />
          <Group>
            <Button type="submit" disabled={fetching}>
              {say("names.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Sheet>
  );
}

/** Names as a public list would show them. */
function Preview({ masked }: { readonly masked: boolean }) {
  const { say } = useWords();
  const [own, setOwn] = useState("");
  const names = own.trim() === "" ? EXAMPLES : [own.trim(), ...EXAMPLES];
  return (
    <div>
      <TextInput
        label={say("names.try")}
        value={own}
        onChange={(event) => setOwn(event.currentTarget.value)}
        autoComplete="off"
        maxLength={60}
        mb="sm"
      />
      <table className="rows">
        <caption className="visually-hidden">{say("names.preview")}</caption>
        <thead>
          <tr>
            <th scope="col">{say("names.example")}</th>
            <th scope="col">{say("names.shown")}</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name, place) => (
            <tr key={`${place} ${name}`}>
              <th scope="row" data-label={say("names.example")}>
                {name}
              </th>
              <td data-label={say("names.shown")}>{masked ? maskName(name) : name}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
