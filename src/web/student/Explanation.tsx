import { Badge, Drawer } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { ReactNode } from "react";
import { formatCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { Amount, Cite, Day, GroupMark, School, useGradeText } from "../components/field.tsx";
import { destinationsOf, type Line, type PlanMap } from "./answer.ts";
import { Conditions } from "./Conditions.tsx";

interface ExplanationProps {
  readonly line: Line | null;
  readonly plan: PlanMap;
  readonly onClose: () => void;
}

/** Why one line counts: the rule and what it rests on, every condition, the arithmetic, and the grade that is recorded. */
export function Explanation({ line, plan, onClose }: ExplanationProps) {
  const { say } = useWords();
  const narrow = useMediaQuery("(max-width: 40em)");
  return (
    <Drawer.Root opened={line !== null} onClose={onClose} position="right" size={narrow ? "100%" : 620}>
      <Drawer.Overlay />
      <Drawer.Content>
        <div className="drawer-head">
          <Drawer.Title className="drawer-title">{say("explain.title")}</Drawer.Title>
          <Drawer.CloseButton aria-label={say("explain.close")} />
        </div>
        <Drawer.Body>{line === null ? null : <Explained line={line} plan={plan} />}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function Explained({ line, plan }: { readonly line: Line; readonly plan: PlanMap }) {
  const { say, name } = useWords();
  const gradeText = useGradeText();
  return (
    <div className="explained">
      <p className="explained-sentence">{line.sentence}</p>
      {line.discretion ? (
        <p>
          <Badge color="amber">{say("check.line.discretion")}</Badge>
        </p>
      ) : null}
      <Part title={say("explain.from")}>
        <ul className="plain-list">
          {line.achievements.map((achievement) => (
            <li key={achievement.id}>
              <strong>{name(achievement.title)}</strong>
              <span className="line-meta">
                {say(`kind.${achievement.kind}`)} · <School of={achievement.institution} /> ·{" "}
                <Amount credits={achievement.credits} unit={achievement.unit} /> · {gradeText(achievement.grade)} ·{" "}
                <Day date={achievement.completedOn} />
              </span>
            </li>
          ))}
        </ul>
      </Part>
      <Part title={say("explain.to")}>
        <ul className="plain-list">
          {destinationsOf(line).map((destination) => (
            <li key={destination.key}>
              <strong>
                {destination.kind === "COURSE" ? (
                  <>
                    <GroupMark group={destination.course.group} /> {name(destination.course.title)}
                  </>
                ) : (
                  <NodeTitle nodeKey={destination.nodeKey} plan={plan} />
                )}
              </strong>
              <span className="line-meta">{say("credits", { credits: formatCredits(destination.credits) })}</span>
            </li>
          ))}
        </ul>
      </Part>
      <Part title={say("explain.conversion")}>
        <p className="arithmetic">{line.conversionSentence}</p>
        {line.countedCredits === line.credits ? null : (
          <p className="quiet">{say("explain.counted", { credits: formatCredits(line.countedCredits) })}</p>
        )}
      </Part>
      <Part title={say("explain.grade")}>
        <p>
          <strong>{line.recordedGrade === null ? say("explain.noGrade") : gradeText(line.recordedGrade)}</strong>
          {line.rule.recordedGradeSentence === "" ? null : (
            <span className="quiet"> · {line.rule.recordedGradeSentence}</span>
          )}
        </p>
      </Part>
      <Part title={say("explain.conditions")}>
        <Conditions conditions={line.conditions} />
      </Part>
      <Part title={say("explain.rule")}>
        <p>
          <strong>{name(line.rule.title)}</strong>
        </p>
        <p>
          {line.rule.sourceSentence} → {line.rule.targetSentence}
        </p>
        <p className="quiet">
          {say("explain.ruleMeta", {
            set: name(line.rule.ruleSet.title),
            version: line.rule.version,
            owner: say(`owner.${line.owner}`),
          })}
        </p>
        <p>
          <Cite citation={line.rule.citation} />
        </p>
      </Part>
    </div>
  );
}

function NodeTitle({ nodeKey, plan }: { readonly nodeKey: string; readonly plan: PlanMap }) {
  const { name } = useWords();
  const node = plan.node(nodeKey);
  return node === undefined ? nodeKey : name(node.title);
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="explained-part">
      <h3>{title}</h3>
      {children}
    </section>
  );
}
