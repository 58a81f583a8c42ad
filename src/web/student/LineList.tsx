import { Badge, UnstyledButton } from "@mantine/core";
import { formatCredits } from "../../domain/credit.ts";
import { groupBy } from "../../domain/group-by.ts";
import { useWords } from "../app/language.tsx";
import { Amount, GroupMark, useGradeText } from "../components/field.tsx";
import { type Answer, destinationsOf, type Line, type PlanMap } from "./answer.ts";

interface LineListProps {
  readonly answer: Answer;
  readonly plan: PlanMap;
  readonly onOpen: (line: Line) => void;
}

/** The picture in words: one entry a line, by the groups of the plan. */
export function LineList({ answer, plan, onOpen }: LineListProps) {
  const { name } = useWords();
  const groupOf = (line: Line) => {
    const [first] = destinationsOf(line);
    if (first === undefined) return "";
    return first.kind === "COURSE" ? plan.groupOfCourse(first.key) : first.nodeKey;
  };
  const byGroup = groupBy(answer.lines, groupOf);
  const order = (key: string) => plan.groupKeys.indexOf(key);
  return [...byGroup]
    .sort(([a], [b]) => order(a) - order(b))
    .map(([key, lines]) => {
      const node = plan.node(key);
      return (
        <section key={key} className="line-group">
          {node === undefined ? null : <h3>{name(node.title)}</h3>}
          <ul className="line-list">
            {lines.map((line) => (
              <li
                key={`${line.rule.id}/${line.achievements.map(({ id }) => id).join("+")}/${line.targets.map(({ course }) => course.id).join("+")}`}
              >
                <LineCard line={line} plan={plan} onOpen={() => onOpen(line)} />
              </li>
            ))}
          </ul>
        </section>
      );
    });
}

interface LineCardProps {
  readonly line: Line;
  readonly plan: PlanMap;
  readonly onOpen: () => void;
}

function LineCard({ line, plan, onOpen }: LineCardProps) {
  const { say, name } = useWords();
  const gradeText = useGradeText();
  return (
    <UnstyledButton className="line-card" aria-haspopup="dialog" onClick={onOpen}>
      <span className="line-from">
        {line.achievements.map((achievement) => (
          <span key={achievement.id} className="line-item">
            <span className="line-title">{name(achievement.title)}</span>
            <span className="line-meta">
              {achievement.unit === "ITEM" ? (
                say(`kind.${achievement.kind}`)
              ) : (
                <Amount credits={achievement.credits} unit={achievement.unit} />
              )}{" "}
              · {gradeText(achievement.grade)}
            </span>
          </span>
        ))}
      </span>
      <span className="line-arrow" aria-hidden="true" />
      <span className="visually-hidden">{say("check.line.countsFor")}</span>
      <span className="line-to">
        {destinationsOf(line).map((destination) => (
          <span key={destination.key} className="line-item">
            <span className="line-title">
              {destination.kind === "COURSE" ? (
                <>
                  <GroupMark group={destination.course.group} /> {name(destination.course.title)}
                </>
              ) : (
                nodeTitle(destination.nodeKey, plan, name)
              )}
            </span>
            <span className="line-meta">{say("credits", { credits: formatCredits(destination.credits) })}</span>
          </span>
        ))}
      </span>
      <span className="line-end">
        <strong>{formatCredits(line.credits)}</strong> <span>{say("credits.word")}</span>
        {line.discretion ? (
          <Badge color="amber" component="span">
            {say("check.line.discretion")}
          </Badge>
        ) : null}
        <span className="line-why">{say("check.line.why")}</span>
      </span>
    </UnstyledButton>
  );
}

function nodeTitle(key: string, plan: PlanMap, name: ReturnType<typeof useWords>["name"]): string {
  const node = plan.node(key);
  return node === undefined ? key : name(node.title);
}
