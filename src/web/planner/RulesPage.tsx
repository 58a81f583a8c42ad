import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { type RuleSetViewFragment, SchoolRuleSetsDocument } from "../generated/documents.ts";
import { RuleSetView } from "./RuleSetView.tsx";

/** Every rule set in force: of the bank, of schools, and of agreements. */
export function RulesPage() {
  const { say } = useWords();
  const [state, again] = useQuery({ query: SchoolRuleSetsDocument, variables: {} });
  return (
    <Page title={say("rules.title")} lead={say("rules.lead")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ ruleSets }) =>
          ruleSets.length === 0 ? <Empty>{say("rules.none")}</Empty> : <Choose ruleSets={ruleSets} />
        }
      </Answer>
    </Page>
  );
}

function Choose({ ruleSets }: { readonly ruleSets: readonly RuleSetViewFragment[] }) {
  const { say, name } = useWords();
  const [key, setKey] = useState<string | null>(null);
  const chosen = ruleSets.find((set) => set.id === key) ?? ruleSets[0];
  return (
    <>
      <NativeSelect
        className="pathway-choice"
        label={say("rules.choose")}
        value={chosen?.id ?? ""}
        onChange={(event) => setKey(event.currentTarget.value)}
        data={(["AGREEMENT", "SCHOOL", "CREDIT_BANK"] as const).map((owner) => ({
          group: say(`owner.${owner}`),
          items: ruleSets
            .filter((set) => set.owner === owner)
            .map((set) => ({ value: set.id, label: name(set.title) })),
        }))}
      />
      {chosen === undefined ? null : (
        <Sheet key={chosen.id} title={name(chosen.title)} note={say("ruleSet.note", { count: chosen.rules.length })}>
          <RuleSetView set={chosen} />
        </Sheet>
      )}
    </>
  );
}
