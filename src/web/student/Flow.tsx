import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, useMemo, useState } from "react";
import { formatCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { unitOfLevel } from "../../domain/credit.ts";
import { Amount, GroupLegend, GroupMark, useGradeText } from "../components/field.tsx";
import type { CourseGroup } from "../generated/documents.ts";
import { type Achievement, type Answer, type Destination, destinationsOf, type Line, type PlanMap } from "./answer.ts";
import { layOut, outline } from "./flow-layout.ts";

interface FlowProps {
  readonly answer: Answer;
  readonly plan: PlanMap;
  readonly onOpen: (line: Line) => void;
}

const BAR = 7;
/** The space between a label and the bar it belongs to. */
const BESIDE = 12;

/** What flows from which achievement into which course or node of the plan. Every line can be reached and opened by keyboard. */
export function Flow({ answer, plan, onOpen }: FlowProps) {
  const { say, name } = useWords();
  const { ref, width } = useElementSize();
  const [lit, setLit] = useState<number | null>(null);
  const [left, right] = [Math.min(330, width * 0.31), width - Math.min(350, width * 0.33)];
  const picture = useMemo(
    () => draw(answer, plan, name, { left, right, width }),
    [answer, plan, name, left, right, width],
  );
  const { layout } = picture;
  const unit = unitOfLevel(answer.programme.level);
  const linesOf = (key: string) => layout.ribbons.filter(({ source, target }) => source === key || target === key);
  const shade = (key: string) => (lit !== null && !linesOf(key).some(({ line }) => line === lit) ? "dim" : "");

  return (
    <figure className="flow" aria-label={say("check.flow.label", { count: answer.lines.length })}>
      <div className="flow-legend">
        <GroupLegend groups={picture.groups} />
        {answer.lines.some(({ discretion }) => discretion) ? (
          <p className="legend-dash">{say("check.flow.discretion")}</p>
        ) : null}
      </div>
      <div className="flow-heads" aria-hidden="true">
        <span>{say("check.flow.sources")}</span>
        <span>{say("check.flow.targets", { programme: name(answer.programme.title) })}</span>
      </div>
      <div ref={ref} className="flow-stage" style={{ height: layout.height }}>
        {width === 0 ? null : (
          <>
            <svg
              className="flow-ribbons"
              width={width}
              height={layout.height}
              role="group"
              aria-label={say("check.flow.lines")}
            >
              <Patterns />
              {answer.lines.map((line, index) => (
                <Ribbons
                  key={`${line.rule.id}/${line.achievements.map(({ id }) => id).join("+")}/${line.targets.map(({ course }) => course.id).join("+")}`}
                  label={describe(line, plan, say, name)}
                  state={lit === null ? "" : lit === index ? "lit" : "dim"}
                  group={picture.groupOf(line)}
                  paths={layout.ribbons
                    .filter((ribbon) => ribbon.line === index)
                    .map((ribbon) => outline(ribbon, left + BAR, right - BAR))}
                  discretion={line.discretion}
                  onLight={(on) => setLit(on ? index : null)}
                  onOpen={() => onOpen(line)}
                />
              ))}
              {layout.sources.map((box) => (
                <rect key={box.key} className="flow-bar" x={left} y={box.barTop} width={BAR} height={box.barHeight} />
              ))}
              {layout.targets.map((box) => (
                <rect
                  key={box.key}
                  className="flow-bar"
                  x={right - BAR}
                  y={box.barTop}
                  width={BAR}
                  height={box.barHeight}
                />
              ))}
            </svg>
            {layout.sources.map((box) => (
              <SourceLabel
                key={box.key}
                achievement={picture.achievement(box.key)}
                shade={shade(box.key)}
                style={{ top: box.top, height: box.height, width: left - BESIDE }}
              />
            ))}
            {layout.groups.map(({ key, top }) => (
              <GroupHead key={key} nodeKey={key} plan={plan} style={{ top, left: right, right: 0 }} />
            ))}
            {layout.targets.map((box) => (
              <TargetLabel
                key={box.key}
                destination={picture.destination(box.key)}
                plan={plan}
                shade={shade(box.key)}
                style={{ top: box.top, height: box.height, left: right + BESIDE, right: 0 }}
              />
            ))}
          </>
        )}
      </div>
      <figcaption>{say("check.flow.caption", { unit: say(`unit.${unit}`) })}</figcaption>
    </figure>
  );
}

type Name = ReturnType<typeof useWords>["name"];

/** How wide a character of a title is about, in pixels; Chinese ones are square. */
const [SQUARE, NARROW] = [15.5, 8.2];
const [TITLE_LINE, REST_OF_LABEL] = [20, 28];

/** How high a label with this title will be, in pixels, where its column is so wide. */
function labelHeight(title: string, width: number): number {
  const length = Array.from(title).reduce((sum, character) => sum + (character > "\u2e7f" ? SQUARE : NARROW), 0);
  // a line breaks between words, so it is seldom full
  return REST_OF_LABEL + TITLE_LINE * Math.max(1, Math.ceil(length / Math.max(100, width * 0.92)));
}

/** Where the ribbons begin and end, in the width of the picture. */
interface Columns {
  readonly left: number;
  readonly right: number;
  readonly width: number;
}

/** The picture's parts by their keys, and where they lie. */
function draw(answer: Answer, plan: PlanMap, name: Name, { left, right, width }: Columns) {
  const achievements = new Map<string, Achievement>();
  const destinations = new Map<string, Destination>();
  const lines = answer.lines.map((line) => {
    for (const achievement of line.achievements) achievements.set(achievement.id, achievement);
    const targets = destinationsOf(line).map((destination) => {
      const before = destinations.get(destination.key);
      destinations.set(destination.key, { ...destination, credits: destination.credits + (before?.credits ?? 0) });
      const groupKey = destination.kind === "COURSE" ? plan.groupOfCourse(destination.key) : destination.nodeKey;
      return { key: destination.key, groupKey, credits: destination.credits };
    });
    return { sources: line.achievements.map(({ id }) => id), targets };
  });
  const groups = new Set(answer.lines.flatMap(({ targets }) => targets.map(({ course }) => course.group)));
  return {
    layout: layOut(lines, plan.groupKeys, (key) => {
      const achievement = achievements.get(key);
      const destination = destinations.get(key);
      if (achievement !== undefined) return labelHeight(name(achievement.title), left - BESIDE);
      return labelHeight(
        destination?.kind === "COURSE" ? `  ${name(destination.course.title)}` : "",
        width - right - BESIDE,
      );
    }),
    achievement: (key: string) => achievements.get(key),
    destination: (key: string) => destinations.get(key),
    groupOf: (line: Line): CourseGroup | "NODE" => line.targets[0]?.course.group ?? "NODE",
    groups: [...groups],
  };
}

/** A line in words, for whoever cannot see it. */
function describe(
  line: Line,
  plan: PlanMap,
  say: ReturnType<typeof useWords>["say"],
  name: ReturnType<typeof useWords>["name"],
) {
  const to = destinationsOf(line).map((destination) => {
    if (destination.kind === "COURSE") return name(destination.course.title);
    const node = plan.node(destination.nodeKey);
    return node === undefined ? destination.nodeKey : name(node.title);
  });
  return say("check.flow.line", {
    from: line.achievements.map(({ title }) => name(title)).join(say("list.and")),
    to: to.join(say("list.and")),
    credits: formatCredits(line.credits),
  });
}

interface RibbonsProps {
  readonly label: string;
  readonly state: string;
  readonly group: CourseGroup | "NODE";
  readonly paths: readonly string[];
  readonly discretion: boolean;
  readonly onLight: (on: boolean) => void;
  readonly onOpen: () => void;
}

/** All bands of one line: one button. */
function Ribbons({ label, state, group, paths, discretion, onLight, onOpen }: RibbonsProps) {
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onOpen();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- SVG has no button
    <g
      className={`ribbon ${state}`}
      data-group={group}
      data-discretion={discretion}
      role="button"
      tabIndex={0}
      aria-label={label}
      aria-haspopup="dialog"
      onClick={onOpen}
      onKeyDown={onKey}
      onFocus={() => onLight(true)}
      onBlur={() => onLight(false)}
      onMouseEnter={() => onLight(true)}
      onMouseLeave={() => onLight(false)}
    >
      <title>{label}</title>
      {paths.map((path) => (
        <path key={path} d={path} />
      ))}
      {paths.map((path) => (
        <path key={`${path}#`} d={path} className="ribbon-pattern" />
      ))}
    </g>
  );
}

/** The groups differ in pattern as well as in colour. */
function Patterns() {
  return (
    <defs>
      <pattern id="p-GENERAL_FOUNDATION" width="6" height="6" patternUnits="userSpaceOnUse" />
      <pattern id="p-SPECIALTY_FOUNDATION" width="7" height="7" patternUnits="userSpaceOnUse">
        <circle cx="2" cy="2" r="1.1" />
      </pattern>
      <pattern id="p-SPECIALTY_CORE" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="2" height="7" />
      </pattern>
      <pattern id="p-SPECIALTY_EXTENSION" width="7" height="7" patternUnits="userSpaceOnUse">
        <rect width="7" height="1.6" />
      </pattern>
      <pattern id="p-INTERNSHIP" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
        <rect width="2" height="7" />
        <rect width="7" height="2" />
      </pattern>
    </defs>
  );
}

interface LabelProps {
  readonly shade: string;
  readonly style: React.CSSProperties;
}

function SourceLabel({ achievement, shade, style }: LabelProps & { readonly achievement: Achievement | undefined }) {
  const { say, name } = useWords();
  const gradeText = useGradeText();
  if (achievement === undefined) return null;
  return (
    <div className={`flow-label flow-source ${shade}`} style={style} aria-hidden="true">
      <span className="flow-title">{name(achievement.title)}</span>
      <span className="flow-meta">
        {achievement.kind === "COURSE" ? null : `${say(`kind.${achievement.kind}`)} · `}
        {achievement.unit === "ITEM" ? null : (
          <>
            <Amount credits={achievement.credits} unit={achievement.unit} /> ·{" "}
          </>
        )}
        {gradeText(achievement.grade)}
      </span>
    </div>
  );
}

interface TargetLabelProps extends LabelProps {
  readonly destination: Destination | undefined;
  readonly plan: PlanMap;
}

function TargetLabel({ destination, plan, shade, style }: TargetLabelProps) {
  const { say, name } = useWords();
  if (destination === undefined) return null;
  const credits = say("credits", { credits: formatCredits(destination.credits) });
  if (destination.kind === "NODE") {
    return (
      <div className={`flow-label ${shade}`} style={style} aria-hidden="true">
        <span className="flow-title">{say("check.flow.blanket")}</span>
        <span className="flow-meta">{credits}</span>
      </div>
    );
  }
  const term = plan.termOf(destination.course.id);
  return (
    <div className={`flow-label ${shade}`} style={style} aria-hidden="true">
      <span className="flow-title">
        <GroupMark group={destination.course.group} /> {name(destination.course.title)}
      </span>
      <span className="flow-meta">
        {credits}
        {term === undefined ? null : ` · ${say("term.ordinal", { term })}`}
      </span>
    </div>
  );
}

interface GroupHeadProps {
  readonly nodeKey: string;
  readonly plan: PlanMap;
  readonly style: React.CSSProperties;
}

function GroupHead({ nodeKey, plan, style }: GroupHeadProps) {
  const { say, name } = useWords();
  const node = plan.node(nodeKey);
  if (node === undefined) return null;
  const share = (credits: number) =>
    `${node.requiredCredits === 0 ? 0 : Math.min(100, (100 * credits) / node.requiredCredits)}%`;
  return (
    <div className="flow-group" style={style} aria-hidden="true">
      <span className="flow-group-title">{name(node.title)}</span>
      <span className="flow-group-left">
        {node.complete
          ? say("check.node.complete")
          : say("check.node.left", { credits: formatCredits(node.remainingCredits) })}
      </span>
      <span className="flow-group-bar">
        <span className="bar-passed" style={{ width: share(node.passedCredits) }} />
        <span className="bar-recognised" style={{ width: share(node.recognisedCredits) }} />
      </span>
    </div>
  );
}
