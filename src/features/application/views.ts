import type { Language } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import type { Verdict } from "../../domain/application/verdict.ts";
import type { Plan } from "../../domain/curriculum/plan.ts";
import { nodeByKey } from "../../domain/curriculum/tree.ts";
import type { Id, Title } from "../../domain/id.ts";
import type { AchievementFact } from "../../domain/recognition/facts.ts";
import { type RecognitionInput, readInput } from "../../domain/recognition/input.ts";
import type { RecognitionLine } from "../../domain/recognition/outcome.ts";
import { lineSentence, Words } from "../recognition/service.ts";
import { type ApplicationRow, eventsOf } from "./store.ts";

/** What stands behind the types of graphql/application.graphql: a part of an application, with the whole it belongs to. */
export interface LineView {
  readonly row: ApplicationRow;
  readonly line: RecognitionLine;
  readonly number: number;
}
export interface VerdictView {
  readonly row: ApplicationRow;
  readonly verdict: Verdict;
}

/** The copy of a submitted achievement. */
export interface SourceView {
  readonly learnerId: Id;
  readonly fact: AchievementFact;
}

/** The copies of some of what was submitted. */
export function sourcesIn(row: ApplicationRow, ids: readonly Id[]): readonly SourceView[] {
  const { facts } = inputOf(row);
  return ids.flatMap((id) => {
    const fact = facts.find((each) => each.id === id);
    return fact === undefined ? [] : [{ learnerId: row.learnerId, fact }];
  });
}

const read = new WeakMap<ApplicationRow, RecognitionInput>();

/** The input of an application, read once however many fields ask for it. */
export function inputOf(row: ApplicationRow): RecognitionInput {
  const known = read.get(row);
  if (known !== undefined) return known;
  const input = readInput(row.input);
  read.set(row, input);
  return input;
}

/** Why a line stands in the answer, in one sentence. */
export function sentenceOf({ row, line }: LineView, language: Language): string {
  const input = inputOf(row);
  return lineSentence({ input }, line, new Words(language, (key) => titleIn(input.plan, key)), language);
}

/** What a plan calls a node of its own; null for what is none. */
function titleIn(plan: Plan, key: string): Title | null {
  const node = nodeByKey(plan, key);
  return node === null || node.kind === "COURSE" ? null : node.title;
}

/** The arithmetic of a line's conversion, in words. */
export const conversionOf = ({ line }: LineView, language: Language): string =>
  new Words(language).conversionStep(line.conversion);

/** The conditions of a line, each tested, in words. */
export function conditionsOf({ line }: LineView, language: Language) {
  const words = new Words(language);
  return line.conditions.map((each) => ({ code: each.code, met: each.met, ...words.condition(each) }));
}

const taken = new WeakMap<ApplicationRow, ReturnType<typeof eventsOf>>();

/** The steps of an application, read once however many fields ask for them. */
export function stepsOf(tx: Tx, row: ApplicationRow) {
  const known = taken.get(row) ?? eventsOf(tx, row);
  taken.set(row, known);
  return known;
}
