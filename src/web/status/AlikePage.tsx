import { Button, Group, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Dialog } from "../components/Dialog.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Pager, usePlace } from "../components/Pager.tsx";
import { Answer, Empty, ErrorNote, type Fault } from "../components/states.tsx";
import {
  KeepLearnersApartDocument,
  type MergeCaseSheetFragment,
  MergeCasesDocument,
  MergeLearnersDocument,
  type MergeRecordSheetFragment,
  PartLearnersDocument,
} from "../generated/documents.ts";

const CASES = { additionalTypenames: ["MergeCase", "Learner"] };
const DOCUMENTS = { merge: MergeLearnersDocument, apart: KeepLearnersApartDocument, part: PartLearnersDocument };
type Act = keyof typeof DOCUMENTS;

/** Records alike (重复学籍): whether they are one person's, a registrar says; the service never does. */
export function AlikePage() {
  const { say } = useWords();
  const place = usePlace();
  const [all, setAll] = useState(false);
  const [answer, again] = useQuery({
    query: MergeCasesDocument,
    variables: { waiting: !all, first: 20, after: place.after },
    context: CASES,
    requestPolicy: "cache-and-network",
  });
  return (
    <Page title={say("alike.title")} lead={say("alike.lead")}>
      <Switch
        mb="md"
        label={say("alike.all")}
        checked={all}
        onChange={(event) => setAll(event.currentTarget.checked)}
      />
      <Answer state={answer} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ mergeCases: { edges, pageInfo } }) => (
          <>
            {edges.length === 0 ? <Empty>{say("alike.none")}</Empty> : null}
            {edges.map(({ node }) => (
              <CaseSheet key={node.id} found={node} />
            ))}
            <Pager place={place} marks={pageInfo} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function actsOf({ state }: MergeCaseSheetFragment): readonly Act[] {
  if (state === "OPEN" || state === "AGREED") return ["merge", "apart"];
  return state === "MERGED" ? ["part"] : [];
}

function CaseSheet({ found }: { readonly found: MergeCaseSheetFragment }) {
  const { say } = useWords();
  const decides = useViewer().capacity.role === "REGISTRAR";
  const [act, setAct] = useState<Act | null>(null);
  const { foundBy, state, reason, record, other } = found;
  const title = record.learner?.name ?? other.learner?.name ?? say("alike.elsewhere");
  const note = [say(`alike.by.${foundBy}`), say(`alike.state.${state}`), reason ?? ""];
  return (
    <Sheet title={title} note={note.filter((part) => part !== "").join(" · ")}>
      <dl className="plan-figures">
        <RecordOf title={say("alike.record")} record={record} />
        <RecordOf title={say("alike.other")} record={other} />
      </dl>
      {decides ? (
        <Group>
          {actsOf(found).map((each) => (
            <Button key={each} variant={each === "merge" ? "filled" : "default"} onClick={() => setAct(each)}>
              {say(`alike.${each}`)}
            </Button>
          ))}
        </Group>
      ) : null}
      {act === null ? null : <SettleDialog id={found.id} act={act} onClose={() => setAct(null)} />}
    </Sheet>
  );
}

/** A record of one's own school; of another's, that it is there. */
function RecordOf({ title, record }: { readonly title: string; readonly record: MergeRecordSheetFragment }) {
  const { say, name } = useWords();
  const { learner, institution } = record;
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {institution === null ? say("alike.noSchool") : name(institution.name)}
        <div>{learner?.name ?? say("alike.elsewhere")}</div>
        {(learner?.registrations ?? []).map(({ id, studentNo, cohort, status, programme }) => (
          <div key={id}>
            {[studentNo, name(programme.title), String(cohort), say(`changes.status.${status}`)].join(" · ")}
          </div>
        ))}
      </dd>
    </div>
  );
}

interface SettleProps {
  readonly id: string;
  readonly act: Act;
  readonly onClose: () => void;
}

function SettleDialog({ id, act, onClose }: SettleProps) {
  const { say } = useWords();
  const [{ fetching: merging }, merge] = useMutation(DOCUMENTS.merge);
  const [{ fetching: keeping }, apart] = useMutation(DOCUMENTS.apart);
  const [{ fetching: parting }, part] = useMutation(DOCUMENTS.part);
  const [reason, setReason] = useState("");
  const [fault, setFault] = useState<Fault | null>(null);

  async function send() {
    if (act === "merge") {
      const { data, error } = await merge({ id, reason }, CASES);
      return { result: data?.mergeLearners, error };
    }
    if (act === "apart") {
      const { data, error } = await apart({ id, reason }, CASES);
      return { result: data?.keepLearnersApart, error };
    }
    const { data, error } = await part({ id, reason }, CASES);
    return { result: data?.partLearners, error };
  }

  async function settle() {
    setFault(null);
    const { result, error } = await send();
    if (result?.__typename === "MergeCaseSuccess") onClose();
    else setFault(result ?? (error === undefined ? {} : { error }));
  }

  return (
    <Dialog title={say(`alike.${act}`)} onClose={onClose}>
      {fault === null ? null : <ErrorNote {...fault} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void settle();
        }}
      >
        <TextInput
          label={say("changes.why")}
          description={say("alike.whyNote")}
          value={reason}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => setReason(event.currentTarget.value)}
          required
        />
        <Group mt="md">
          <Button type="submit" loading={merging || keeping || parting}>
            {say(`alike.${act}`)}
          </Button>
          <Button variant="default" onClick={onClose}>
            {say("accounts.cancel")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
