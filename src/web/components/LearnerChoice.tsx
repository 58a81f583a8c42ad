import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { LearnerChoicesDocument } from "../generated/documents.ts";

interface LearnerChoiceProps {
  readonly value: string | null;
  /** The id, and the learner in words. */
  readonly onChange: (id: string | null, label: string) => void;
}

/** A learner of the school, found by number or name as one writes. */
export function LearnerChoice({ value, onChange }: LearnerChoiceProps) {
  const { say } = useWords();
  const [text, setText] = useState("");
  const [sought] = useDebouncedValue(text.trim(), 250);
  const [{ data }] = useQuery({ query: LearnerChoicesDocument, variables: { text: sought }, pause: sought === "" });
  const options = (sought === "" ? [] : (data?.learners.edges ?? [])).map(
    ({ node: { id, name, registrations, bankNumber } }) => ({
      value: id,
      label: [name, registrations[0]?.studentNo ?? bankNumber?.number, registrations[0]?.className]
        .filter((part) => typeof part === "string")
        .join(" · "),
    }),
  );
  return (
    <Select
      label={say("column.learner")}
      description={say("placements.learnerNote")}
      placeholder={say("learners.search")}
      searchable
      data={options}
      // the service has searched already
      filter={({ options: all }) => all}
      nothingFoundMessage={text.trim() === "" ? undefined : say("learners.none")}
      value={value}
      onChange={(id, option) => onChange(id, option?.label ?? "")}
      onSearchChange={setText}
    />
  );
}
