import { useState } from "react";
import { formatCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { type Answer, type NodeProgress, type ProgressTree, treesOf } from "./answer.ts";

/** The plan as a tree: how far each node is met, by attending and by recognition. */
export function Progress({ answer }: { readonly answer: Answer }) {
  return (
    <ul className="tree">
      {treesOf(answer.progress).map((tree) => (
        <Branch key={tree.node.key} tree={tree} />
      ))}
    </ul>
  );
}

function Branch({ tree: { node, children } }: { readonly tree: ProgressTree }) {
  const { say } = useWords();
  const [open, setOpen] = useState(false);
  const courses = children.filter((child) => child.node.kind === "COURSE");
  const nodes = children.filter((child) => child.node.kind !== "COURSE");
  const met = courses.filter((child) => child.node.complete).length;
  return (
    <li className="branch" data-depth={node.depth}>
      <NodeBar node={node} />
      {courses.length === 0 ? null : (
        <>
          <button type="button" className="disclosure" aria-expanded={open} onClick={() => setOpen(!open)}>
            {say("check.progress.courses", { met, count: courses.length })}
          </button>
          {open ? (
            <ul className="course-states">
              {courses.map((child) => (
                <CourseState key={child.node.key} node={child.node} />
              ))}
            </ul>
          ) : null}
        </>
      )}
      {nodes.length === 0 ? null : (
        <ul className="tree">
          {nodes.map((child) => (
            <Branch key={child.node.key} tree={child} />
          ))}
        </ul>
      )}
    </li>
  );
}

function NodeBar({ node }: { readonly node: NodeProgress }) {
  const { say, name } = useWords();
  const share = (credits: number) =>
    `${node.requiredCredits === 0 ? 0 : Math.min(100, (100 * credits) / node.requiredCredits)}%`;
  return (
    <>
      <div className="branch-head">
        <span className="branch-title">{name(node.title)}</span>
        <span className="branch-figures">
          {node.complete
            ? say("check.node.complete")
            : say("check.node.left", { credits: formatCredits(node.remainingCredits) })}
        </span>
      </div>
      <div className="branch-bar" aria-hidden="true">
        <span className="bar-passed" style={{ width: share(node.passedCredits) }} />
        <span className="bar-recognised" style={{ width: share(node.recognisedCredits) }} />
      </div>
      <p className="branch-words">
        {say("check.node.words", {
          required: formatCredits(node.requiredCredits),
          passed: formatCredits(node.passedCredits),
          recognised: formatCredits(node.recognisedCredits),
        })}
      </p>
    </>
  );
}

function CourseState({ node }: { readonly node: NodeProgress }) {
  const { say, name } = useWords();
  const state = node.recognisedCredits > 0 ? "recognised" : node.passedCredits > 0 ? "passed" : "open";
  return (
    <li data-state={state}>
      <span className="course-state-mark" aria-hidden="true" />
      <span>{name(node.title)}</span>
      <span className="course-state-word">
        {say(`check.course.${state}`)} · {formatCredits(node.requiredCredits)}
      </span>
    </li>
  );
}
