import { Badge } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../app/language.tsx";
import type { AchievementRowFragment } from "../generated/documents.ts";
import { Amount, Day, School, useGradeText } from "./field.tsx";

interface AchievementTableProps {
  readonly achievements: readonly (AchievementRowFragment & { readonly learner?: { readonly name: string } })[];
  /** Whether the learner's name is a column: on a registrar's page it is. */
  readonly withLearner?: boolean;
  /** What can be done with one that stands. */
  readonly act?: ((achievement: AchievementRowFragment) => ReactNode) | undefined;
}

/** Achievements, newest first; on a narrow screen each row is a card. */
export function AchievementTable({ achievements, withLearner = false, act }: AchievementTableProps) {
  const { say, name } = useWords();
  const gradeText = useGradeText();
  return (
    <table className="rows">
      <caption className="visually-hidden">{say("achievements.caption")}</caption>
      <thead>
        <tr>
          {withLearner ? <th scope="col">{say("column.learner")}</th> : null}
          <th scope="col">{say("column.achievement")}</th>
          <th scope="col">{say("column.kind")}</th>
          <th scope="col">{say("column.institution")}</th>
          <th scope="col">{say("column.grade")}</th>
          <th scope="col" className="number">
            {say("column.credits")}
          </th>
          <th scope="col">{say("column.completedOn")}</th>
          {act === undefined ? null : <th scope="col">{say("column.act")}</th>}
        </tr>
      </thead>
      <tbody>
        {achievements.map((achievement) => (
          <tr key={achievement.id}>
            {withLearner ? <td data-label={say("column.learner")}>{achievement.learner?.name}</td> : null}
            <th scope="row" data-label={say("column.achievement")}>
              {name(achievement.title)}
              {achievement.status === "DEPOSITED" ? null : (
                <>
                  {" "}
                  <Badge color="seal" component="span">
                    {say(`status.${achievement.status}`)}
                  </Badge>
                </>
              )}
              {achievement.evidence.length === 0 ? null : (
                <span className="code">
                  {achievement.evidence.map(({ label, value }) => `${label} ${value}`).join(" · ")}
                </span>
              )}
              {achievement.course === null ? null : <span className="code">{achievement.course.code}</span>}
            </th>
            <td data-label={say("column.kind")}>
              {say(`kind.${achievement.kind}`)}
              {achievement.attempt === "FIRST" ? null : ` · ${say(`attempt.${achievement.attempt}`)}`}
            </td>
            <td data-label={say("column.institution")}>
              <School of={achievement.institution} />
            </td>
            <td data-label={say("column.grade")}>{gradeText(achievement.grade)}</td>
            <td data-label={say("column.credits")} className="number">
              <Amount credits={achievement.credits} unit={achievement.unit} />
            </td>
            <td data-label={say("column.completedOn")}>
              <Day date={achievement.completedOn} />
              {achievement.validUntil === null ? null : (
                <span className="code">
                  {say("achievement.validUntil")} <Day date={achievement.validUntil} />
                </span>
              )}
            </td>
            {act === undefined ? null : (
              <td data-label={say("column.act")}>
                {["DEPOSITED", "SUPERSEDED"].includes(achievement.status) ? act(achievement) : "—"}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
