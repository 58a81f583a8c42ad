import { Anchor, Badge } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useQuery } from "urql";
import { useWords } from "../app/language.tsx";
import { Cite, Day, School } from "../components/field.tsx";
import { Page, Sheet } from "../components/Page.tsx";
import { Answer, Empty } from "../components/states.tsx";
import {
  type AlignmentDimension,
  AlliancesDocument,
  type AlliancesQuery,
  type AlignmentStage,
} from "../generated/documents.ts";

type Alliance = AlliancesQuery["alliances"][number];

/** How far along a dimension is, of four steps. */
const STEPS: Readonly<Record<AlignmentStage, number>> = {
  NOT_STARTED: 0,
  DRAFTED: 1,
  AGREED: 2,
  IN_OPERATION: 3,
  REVIEWED: 4,
};

/** The alliances: who leads, who takes part, how far the five dimensions are aligned, and what was agreed. */
export function AlliancesPage() {
  const { say } = useWords();
  const [state, again] = useQuery({ query: AlliancesDocument });
  return (
    <Page title={say("alliances.title")} lead={say("alliances.lead")}>
      <Answer state={state} onRetry={() => again({ requestPolicy: "network-only" })}>
        {({ alliances }) =>
          alliances.length === 0 ? (
            <Empty>{say("alliances.none")}</Empty>
          ) : (
            <div className="alliances">
              {alliances.map((alliance) => (
                <AllianceSheet key={alliance.id} alliance={alliance} />
              ))}
            </div>
          )
        }
      </Answer>
    </Page>
  );
}

/** The dimensions in the order in which the policy names them. */
const DIMENSIONS: readonly AlignmentDimension[] = [
  "PROGRAMME_OFFERING",
  "TRAINING_OBJECTIVES",
  "COURSE_STANDARDS",
  "RESOURCES",
  "MANAGEMENT_EVALUATION",
];
const ordered = (alignment: Alliance["alignment"]) =>
  [...alignment].sort((a, b) => DIMENSIONS.indexOf(a.dimension) - DIMENSIONS.indexOf(b.dimension));

function AllianceSheet({ alliance }: { readonly alliance: Alliance }) {
  const { say, name } = useWords();
  const partners = alliance.members.filter(({ role }) => role === "PARTNER");
  return (
    <Sheet title={name(alliance.title)} note={<Cite citation={alliance.citation} />}>
      <dl className="alliance-parties">
        <div>
          <dt>{say("alliances.leader")}</dt>
          <dd>
            <strong>
              <School of={alliance.lead} />
            </strong>
          </dd>
        </div>
        <div>
          <dt>{say("alliances.partners", { count: partners.length })}</dt>
          <dd>
            <ul className="inline-list">
              {partners.map(({ institution }) => (
                <li key={institution.id}>
                  <School of={institution} />
                </li>
              ))}
            </ul>
          </dd>
        </div>
      </dl>
      <h3 className="sub-heading">{say("alliances.alignment")}</h3>
      <ul className="alignment">
        {ordered(alliance.alignment).map(({ dimension, stage, evidence, assessedOn }) => (
          <li key={dimension}>
            <span className="alignment-name">{say(`dimension.${dimension}`)}</span>
            <span className="alignment-steps" aria-hidden="true">
              {[1, 2, 3, 4].map((step) => (
                <span key={step} data-done={step <= STEPS[stage]} />
              ))}
            </span>
            <span className="alignment-stage">{say(`alignment.${stage}`)}</span>
            <span className="quiet">
              {name(evidence)} · <Day date={assessedOn} />
            </span>
          </li>
        ))}
      </ul>
      <h3 className="sub-heading">{say("alliances.agreements")}</h3>
      <ul className="agreements">
        {alliance.agreements.map((agreement) => (
          <li key={agreement.id}>
            <p>
              <strong>{name(agreement.title)}</strong>{" "}
              <Badge color={agreement.status === "IN_FORCE" ? "teal" : "gray"} component="span">
                {say(`agreement.${agreement.status}`)}
              </Badge>{" "}
              <span className="quiet">{say("version", { version: agreement.version })}</span>
            </p>
            <ul className="pathway-links">
              {agreement.pathways.map((pathway) => (
                <li key={pathway.id}>
                  <Anchor
                    component={Link}
                    to={`/planner/pathways/${encodeURIComponent(pathway.key)}`}
                    inherit
                    underline="hover"
                  >
                    <span className="pathway-label">{pathway.label}</span> {name(pathway.title)}
                  </Anchor>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
