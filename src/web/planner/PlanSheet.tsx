import { Badge } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { formatCredits } from "../../domain/credit.ts";
import { useWords } from "../app/language.tsx";
import { unitOfLevel } from "../../domain/credit.ts";
import { Cite, GroupLegend, GroupMark, School } from "../components/field.tsx";
import { groupBy } from "../../domain/group-by.ts";
import { Sheet } from "../components/Page.tsx";
import { Empty } from "../components/states.tsx";
import type { CourseGroup } from "../generated/documents.ts";
import type { Stage } from "./PathwayPage.tsx";

type Plan = NonNullable<Stage["programme"]["plan"]>;
type PlanCourse = Plan["courses"][number];

const GROUPS: readonly CourseGroup[] = [
  "GENERAL_FOUNDATION",
  "SPECIALTY_FOUNDATION",
  "SPECIALTY_CORE",
  "SPECIALTY_EXTENSION",
  "INTERNSHIP",
];

/** One stage's plan: courses by group and term, and what the norms say of it. */
export function PlanSheet({ stage }: { readonly stage: Stage }) {
  const { say, name } = useWords();
  const { programme } = stage;
  const { plan, major } = programme;
  return (
    <Sheet
      title={say("plan.title", { ordinal: stage.ordinal, programme: name(programme.title) })}
      note={
        <>
          <School of={programme.institution} /> · {say("plan.major", { code: major.code })}
          {plan === null ? null : ` · ${say("plan.cohort", { cohort: plan.cohort })}`}
          {plan?.invented ? (
            <>
              {" "}
              <Badge color="gray" component="span">
                {say("mark.inventedPlan")}
              </Badge>
            </>
          ) : null}
        </>
      }
    >
      {plan === null ? (
        <Empty>{say("plan.none")}</Empty>
      ) : (
        <>
          <PlanFigures plan={plan} stage={stage} />
          <GroupLegend groups={GROUPS.filter((group) => plan.courses.some(({ course }) => course.group === group))} />
          <PlanGrid plan={plan} terms={stage.years * 2} caption={name(programme.title)} />
          <Norms norms={plan.norms} />
        </>
      )}
    </Sheet>
  );
}

function PlanFigures({ plan, stage }: { readonly plan: Plan; readonly stage: Stage }) {
  const { say } = useWords();
  const practice = plan.totalHours === 0 ? 0 : Math.round((100 * plan.practiceHours) / plan.totalHours);
  return (
    <dl className="plan-figures">
      <div>
        <dt>{say("plan.credits")}</dt>
        <dd>
          <span className="figure-number">{formatCredits(plan.requiredCredits)}</span>{" "}
          {say(`unit.${unitOfLevel(stage.level)}`)}
        </dd>
      </div>
      <div>
        <dt>{say("plan.hours")}</dt>
        <dd>
          <span className="figure-number">{plan.totalHours}</span>
        </dd>
      </div>
      <div>
        <dt>{say("plan.practice")}</dt>
        <dd>
          <span className="figure-number">{practice}%</span>
        </dd>
      </div>
      <div>
        <dt>{say("plan.courses")}</dt>
        <dd>
          <span className="figure-number">{plan.courses.length}</span>
        </dd>
      </div>
    </dl>
  );
}

interface PlanGridProps {
  readonly plan: Plan;
  readonly terms: number;
  readonly caption: string;
}

/** Groups by terms where there is room; term after term where there is not. */
function PlanGrid({ plan, terms, caption }: PlanGridProps) {
  const roomy = useMediaQuery("(min-width: 62em)", true, { getInitialValueInEffect: false });
  const count = Math.max(terms, ...plan.courses.map(({ term }) => term));
  const all = Array.from({ length: count }, (_, index) => index + 1);
  return roomy ? <Matrix plan={plan} terms={all} caption={caption} /> : <TermList plan={plan} terms={all} />;
}

interface TermsProps {
  readonly plan: Plan;
  readonly terms: readonly number[];
}

const creditsIn = (courses: readonly PlanCourse[]) => courses.reduce((sum, { course }) => sum + course.credits, 0);

function Matrix({ plan, terms, caption }: TermsProps & { readonly caption: string }) {
  const { say } = useWords();
  const byTerm = groupBy(plan.courses, ({ term }) => term);
  const at = (group: CourseGroup, term: number) =>
    (byTerm.get(term) ?? []).filter(({ course }) => course.group === group);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div className="matrix-scroll" tabIndex={0} role="region" aria-label={say("plan.grid", { programme: caption })}>
      <table className="matrix">
        <caption className="visually-hidden">{say("plan.grid", { programme: caption })}</caption>
        <thead>
          <tr>
            <th scope="col">{say("plan.group")}</th>
            {terms.map((term) => (
              <th key={term} scope="col">
                {say("term.ordinal", { term })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {GROUPS.filter((group) => plan.courses.some(({ course }) => course.group === group)).map((group) => (
            <tr key={group} data-group={group}>
              <th scope="row">
                <GroupMark group={group} /> {say(`group.${group}`)}
              </th>
              {terms.map((term) => (
                <td key={term}>
                  {at(group, term).map((planned) => (
                    <CourseChip key={planned.course.id} planned={planned} />
                  ))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{say("plan.termCredits")}</th>
            {terms.map((term) => (
              <td key={term}>{formatCredits(creditsIn(byTerm.get(term) ?? []))}</td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function TermList({ plan, terms }: TermsProps) {
  const { say } = useWords();
  const byTerm = groupBy(plan.courses, ({ term }) => term);
  return (
    <ol className="term-list">
      {terms.map((term) => {
        const courses = byTerm.get(term) ?? [];
        return (
          <li key={term}>
            <h3>
              {say("term.ordinal", { term })}
              <span className="term-sum">{say("credits", { credits: formatCredits(creditsIn(courses)) })}</span>
            </h3>
            {GROUPS.flatMap((group) => courses.filter(({ course }) => course.group === group)).map((planned) => (
              <CourseChip key={planned.course.id} planned={planned} marked />
            ))}
          </li>
        );
      })}
    </ol>
  );
}

function CourseChip({ planned, marked = false }: { readonly planned: PlanCourse; readonly marked?: boolean }) {
  const { say, name } = useWords();
  const { course, requirement } = planned;
  return (
    <div className="chip" data-group={course.group}>
      <span className="chip-title">
        {marked ? (
          <>
            <GroupMark group={course.group} />{" "}
          </>
        ) : null}
        {name(course.title)}
      </span>
      <span className="chip-meta">
        {say("credits", { credits: formatCredits(course.credits) })}
        {requirement === "REQUIRED" ? null : ` · ${say(`requirement.${requirement}`)}`}
      </span>
    </div>
  );
}

function Norms({ norms }: { readonly norms: Plan["norms"] }) {
  const { say } = useWords();
  if (norms.length === 0) return null;
  const met = norms.filter((norm) => norm.met).length;
  return (
    <section className="norms">
      <h3 className="sub-heading">
        {say("norms.title")} <span className="count">{say("norms.met", { met, count: norms.length })}</span>
      </h3>
      <ul>
        {norms.map((norm) => (
          <li key={norm.code} data-met={norm.met}>
            <span className="condition-mark" aria-hidden="true">
              {norm.met ? "✓" : "✕"}
            </span>
            <div>
              <p>
                <span className="visually-hidden">{say(norm.met ? "conditions.met" : "conditions.unmet")}</span>{" "}
                {norm.sentence}
              </p>
              <p className="quiet">
                {say("norms.figures", { expected: norm.expected, actual: norm.actual })} ·{" "}
                <Cite citation={norm.citation} />
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
