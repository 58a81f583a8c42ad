import type { Language } from "../../auth/viewer.ts";
import { formatCredits } from "../../domain/credit.ts";
import type { Id, Title } from "../../domain/id.ts";
import type { RecognitionLine, Refusal } from "../../domain/recognition/outcome.ts";
import { fill, messages } from "../../messages/index.ts";
import type { Check } from "./service.ts";
import type { Words } from "./words.ts";

/** What a sentence about a line needs of a check. */
type Asked = Pick<Check, "input">;

function titleOfAchievement({ input }: Asked, id: Id): Title {
  const fact = [...input.facts, ...input.assumed].find((each) => each.id === id);
  return fact?.title ?? { zh: id, en: id };
}

/** The achievements of a line or a refusal by their titles. */
export function achievementNames(check: Asked, ids: readonly Id[], words: Words, language: Language): string {
  const { rule } = messages(language);
  return ids.map((id) => fill(rule.COURSE, { title: words.title(titleOfAchievement(check, id)) })).join(rule.and);
}

/** Why a line was recognised, in one sentence. */
export function lineSentence(check: Asked, line: RecognitionLine, words: Words, language: Language): string {
  const { rule, line: texts } = messages(language);
  const sources = achievementNames(check, line.achievementIds, words, language);
  const params = { sources, rule: words.title(line.ruleTitle), credits: formatCredits(line.credits) };
  if (line.nodeKey !== null) return fill(texts.node, { ...params, node: words.code(line.nodeKey) });
  const targets = line.targets.map(({ courseId }) => {
    const title = check.input.plan.courses.get(courseId)?.title;
    return fill(rule.COURSE, { title: title === undefined ? courseId : words.title(title) });
  });
  return fill(texts.courses, { ...params, targets: targets.join(rule.and) });
}

/** Why an application was refused, in one sentence: the conditions that fail, or the winner that stands in its way. */
export function refusalSentence(check: Check, refusal: Refusal, words: Words, language: Language): string {
  const failing = refusal.conditions.filter((condition) => !condition.met);
  if (failing.length > 0)
    return [...new Set(failing.map((condition) => words.condition(condition).sentence))].join(
      language === "zh" ? "" : " ",
    );
  const { rule, refusal: sentences } = messages(language);
  // the sentence is about the first constraint; its own winners, not those of the others, are named
  const standing = refusal.obstacles[0]?.ruleIds ?? [];
  const winners = check.input.ruleSets
    .flatMap(({ rules }) => rules)
    .filter(({ id }) => standing.includes(id))
    .map(({ title }) => words.title(title));
  return fill(sentences[refusal.code], { winner: winners.join(rule.list) || "—" });
}

/** The answer in one paragraph. */
export function answerSentence(check: Check, school: Title, language: Language): string {
  const { summary } = messages(language);
  const { outcome, learner, programme, plan } = check;
  const answer = fill(summary.answer, {
    name: learner.name,
    school: school[language],
    programme: language === "zh" ? programme.titleZh : programme.titleEn,
    cohort: plan.cohort,
    lines: outcome.lines.length,
    recognised: formatCredits(outcome.recognisedCredits),
    passed: formatCredits(outcome.passedCredits),
    required: formatCredits(outcome.requiredCredits),
    remaining: formatCredits(outcome.remainingCredits),
  });
  const { proved, upperBound } = outcome.packing;
  const certainty = proved ? summary.proved : fill(summary.unproved, { bound: formatCredits(upperBound) });
  return `${answer}${language === "zh" ? "" : " "}${certainty}`;
}
