import { Button, Group, Radio, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "urql";
import { useWords } from "../app/language.tsx";
import { useViewer } from "../app/viewer.tsx";
import { Day, Moment } from "../components/field.tsx";
import { ErrorNote, type Fault } from "../components/states.tsx";
import {
  AnswerObjectionDocument,
  type ObjectionOutcome,
  type SchoolNoticeFragment,
  TakeUpObjectionDocument,
} from "../generated/documents.ts";

type Objection = SchoolNoticeFragment["objections"][number];
const NOTICES = { additionalTypenames: ["SchoolPublicNotice"] };

/** The objections to one notice, each with what is to be done next. */
export function Objections({ objections }: { readonly objections: readonly Objection[] }) {
  const { say } = useWords();
  if (objections.length === 0) return null;
  return (
    <>
      <h3 className="sub-heading">{say("schoolNotices.objections")}</h3>
      <ul className="inbox">
        {objections.map((each) => (
          <ObjectionLine key={each.id} objection={each} />
        ))}
      </ul>
    </>
  );
}

function ObjectionLine({ objection }: { readonly objection: Objection }) {
  const { say } = useWords();
  const { capacity } = useViewer();
  const { position, receivedAt, dueOn, state, name, contact, words, outcome, answer } = objection;
  const whom = [name ?? say("objection.anonymous"), contact].filter((part) => part !== null).join(" · ");
  return (
    <li className="inbox-line" data-unread={state !== "ANSWERED"}>
      <div className="inbox-words">
        <h4>
          {position === null ? say("objection.whole") : say("objection.line", { position })} ·{" "}
          {say(`objection.${state}`)}
        </h4>
        <p>{words}</p>
        <p className="quiet">
          {whom} · <Moment at={receivedAt} /> · {say("objection.dueOn")} <Day date={dueOn} />
        </p>
        {outcome === null ? null : (
          <Text>
            <b>{say(`objection.${outcome}`)}</b> {answer}
          </Text>
        )}
        {capacity.role === "REGISTRAR" ? <Next objection={objection} /> : null}
      </div>
    </li>
  );
}

function Next({ objection: { id, state } }: { readonly objection: Objection }) {
  const { say } = useWords();
  const [{ fetching }, takeUp] = useMutation(TakeUpObjectionDocument);
  const [fault, setFault] = useState<Fault | null>(null);
  if (state === "ANSWERED") return null;
  if (state === "UNDER_REVIEW") return <AnswerForm id={id} />;
  async function act() {
    const { data, error } = await takeUp({ id }, NOTICES);
    const result = data?.takeUpObjection;
    if (result?.__typename !== "PublicNoticeSuccess") setFault(result ?? (error === undefined ? {} : { error }));
  }
  return (
    <>
      {fault === null ? null : <ErrorNote {...fault} />}
      <Button size="xs" mt="xs" loading={fetching} onClick={() => void act()}>
        {say("objection.takeUp")}
      </Button>
    </>
  );
}

function AnswerForm({ id }: { readonly id: string }) {
  const { say } = useWords();
  const [{ fetching }, send] = useMutation(AnswerObjectionDocument);
  const [outcome, setOutcome] = useState<ObjectionOutcome | null>(null);
  const [answer, setAnswer] = useState("");
  const [fault, setFault] = useState<Fault | null>(null);
  async function act() {
    if (outcome === null) return;
    const { data, error } = await send({ id, outcome, answer }, NOTICES);
    const result = data?.answerObjection;
    if (result?.__typename !== "PublicNoticeSuccess") setFault(result ?? (error === undefined ? {} : { error }));
  }
  return (
    <form
      className="record-form"
      onSubmit={(event) => {
        event.preventDefault();
        void act();
      }}
    >
      {fault === null ? null : <ErrorNote {...fault} />}
      <Radio.Group
        label={say("objection.outcome")}
        required
        value={outcome ?? ""}
        onChange={(value) => setOutcome(value === "UPHELD" ? "UPHELD" : "DISMISSED")}
      >
        <Group mt="xs">
          <Radio value="UPHELD" label={say("objection.UPHELD")} />
          <Radio value="DISMISSED" label={say("objection.DISMISSED")} />
        </Group>
      </Radio.Group>
      <Textarea
        label={say("objection.answer")}
        description={say("objection.answerNote")}
        required
        maxLength={500}
        autosize
        minRows={2}
        value={answer}
        onChange={(event) => setAnswer(event.currentTarget.value)}
      />
      <div className="record-acts">
        <Button type="submit" loading={fetching} disabled={outcome === null || answer.trim() === ""}>
          {say("objection.sendAnswer")}
        </Button>
      </div>
    </form>
  );
}
