import { Anchor, Badge } from "@mantine/core";
import { FormattedDate } from "react-intl";
import { formatCredits } from "../../domain/credit.ts";
import { useLanguage, useWords } from "../app/language.tsx";
import type {
  CitationTextFragment,
  CourseGroup,
  CreditUnit,
  GradeTextFragment,
  InstitutionNameFragment,
} from "../generated/documents.ts";

/** An amount of credits with the currency it is in. */
export function Amount({ credits, unit }: { readonly credits: number; readonly unit: CreditUnit }) {
  const { say } = useWords();
  return (
    <span className="amount">
      <b>{formatCredits(credits)}</b> {say(`unit.${unit}`)}
    </span>
  );
}

/** A result in the reader's language; the written text where the portal knows no word for it. */
export function useGradeText(): (grade: GradeTextFragment | null) => string {
  const { say } = useWords();
  return (grade) => {
    if (grade === null) return say("grade.none");
    if (grade.scoreTenths !== null) return String(grade.scoreTenths / 10);
    switch (grade.level) {
      case "EXCELLENT":
      case "GOOD":
      case "MEDIUM":
      case "PASS":
      case "FAIL":
      case "PASSED":
      case "FAILED":
      case "ABSENT":
      case "DEFERRED":
      case "TRUANT":
      case "CHEATED":
      case "EXEMPTED":
        return say(`grade.${grade.level}`);
      default:
        return grade.text;
    }
  };
}

/** A calendar day; it has no time and so no time zone. */
export function Day({ date }: { readonly date: string }) {
  return (
    <time dateTime={date}>
      <FormattedDate value={`${date}T00:00:00Z`} timeZone="UTC" year="numeric" month="short" day="numeric" />
    </time>
  );
}

/** A moment, in China's time. */
export function Moment({ at }: { readonly at: string }) {
  return (
    <time dateTime={at}>
      <FormattedDate
        value={at}
        timeZone="Asia/Shanghai"
        year="numeric"
        month="short"
        day="numeric"
        hour="2-digit"
        minute="2-digit"
        hour12={false}
      />
    </time>
  );
}

/** 公 基 核 拓 实: the group of a course by a letter, a pattern and a colour. */
export function GroupMark({ group }: { readonly group: CourseGroup }) {
  const { say } = useWords();
  return (
    <abbr className="group-mark" data-group={group} title={say(`group.${group}`)}>
      {say(`group.mark.${group}`)}
    </abbr>
  );
}

/** The five groups with their marks. */
export function GroupLegend({ groups }: { readonly groups: readonly CourseGroup[] }) {
  const { say } = useWords();
  return (
    <ul className="legend">
      {groups.map((group) => (
        <li key={group}>
          <GroupMark group={group} /> {say(`group.${group}`)}
        </li>
      ))}
    </ul>
  );
}

/** A school's name. One that was invented says so in the name itself. */
export function School({ of }: { readonly of: InstitutionNameFragment }) {
  const { name } = useWords();
  return name(of.name);
}

/** Documents are cited in their own language, whatever the reader's. */
const CHINESE = /\p{Script=Han}/u;

/** What a rule or a figure rests on. */
export function Cite({ citation }: { readonly citation: CitationTextFragment }) {
  const { say } = useWords();
  const { language } = useLanguage();
  return (
    <cite className="cite" {...(CHINESE.test(citation.document) ? { lang: "zh-CN" } : {})}>
      {citation.url === null ? (
        citation.document
      ) : (
        <Anchor href={citation.url} target="_blank" rel="noreferrer" inherit underline="always">
          {citation.document}
        </Anchor>
      )}
      {citation.clause === "" ? null : <span> · {citation.clause}</span>}
      {citation.invented ? (
        <>
          {" "}
          <Badge color="gray" size="sm" component="span" lang={language === "zh" ? "zh-CN" : "en"}>
            {say("mark.invented")}
          </Badge>
        </>
      ) : null}
    </cite>
  );
}
