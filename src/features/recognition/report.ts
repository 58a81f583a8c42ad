import type { Language } from "../../auth/viewer.ts";
import { formatCredits } from "../../domain/credit.ts";
import type { Title } from "../../domain/id.ts";
import type { RecognitionLine, Refusal } from "../../domain/recognition/outcome.ts";
import type { Citation } from "../../domain/recognition/rule.ts";
import { checkTexts } from "../../messages/check.ts";
import { fill } from "../../messages/index.ts";
import { achievementNames, answerSentence, lineSentence, refusalSentence } from "./sentences.ts";
import type { Check } from "./service.ts";
import { remainingCourses } from "./views.ts";
import type { Words } from "./words.ts";

/** An answer as a page of text: what is recognised and why, what is not and why not, what is left. Every credit is accounted for. */
export function reportOf(check: Check, school: Title, words: Words, language: Language): readonly string[] {
  const texts = checkTexts(language);
  const { outcome } = check;
  return [
    answerSentence(check, school, language),
    "",
    `${texts.recognised} (${outcome.lines.length})`,
    ...outcome.lines.flatMap((line) => lineReport(check, line, words, language)),
    ...(["INELIGIBLE", "OUTCOMPETED"] as const).flatMap((family) => familyReport(check, family, words, language)),
    "",
    texts.caps,
    ...outcome.caps.map((use) => `  ${words.capUse(use)}`),
    "",
    texts.left,
    ...remainingReport(check, language),
    "",
    fill(texts.sum, {
      required: formatCredits(outcome.requiredCredits),
      passed: formatCredits(outcome.passedCredits),
      recognised: formatCredits(outcome.recognisedCredits),
      remaining: formatCredits(outcome.remainingCredits),
    }),
  ];
}

function lineReport(check: Check, line: RecognitionLine, words: Words, language: Language): readonly string[] {
  const texts = checkTexts(language);
  const notes = [
    words.conversionStep(line.conversion),
    ...(line.recordedGrade === null ? [] : [fill(texts.recordedGrade, { grade: words.grade(line.recordedGrade) })]),
    ...(line.discretion ? [texts.review] : []),
  ];
  return [
    `  + ${lineSentence(check, line, words, language)}`,
    `      ${notes.join(language === "zh" ? "" : " ")}`,
    `      ${cited(line.citation, language)}`,
  ];
}

function familyReport(check: Check, family: Refusal["family"], words: Words, language: Language): readonly string[] {
  const texts = checkTexts(language);
  const refusals = check.outcome.refusals.filter((refusal) => refusal.family === family);
  if (refusals.length === 0) return [];
  return [
    "",
    `${texts.refused}: ${texts.families[family]} (${refusals.length})`,
    ...refusals.map(
      (refusal) =>
        `  - ${achievementNames(check, refusal.achievementIds, words, language)} [${refusal.code}] ${words.title(refusal.ruleTitle)}: ${refusalSentence(check, refusal, words, language)}`,
    ),
  ];
}

function remainingReport(check: Check, language: Language): readonly string[] {
  const texts = checkTexts(language);
  return remainingCourses(check).map((course) => {
    const title = language === "zh" ? course.titleZh : course.titleEn;
    const term = fill(texts.term, { term: course.term });
    return `  ${term}  ${course.code}  ${title}  ${fill(texts.credits, { credits: formatCredits(course.credits) })}`;
  });
}

function cited(citation: Citation, language: Language): string {
  const texts = checkTexts(language);
  return fill(texts.byRule, {
    document: citation.document,
    clause: citation.clause,
    invented: citation.invented === true ? texts.invented : "",
  });
}
