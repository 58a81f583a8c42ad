import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import type { CheckSearch } from "../app/router.tsx";
import { School } from "../components/field.tsx";
import { Answer, Empty, ErrorNote } from "../components/states.tsx";
import {
  type ProgrammeNameFragment,
  ReachableProgrammesDocument,
  type ReachableProgrammesQuery,
  RecognitionCheckDocument,
} from "../generated/documents.ts";
import { CheckAnswer } from "./CheckAnswer.tsx";

type Learner = NonNullable<ReachableProgrammesQuery["learner"]>;

interface CheckProps {
  readonly learnerId: string;
  readonly search: CheckSearch;
  readonly onAsk: (search: CheckSearch) => void;
}

/** Asks what one learner's achievements are worth, and shows the answer. */
export function Check({ learnerId, search, onAsk }: CheckProps) {
  const { say } = useWords();
  const [state, again] = useQuery({ query: ReachableProgrammesDocument, variables: { learnerId } });
  return (
    <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
      {({ learner }) => {
        if (learner === null) return <ErrorNote message={say("check.learnerHidden")} />;
        const programmes = onward(learner);
        if (programmes.length === 0) return <Empty>{say("check.noProgrammes")}</Empty>;
        // whoever has no registration is on no way: they say where they would go
        const first = learner.registrations.length === 0 ? null : (programmes[0] ?? null);
        const programme = programmes.find(({ key }) => key === search.programme) ?? first;
        return (
          <>
            <Question learner={learner} programmes={programmes} chosen={programme} search={search} onAsk={onAsk} />
            {programme === null ? (
              <Empty>{say("check.chooseProgramme")}</Empty>
            ) : (
              <Asked learnerId={learnerId} programmeId={programme.id} asOf={search.asOf ?? null} />
            )}
          </>
        );
      }}
    </Answer>
  );
}

/** What lies ahead first, the learner's present programmes last: one asks about the next stage. */
function onward({ reachableProgrammes, registrations }: Learner): readonly ProgrammeNameFragment[] {
  const own = new Set(registrations.map(({ programme }) => programme.id));
  return [...reachableProgrammes].sort((a, b) => Number(own.has(a.id)) - Number(own.has(b.id)));
}

interface QuestionProps {
  readonly learner: Learner;
  readonly programmes: readonly ProgrammeNameFragment[];
  readonly chosen: ProgrammeNameFragment | null;
  readonly search: CheckSearch;
  readonly onAsk: (search: CheckSearch) => void;
}

function Question({ learner, programmes, chosen, search, onAsk }: QuestionProps) {
  const { say, name } = useWords();
  const registration = learner.registrations.find(({ status }) => status === "ACTIVE") ?? learner.registrations[0];
  return (
    <form className="question" onSubmit={(event) => event.preventDefault()}>
      <div className="question-who">
        <strong>{learner.name}</strong>
        <span>
          {registration === undefined ? (
            learner.bankNumber !== null ? (
              <>
                {say("bankNumber.title")} <code>{learner.bankNumber.number}</code>
              </>
            ) : learner.homeInstitution === null ? (
              say("check.noSchool")
            ) : (
              <School of={learner.homeInstitution} />
            )
          ) : (
            <>
              {name(registration.programme.title)} · <School of={registration.programme.institution} />
              {registration.pathway === null ? null : ` · ${name(registration.pathway.title)}`}
            </>
          )}
        </span>
      </div>
      <NativeSelect
        className="question-programme"
        label={say("check.programme")}
        value={chosen?.key ?? ""}
        onChange={(event) => onAsk({ ...search, programme: event.currentTarget.value })}
        data={[
          ...(chosen === null ? [{ value: "", label: say("check.choose") }] : []),
          ...programmes.map((programme) => ({
            value: programme.key,
            label: `${name(programme.title)} · ${name(programme.institution.name)} · ${say(`level.${programme.level}`)}`,
          })),
        ]}
      />
      <TextInput
        type="date"
        className="question-date"
        label={say("check.asOf")}
        value={search.asOf ?? ""}
        onChange={(event) => {
          const { asOf: _, ...rest } = search;
          const { value } = event.currentTarget;
          onAsk(value === "" ? rest : { ...rest, asOf: value });
        }}
      />
    </form>
  );
}

interface AskedProps {
  readonly learnerId: string;
  readonly programmeId: string;
  readonly asOf: string | null;
}

function Asked({ learnerId, programmeId, asOf }: AskedProps) {
  const [state, again] = useQuery({
    query: RecognitionCheckDocument,
    variables: { learnerId, programId: programmeId, asOf },
  });
  return (
    <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
      {({ recognitionCheck }) =>
        recognitionCheck.__typename === "RecognitionCheck" ? (
          <div aria-busy={state.stale || state.fetching}>
            <CheckAnswer answer={recognitionCheck} />
          </div>
        ) : (
          <ErrorNote message={recognitionCheck.message} code={recognitionCheck.code} />
        )
      }
    </Answer>
  );
}
