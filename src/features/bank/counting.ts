import { v7 } from "uuid";
import type { Tx } from "../../db/transaction.ts";
import { dayInChina } from "../../domain/date.ts";
import { type GradeScale, scoreOf } from "../../domain/grade.ts";
import { groupBy } from "../../domain/group-by.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { type CourseResult, supersededSince } from "../../domain/ledger/counted.ts";
import { isProblem, type Problem } from "../../domain/problem.ts";
import * as store from "./counting-store.ts";
import { type CourseKey, lockAccounts, type Rivalled } from "./ledger-store.ts";
import { prepare } from "./preparing.ts";
import { gradingScale } from "./recording-store.ts";
import { type Posted, type Prepared, settleEach } from "./settling.ts";

/**
 * Posts, and lets of several results of one course the best alone count: the others go back to who issued them, in the same
 * database transaction, and stay on record. Where the one that counted is corrected or taken back, the next best counts again.
 * What was held or recognised by then stays as it is: a better result makes no earlier one untrue.
 */
export async function settle(tx: Tx, postings: readonly Prepared[]): Promise<readonly (Posted | Problem)[]> {
  await giveBackTaken(tx, postings);
  const { answers, rivalled } = await settleEach(tx, postings);
  if (rivalled.length > 0) await letBestCount(tx, rivalled, postings);
  return answers;
}

/** What is to be corrected or taken back is first given back where a better result had superseded it. */
async function giveBackTaken(tx: Tx, postings: readonly Prepared[]): Promise<void> {
  const taken = postings.flatMap(({ kind, learnerId, command, reversesId }) => {
    const id = command?.kind === "REVOKE" ? command.achievementId : kind === "EXPIRE" ? null : reversesId;
    return id === null ? [] : [{ learnerId, id }];
  });
  if (taken.length === 0) return;
  await lockAccounts(tx, [...new Set(taken.map(({ learnerId }) => learnerId))].sort());
  const superseded = await store.supersededOf(tx, taken);
  await postOwn(
    tx,
    superseded.map((row) => givenBack(row, causeOf(row.learnerId, [row.id], postings), row.supersededOn)),
  );
}

/** Brings what counts of some courses in line with what is there. */
async function letBestCount(tx: Tx, rivalled: readonly Rivalled[], postings: readonly Prepared[]): Promise<void> {
  const touched = groupBy(rivalled, nameOf);
  const courses = [...touched.values()].flatMap(([first]) => first ?? []);
  const results = await store.resultsOfCourses(tx, courses);
  const families = groupBy(results, nameOf);
  const compared = [...families.values()].filter((own) => own.length > 1).flat();
  const scales = await scalesOf(tx, compared, dayInChina(new Date(postings[0]?.postedAt ?? "")));
  const due = [...families].flatMap(([course, own]) => {
    const since = supersededSince(own.map((row) => courseResult(row, scales)));
    const ids = (touched.get(course) ?? []).map((row) => row.touched);
    return own.flatMap((row) => changesOf(row, since.get(row.id) ?? null, causeOf(row.learnerId, ids, postings)));
  });
  await postOwn(tx, due);
}

const nameOf = ({ learnerId, courseKey }: CourseKey): string => `${learnerId} ${courseKey}`;

async function scalesOf(tx: Tx, results: readonly store.StandingResult[], day: IsoDate) {
  const scales = new Map<Id, GradeScale>();
  for (const institutionId of new Set(results.map((row) => row.institutionId))) {
    scales.set(institutionId, await gradingScale(tx, institutionId, day));
  }
  return scales;
}

function courseResult(row: store.StandingResult, scales: ReadonlyMap<Id, GradeScale>): CourseResult {
  const { id: achievementId, grade, credits, completedOn } = row;
  const scale = scales.get(row.institutionId);
  return {
    achievementId,
    credits,
    // a result that stands alone is compared with none
    scoreTenths: grade === null || scale === undefined ? null : scoreOf(grade, scale),
    completedOn,
  };
}

/** What has to be posted of a result that counts no longer since a day, or counts (null). */
function changesOf(row: store.StandingResult, since: IsoDate | null, cause: Prepared): readonly Prepared[] {
  const { supersededBy, supersededOn } = row;
  if (since === supersededOn) return [];
  const changes: Prepared[] = [];
  if (supersededBy !== null && supersededOn !== null) {
    // what beat it counted until it was withdrawn; in every other case it is as if it had never been superseded
    const until = since === null && cause.kind === "REVOKE" ? cause.effectiveOn : supersededOn;
    changes.push(givenBack({ ...row, supersededBy }, cause, until));
  }
  if (since !== null) changes.push(superseded(row, since, cause));
  return changes;
}

function superseded(row: store.StandingResult, since: IsoDate, cause: Prepared): Prepared {
  const { learnerId, id: achievementId, institutionId, homeInstitutionId, unit, credits } = row;
  const transactionId = v7();
  return prepare({
    ...causedBy(cause),
    learnerId,
    transactionId,
    idempotencyKey: `supersede/${achievementId}/${transactionId}`,
    command: { kind: "SUPERSEDE", achievementId, institutionId, unit, credits },
    institutionId,
    homeInstitutionId,
    effectiveOn: since,
  });
}

function givenBack(
  row: { readonly learnerId: Id; readonly supersededBy: Id },
  cause: Prepared,
  effectiveOn: IsoDate,
): Prepared {
  const { institutionId, homeInstitutionId } = cause;
  return prepare({
    ...causedBy(cause),
    learnerId: row.learnerId,
    transactionId: v7(),
    idempotencyKey: `count/${row.supersededBy}`,
    command: { kind: "REVERSE", reverses: row.supersededBy },
    institutionId,
    homeInstitutionId,
    effectiveOn,
  });
}

const causedBy = ({ actorId, postedAt }: Prepared) => ({ actorId, postedAt, reason: null });

/** The posting that touched a result: whose act it is, and when. Of several, one that withdraws. */
function causeOf(learnerId: Id, touched: readonly Id[], postings: readonly Prepared[]): Prepared {
  const own = postings.filter((posting) => posting.learnerId === learnerId);
  const touching = own.filter(({ transactionId, reversesId, command }) => {
    const withdrawn = command?.kind === "REVOKE" ? command.achievementId : null;
    return [transactionId, reversesId, withdrawn].some((id) => id !== null && touched.includes(id));
  });
  const cause = touching.find(({ kind }) => kind === "REVOKE") ?? touching[0] ?? own[0];
  if (cause === undefined) throw new Error("results changed that nothing was posted for");
  return cause;
}

/** Posts what follows from others' postings; it was worked out under the learners' locks, so nothing can refuse it. */
async function postOwn(tx: Tx, postings: readonly Prepared[]): Promise<void> {
  const { answers } = await settleEach(tx, postings);
  const refused = answers.find(isProblem);
  if (refused !== undefined) throw new Error(`the results of a course cannot be counted: ${refused.code}`);
}
