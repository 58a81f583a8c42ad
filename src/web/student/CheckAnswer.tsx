import { SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMemo, useState } from "react";
import { useWords } from "../app/language.tsx";
import { Sheet } from "../components/Page.tsx";
import { Empty } from "../components/states.tsx";
import { type Answer, type Line, mapPlan } from "./answer.ts";
import { Caps, RuleSets } from "./Caps.tsx";
import { Explanation } from "./Explanation.tsx";
import { Flow } from "./Flow.tsx";
import { Headline } from "./Headline.tsx";
import { LineList } from "./LineList.tsx";
import { Progress } from "./Progress.tsx";
import { Refusals } from "./Refusals.tsx";
import { Remaining } from "./Remaining.tsx";

/** The whole answer: what is recognised, why, and what is left. */
export function CheckAnswer({ answer }: { readonly answer: Answer }) {
  const { say } = useWords();
  const [opened, setOpened] = useState<Line | null>(null);
  const plan = useMemo(() => mapPlan(answer), [answer]);
  return (
    <div className="answer">
      <Headline answer={answer} />
      <Lines answer={answer} plan={plan} onOpen={setOpened} />
      <div className="answer-pair">
        <Sheet title={say("check.progress.title")} note={say("check.progress.note")}>
          <Progress answer={answer} />
        </Sheet>
        <div className="answer-stack">
          <Sheet title={say("check.caps.title")} note={say("check.caps.note")}>
            <Caps caps={answer.caps} />
          </Sheet>
          <Sheet title={say("check.ruleSets.title")} note={say("check.ruleSets.note")}>
            <RuleSets ruleSets={answer.ruleSets} />
          </Sheet>
        </div>
      </div>
      <Refusals answer={answer} plan={plan} />
      <Remaining answer={answer} />
      <Explanation line={opened} plan={plan} onClose={() => setOpened(null)} />
    </div>
  );
}

interface LinesProps {
  readonly answer: Answer;
  readonly plan: ReturnType<typeof mapPlan>;
  readonly onOpen: (line: Line) => void;
}

/** The picture and the list say the same; where there is no room for the picture, the list comes first. */
function Lines({ answer, plan, onOpen }: LinesProps) {
  const { say } = useWords();
  const roomy = useMediaQuery("(min-width: 52em)", true, { getInitialValueInEffect: false });
  const [chosen, setChosen] = useState<"picture" | "list" | null>(null);
  const view = roomy ? (chosen ?? "picture") : "list";
  return (
    <Sheet
      id="lines"
      title={say("check.lines.title")}
      note={say("check.lines.note")}
      aside={
        roomy ? (
          <SegmentedControl
            aria-label={say("check.lines.view")}
            value={view}
            onChange={(value) => setChosen(value === "list" ? "list" : "picture")}
            data={[
              { value: "picture", label: say("check.lines.picture") },
              { value: "list", label: say("check.lines.list") },
            ]}
          />
        ) : null
      }
    >
      {answer.lines.length === 0 ? (
        <Empty>{say("check.lines.none")}</Empty>
      ) : view === "picture" ? (
        <Flow answer={answer} plan={plan} onOpen={onOpen} />
      ) : (
        <LineList answer={answer} plan={plan} onOpen={onOpen} />
      )}
    </Sheet>
  );
}
