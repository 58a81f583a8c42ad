import { authorise } from "../../auth/policy.ts";
import type { Viewer } from "../../auth/viewer.ts";
import type { Tx } from "../../db/transaction.ts";
import { addDays } from "../../domain/date.ts";
import { type GradePointAverage, gradePointAverage } from "../../domain/grade-point.ts";
import { groupBy } from "../../domain/group-by.ts";
import type { Citation } from "../../domain/recognition/rule.ts";
import type { Id, IsoDate } from "../../domain/id.ts";
import { type Problem, problem } from "../../domain/problem.ts";
import * as achievements from "./achievement-store.ts";
import * as store from "./statement-store.ts";

/** How many entries a statement lists. A bound of the service, not of the field. */
const ENTRIES_MAX = 200;

/** What a school makes of the grades of its courses. */
export interface GradePoints extends GradePointAverage {
  readonly institutionId: Id;
  readonly citation: Citation;
}

/** What a learner owns as of a day, by effective date, and as the ledger knew it at the end of another. */
export interface StatementView {
  readonly asOf: IsoDate;
  readonly postedBy: IsoDate | null;
  readonly gradePoints: readonly GradePoints[];
  readonly seal: store.SealRow | null;
  readonly balances: readonly store.BalanceRow[];
  readonly byInstitution: readonly store.IssuedRow[];
  readonly entries: readonly store.EntryRow[];
}

/** Whose bank it is. */
export interface Owner {
  readonly id: Id;
  readonly homeInstitutionId: Id | null;
  readonly homeDepartmentId: Id | null;
}

const mayRead = (viewer: Viewer, action: "statement.read" | "achievement.read", owner: Owner): Problem | null =>
  authorise(viewer, action, {
    learnerId: owner.id,
    institutionIds: [owner.homeInstitutionId],
    departmentIds: [owner.homeDepartmentId],
  });

/** A learner's statement. FORBIDDEN for whoever neither is nor looks after the learner, nor is of their school. */
export async function statementOf(
  tx: Tx,
  viewer: Viewer,
  owner: Owner,
  asOf: IsoDate,
  postedBy: IsoDate | null = null,
): Promise<StatementView | Problem> {
  const refused = mayRead(viewer, "statement.read", owner);
  if (refused !== null) return refused;
  // to the end of the day in China
  const posted = postedBy === null ? null : `${addDays(postedBy, 1)}T00:00:00+08:00`;
  const [balances, byInstitution, entries, seal, gradePoints] = await Promise.all([
    store.balancesAsOf(tx, owner.id, asOf, posted),
    store.issuedAsOf(tx, owner.id, asOf, posted),
    store.entriesAsOf(tx, owner.id, asOf, posted, ENTRIES_MAX),
    store.sealOf(tx, owner.id),
    gradePointsOf(tx, owner.id, asOf, posted),
  ]);
  return { asOf, postedBy, balances, byInstitution, entries, seal, gradePoints };
}

/** The average of each school that has a formula in force; none for the others, and none without a number to take it of. */
async function gradePointsOf(tx: Tx, learnerId: Id, asOf: IsoDate, posted: store.Posted): Promise<GradePoints[]> {
  const results = groupBy(await store.gradedResults(tx, learnerId, asOf, posted), (row) => row.institutionId);
  if (results.size === 0) return [];
  const scales = await store.scalesOf(tx, [...results.keys()], asOf);
  return scales.flatMap(({ institutionId, scale, citation }) => {
    if (scale.gradePoints === undefined) return [];
    const average = gradePointAverage(results.get(institutionId) ?? [], scale, scale.gradePoints);
    return average === null ? [] : [{ ...average, institutionId, citation }];
  });
}

interface AchievementPage {
  readonly first: number;
  readonly after: readonly string[] | null;
}

const placeOf = ({ after }: AchievementPage): achievements.AfterAchievement | null =>
  after === null ? null : { completedOn: after[0] ?? "", id: after[1] ?? "" };

/** A learner's achievements, newest first. FORBIDDEN as for the statement. */
export async function achievementsOf(
  tx: Tx,
  viewer: Viewer,
  owner: Owner,
  page: AchievementPage,
): Promise<readonly achievements.AchievementRow[] | Problem> {
  const refused = mayRead(viewer, "achievement.read", owner);
  return refused ?? achievements.achievementsOfLearner(tx, owner.id, page.first, placeOf(page));
}

/** Achievements that the viewer's school vouches for, newest first. */
export async function achievementsOfSchool(
  tx: Tx,
  viewer: Viewer,
  page: AchievementPage,
): Promise<readonly achievements.AchievementRow[] | Problem> {
  const { institutionId } = viewer;
  const refused = authorise(viewer, "achievement.read", { institutionIds: [institutionId] });
  if (refused !== null) return refused;
  if (institutionId === null) return problem("FORBIDDEN");
  return achievements.achievementsOfSchool(tx, institutionId, page.first, placeOf(page));
}
