import { Alert, Button, Group, NativeSelect, NumberInput, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { type CombinedError, useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Cite } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import {
  type CitationTextFragment,
  PeriodsOfMineDocument,
  type PeriodsOfSchoolFragment,
  SetApplicationStepPeriodDocument,
  SetPublicNoticePeriodDocument,
} from "../generated/documents.ts";

/** As the service bounds them. */
const DAYS_MAX = 60;

/** How long things take at an administrator's school: steps of applications, public notices and answers to objections. */
export function PeriodsPage() {
  const { say } = useWords();
  const [state, again] = useQuery({ query: PeriodsOfMineDocument });
  return (
    <Page title={say("periods.title")} lead={say("periods.lead")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ viewer }) => {
          const school = viewer?.capacity.institution ?? null;
          return school === null ? (
            <Empty>{say("periods.ofSchool")}</Empty>
          ) : (
            <>
              <StepPeriods school={school} />
              <NoticePeriods school={school} />
            </>
          );
        }}
      </Answer>
    </Page>
  );
}

interface OfSchool {
  readonly school: PeriodsOfSchoolFragment;
}

function StepPeriods({ school }: OfSchool) {
  const { say } = useWords();
  const [, set] = useMutation(SetApplicationStepPeriodDocument);
  const rows = school.applicationStepPeriods;
  return (
    <Sheet title={say("periods.steps")} note={say("periods.stepsNote")}>
      <PeriodTable
        title={say("periods.steps")}
        heads={[say("periods.days")]}
        rows={rows.map((row) => ({ ...row, name: say(`periods.owner.${row.owner}`), days: [row.workingDays] }))}
      />
      <PeriodForm
        choices={rows.map(({ owner }) => ({ value: owner, label: say(`periods.owner.${owner}`) }))}
        days={[say("periods.days")]}
        label={say("periods.setSteps")}
        send={async ({ of, days: [workingDays = 0], citation }) => {
          const owner = rows.find((row) => row.owner === of)?.owner;
          if (owner === undefined) return null;
          const { data, error } = await set({ input: { owner, workingDays, citation } });
          return { outcome: data?.setApplicationStepPeriod, error };
        }}
      />
    </Sheet>
  );
}

function NoticePeriods({ school }: OfSchool) {
  const { say } = useWords();
  const [, set] = useMutation(SetPublicNoticePeriodDocument);
  const rows = school.publicNoticePeriods;
  return (
    <Sheet title={say("periods.notices")} note={say("periods.noticesNote")}>
      <PeriodTable
        title={say("periods.notices")}
        heads={[say("periods.open"), say("periods.answer")]}
        rows={rows.map((row) => ({
          ...row,
          name: say(`publicNotices.${row.kind}`),
          days: [row.workingDays, row.answerWorkingDays],
        }))}
      />
      <PeriodForm
        choices={rows.map(({ kind }) => ({ value: kind, label: say(`publicNotices.${kind}`) }))}
        days={[say("periods.open"), say("periods.answer")]}
        label={say("periods.setNotices")}
        send={async ({ of, days: [workingDays = 0, answerWorkingDays = 0], citation }) => {
          const kind = rows.find((row) => row.kind === of)?.kind;
          if (kind === undefined) return null;
          const { data, error } = await set({ input: { kind, workingDays, answerWorkingDays, citation } });
          return { outcome: data?.setPublicNoticePeriod, error };
        }}
      />
    </Sheet>
  );
}

interface PeriodTableProps {
  readonly title: string;
  readonly heads: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    readonly days: readonly number[];
    readonly citation: CitationTextFragment;
    readonly isSetting: boolean;
  }[];
}

function PeriodTable({ title, heads, rows }: PeriodTableProps) {
  const { say } = useWords();
  return (
    <table className="rows">
      <caption className="visually-hidden">{title}</caption>
      <thead>
        <tr>
          <th scope="col">{say("periods.what")}</th>
          {heads.map((head) => (
            <th scope="col" key={head}>
              {head}
            </th>
          ))}
          <th scope="col">{say("periods.basis")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, days, citation, isSetting }) => (
          <tr key={name}>
            <th scope="row" data-label={say("periods.what")}>
              {name}
            </th>
            {days.map((count, place) => (
              <td key={heads[place]} data-label={heads[place]}>
                {say("periods.count", { count })}
              </td>
            ))}
            <td data-label={say("periods.basis")}>
              <Cite citation={citation} /> {isSetting ? say("periods.byDefault") : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface Said {
  readonly of: string;
  readonly days: readonly number[];
  readonly citation: { readonly document: string; readonly clause: string };
}
interface Sent {
  readonly outcome: { readonly __typename: string; readonly code?: string; readonly message?: string } | undefined;
  readonly error: CombinedError | undefined;
}
interface PeriodFormProps {
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** What each number of days is called. */
  readonly days: readonly string[];
  readonly label: string;
  readonly send: (said: Said) => Promise<Sent | null>;
}

/** Sets one period anew, by the school's own word. */
function PeriodForm({ choices, days, label, send }: PeriodFormProps) {
  const { say } = useWords();
  const [sending, setSending] = useState(false);
  const [saved, setSaved] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => {
      const value = fields.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    setSending(true);
    setFault(null);
    setSaved(false);
    const answer = await send({
      of: text("of"),
      days: days.map((_, place) => Number(text(`days${place}`))),
      citation: { document: text("document"), clause: text("clause") },
    });
    setSending(false);
    if (answer === null) return;
    const { outcome, error } = answer;
    if (error !== undefined) setFault({ error });
    else if (outcome !== undefined && outcome.__typename.endsWith("Problem")) {
      const { code, message } = outcome;
      setFault({ ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) });
    } else setSaved(true);
  }

  return (
    <form aria-label={label} onSubmit={(event) => void submit(event)}>
      <Stack gap="md" maw={520} mt="md">
        {fault === null ? null : <ErrorNote {...fault} />}
        {saved ? (
          <Alert color="ink" role="status">
            {say("periods.saved")}
          </Alert>
        ) : null}
        <NativeSelect name="of" label={say("periods.what")} data={[...choices]} />
        {days.map((name, place) => (
          <NumberInput key={name} name={`days${place}`} label={name} min={1} max={DAYS_MAX} defaultValue={5} required />
        ))}
        <TextInput name="document" label={say("names.document")} maxLength={200} required />
        <TextInput name="clause" label={say("names.clause")} maxLength={200} required />
        <Group>
          <Button type="submit" loading={sending}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
