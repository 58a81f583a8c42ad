import { NativeSelect } from "@mantine/core";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { groupBy } from "../../domain/group-by.ts";
import { Page, Sheet } from "../components/Page.tsx";
import { Answer, Empty, ErrorNote } from "../components/states.tsx";
import {
  PathwaysDocument,
  type PathwaysQuery,
  PathwayViewDocument,
  type PathwayViewQuery,
} from "../generated/documents.ts";
import { AgreementView } from "./AgreementView.tsx";
import { PlanSheet } from "./PlanSheet.tsx";
import { RuleSetView } from "./RuleSetView.tsx";
import { StageChain } from "./StageChain.tsx";

export type Pathway = NonNullable<PathwayViewQuery["pathway"]>;
export type Stage = Pathway["stages"][number];

/** One pathway: its stages, each stage's plan in terms, and what the parties agreed. */
export function PathwayPage() {
  const { say } = useWords();
  const { key } = useParams({ strict: false });
  const [state, again] = useQuery({ query: PathwaysDocument });
  return (
    <Page title={say("pathway.title")} lead={say("pathway.lead")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ pathways }) => {
          const chosen = key ?? pathways[0]?.key;
          if (chosen === undefined) return <Empty>{say("pathway.none")}</Empty>;
          return (
            <>
              <PathwayChoice pathways={pathways} chosen={chosen} />
              <PathwayView pathwayKey={chosen} />
            </>
          );
        }}
      </Answer>
    </Page>
  );
}

interface PathwayChoiceProps {
  readonly pathways: PathwaysQuery["pathways"];
  readonly chosen: string;
}

function PathwayChoice({ pathways, chosen }: PathwayChoiceProps) {
  const { say, name } = useWords();
  const navigate = useNavigate();
  const byAlliance = [...groupBy(pathways, ({ alliance }) => alliance.id)];
  return (
    <NativeSelect
      className="pathway-choice"
      label={say("pathway.choose")}
      value={chosen}
      onChange={(event) => void navigate({ to: "/planner/pathways/$key", params: { key: event.currentTarget.value } })}
      data={byAlliance.map(([id, own]) => ({
        group: own[0] === undefined ? id : name(own[0].alliance.title),
        items: own.map((pathway) => ({ value: pathway.key, label: `${pathway.label} · ${name(pathway.title)}` })),
      }))}
    />
  );
}

function PathwayView({ pathwayKey }: { readonly pathwayKey: string }) {
  const { say, name } = useWords();
  const [state, again] = useQuery({ query: PathwayViewDocument, variables: { key: pathwayKey } });
  return (
    <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
      {({ pathway }) =>
        pathway === null ? (
          <ErrorNote message={say("pathway.hidden")} />
        ) : (
          <>
            <Sheet
              title={
                <>
                  <span className="pathway-label">{pathway.label}</span> {name(pathway.title)}
                </>
              }
              note={name(pathway.alliance.title)}
            >
              <StageChain stages={pathway.stages} />
            </Sheet>
            {pathway.stages.map((stage) => (
              <PlanSheet key={stage.ordinal} stage={stage} />
            ))}
            <AgreementView agreement={pathway.agreement} />
            {pathway.agreement.ruleSets.map((set) => (
              <Sheet key={set.id} title={name(set.title)} note={say("ruleSet.note", { count: set.rules.length })}>
                <RuleSetView set={set} />
              </Sheet>
            ))}
          </>
        )
      }
    </Answer>
  );
}
