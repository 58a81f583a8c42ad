import { Button, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Day, Moment } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { ObjectionAnswerDocument, type ObjectionAnswerQuery } from "../generated/documents.ts";
import { useNotIndexed } from "./not-indexed.ts";

/** Where whoever objected reads how it stands, with the code they were given. */
export function ObjectionAnswerPage() {
  const { say } = useWords();
  const [text, setText] = useState("");
  const [code, setCode] = useState("");
  useNotIndexed();
  const [state] = useQuery({
    query: ObjectionAnswerDocument,
    variables: { code },
    pause: code === "",
    requestPolicy: "network-only",
  });
  return (
    <Page title={say("objection.answerTitle")} lead={say("objection.answerLead")}>
      <form
        className="record-form"
        onSubmit={(event) => {
          event.preventDefault();
          setCode(text.trim());
        }}
      >
        <TextInput
          label={say("objection.code")}
          placeholder="K7QM-3XWA-P9RT-6HND"
          required
          maxLength={40}
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className="record-acts">
          <Button type="submit" disabled={text.trim() === ""}>
            {say("objection.look")}
          </Button>
        </div>
      </form>
      {code === "" ? null : (
        <Answer state={state}>
          {({ objectionAnswer }) =>
            objectionAnswer === null ? <Empty>{say("objection.noCode")}</Empty> : <Standing of={objectionAnswer} />
          }
        </Answer>
      )}
    </Page>
  );
}

function Standing({ of }: { readonly of: NonNullable<ObjectionAnswerQuery["objectionAnswer"]> }) {
  const { say } = useWords();
  const { noticeTitle, receivedAt, dueOn, state, outcome, answer } = of;
  return (
    <Sheet title={noticeTitle} note={say(`objection.${state}`)}>
      <dl className="plan-figures">
        <div>
          <dt>{say("objection.receivedAt")}</dt>
          <dd>
            <Moment at={receivedAt} />
          </dd>
        </div>
        <div>
          <dt>{say("objection.dueOn")}</dt>
          <dd>
            <Day date={dueOn} />
          </dd>
        </div>
        {outcome === null ? null : (
          <div>
            <dt>{say("objection.outcome")}</dt>
            <dd>{say(`objection.${outcome}`)}</dd>
          </div>
        )}
      </dl>
      {answer === null ? null : <Text mt="md">{answer}</Text>}
    </Sheet>
  );
}
